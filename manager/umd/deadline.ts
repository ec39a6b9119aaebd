/**
 * How long the first request in line may take. A manager that was busy itself has not looked for the reply: the pipe is
 * polled once more, and its own lateness is added, so that it kills no healthy handler. Trusted side.
 */

/** Milliseconds for a request's bytes to be taken by the handler, and for its reply. */
export interface Deadlines {
  readonly write: number
  readonly read: number
}

/** The step that a request is in: its bytes are still on this side, or its reply is awaited. */
export type Step = keyof Deadlines

/** A manager that was later than this is called busy, and its handlers get the time that it took. */
export const BUSY_AFTER = 20
/** For one request a busy manager adds at most so many deadlines: then even a hung handler of its is ended. */
const MOST_GRACE = 4

/** The line that is watched. */
export interface Watched {
  readonly deadlines: Deadlines
  /** a living handler owes a reply */
  isWaiting(): boolean
  /** of the first in line */
  step(): Step
  /** the first in line took too long, and not because this process did */
  expired(step: Step, milliseconds: number): void
}

export class DeadlineWatch {
  readonly #watched: Watched
  #timer: NodeJS.Timeout | undefined
  /** when the first in line became it, moved on by the time that this process itself was late */
  #since = 0
  /** milliseconds that the first in line got for that */
  #grace = 0

  constructor(watched: Watched) {
    this.#watched = watched
  }

  /** A request came where there was none: it is the first. */
  begin(): void {
    this.next()
    const { write, read } = this.#watched.deadlines
    if (this.#timer === undefined) this.#arm(Math.min(write, read))
    else this.#timer.ref()
  }

  /** Another request became the first: its deadline runs from now. */
  next(): void {
    this.#since = performance.now()
    this.#grace = 0
  }

  /** Nothing is in line: this timer keeps no process alive. */
  rest(): void {
    this.#timer?.unref()
  }

  end(): void {
    clearTimeout(this.#timer)
  }

  #arm(milliseconds: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#late(), Math.max(1, milliseconds))
  }

  /** Timers run before the reply pipe is read; what `setImmediate` runs is behind that poll. */
  #late(): void {
    this.#timer = undefined
    if (!this.#watched.isWaiting()) return
    const since = this.#since
    const lateness = performance.now() - since - this.#watched.deadlines[this.#watched.step()]
    if (lateness < 0) this.#arm(-lateness)
    else setImmediate(() => this.#afterPoll(since, lateness))
  }

  #afterPoll(since: number, lateness: number): void {
    if (!this.#watched.isWaiting()) return
    const step = this.#watched.step()
    const deadline = this.#watched.deadlines[step]
    const isStuck = this.#since === since
    const isBusy = lateness > BUSY_AFTER && this.#grace < MOST_GRACE * deadline
    if (isStuck && !isBusy) {
      this.#watched.expired(step, deadline)
      return
    }
    if (isStuck) {
      // while this process was busy the handler may have waited for it: it gets that time once more, from now
      const more = Math.min(lateness, deadline)
      this.#grace += more
      this.#since = performance.now() - deadline + more
    }
    this.#late()
  }
}
