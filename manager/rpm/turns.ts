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
