/**
 * How carefully a job is run, raised with each failure, so that an innocent one is not condemned for what ran beside it and
 * a guilty one fails nobody twice. Trusted side, pure.
 */
import type { Job } from './job.ts'
import type { Outcome } from './outcome.ts'

/**
 * 0 pipelined beside others; 1 a suspect, nothing else in flight with it; 2 alone, in a handler that has served nothing.
 */
export type Care = 0 | 1 | 2

/**
 * How a job is run anew whose handler died, or undefined where the death is its own.
 *
 * @param served requests that the handler had answered
 * @param inFlight jobs that it died with, this one included
 */
export function careAfterDeath({ care }: Job, served: number, inFlight: number): 1 | 2 | undefined {
  if (care === 2 || (care === 1 && served === 0)) return undefined
  return care === 1 || inFlight === 1 ? 2 : 1
}

/**
 * Whether an answer that refuses an input is not believed: by a handler that has served other inputs it may be the work of
 * one of them.
 *
 * @param soleSource the one source that the handler served, null for several
 */
export function isDoubtful(
  job: Job,
  outcome: Outcome<unknown>,
  soleSource: string | undefined | null,
): boolean {
  if (job.done || job.care === 2 || soleSource !== null) return false
  if (outcome.status === 'rejected') return true
  return outcome.status === 'ok' && job.request.refuses?.(outcome.value) === true
}
