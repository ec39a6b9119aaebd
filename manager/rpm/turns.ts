/**
 * Who may hold much memory, one after the other: a lock that is given in the order of asking, so that verdicts that wait for
 * one in front of them hold little. Trusted side.
 */

/** A place in the row. */
export interface Turn {
  /** resolves when all in front were released */
  readonly ready: Promise<void>
  /** over, or not needed; may be called again */
  release(): void
}

/** Turns in the order in which they are given out: each is ready when all before it were released. */
export class Turns {
  #allOver: Promise<unknown> = Promise.resolve()

  next(): Turn {
    const ready = this.#allOver.then(() => {})
    let release = (): void => {}
    const over = new Promise<void>((resolve) => {
      release = resolve
    })
    this.#allOver = ready.then(() => over)
    return { ready, release }
  }
}

/** For a source that must be read as it comes: it may share its flow with one in front, which would wait for it. */
export const NO_TURN: Turn = { ready: Promise.resolve(), release: () => {} }
