/**
 * How carefully a job is run, and when it is run once more: an input is condemned only by what it does alone, and
 * refused only by a handler that no other input can have taken over. Trusted side.
 */

/**
 * Raised with each failure: 0 pipelined beside others; 1 a suspect, nothing else in flight with it; 2 alone, in a
 * handler that has served nothing.
 */
export type Care = 0 | 1 | 2

/** Whether a refusal may be the work of another input that the handler served. */
export function isDoubted(care: Care, hasServedOthers: boolean): boolean {
  return care < 2 && hasServedOthers
}

/**
 * The care for one more try of a job whose handler died, or undefined: the input is condemned.
 *
 * @param care how it was run
 * @param served requests that the handler had answered
 * @param inFlight requests that the handler still owed, this one among them
 */
export function careAfterDeath(care: Care, served: number, inFlight: number): Care | undefined {
  if (care === 2 || (care === 1 && served === 0)) return undefined
  return care === 1 || inFlight === 1 ? 2 : 1
}
