/** One's place in a row. */
export interface Turn {
  /** resolves when all in front are over */
  readonly come: Promise<void>
  /** it is over, or was not needed; may be said again */
  end(): void
}

/** Turns in the order in which they are given out: each comes when all before it are over. */
export class Turns {
  #allOver: Promise<unknown> = Promise.resolve()

  next(): Turn {
    const come = this.#allOver.then(() => {})
    let end = (): void => {}
    const over = new Promise<void>((resolve) => {
      end = resolve
    })
    this.#allOver = come.then(() => over)
    return { come, end }
  }
}

/** For a source that must be read as it comes: it may share its flow with one in front, which would wait for it. */
export const NO_TURN: Turn = { come: Promise.resolve(), end: () => {} }
