/**
 * The deadline of the request that is first in line on a channel: its bytes must be taken in time, then its reply must
 * come in time. A busy manager must not kill a healthy handler, so the time by which this process was itself late is
 * added. Trusted side; reads nothing of what a handler sends.
 */

/** What the first in line waits for: its bytes are still on this side, or its reply is awaited. */
export type Step = 'write' | 'read'

/** A manager that was later than this is called busy, and its handlers get the time that it took. */
export const BUSY_AFTER = 20

/** For one request a busy manager adds at most so many deadlines: then even a hung handler of its is ended. */
const MOST_GRACE = 4

export class Deadline {
  readonly #limits: Readonly<Record<Step, number>>
  readonly #step: () => Step | undefined
  readonly #missed: (step: Step, milliseconds: number) => void
  #timer: NodeJS.Timeout | undefined
  /** when the first in line became it, moved on by the time that this process itself was late */
  #since = 0
  /** milliseconds that the first in line got for that */
  #grace = 0

  /**
   * @param limits milliseconds for each step
   * @param step the one that the first in line is in, undefined while nothing is awaited
   * @param missed told when the first in line took longer than its step may
   */
  constructor(
    limits: Readonly<Record<Step, number>>,
    step: () => Step | undefined,
    missed: (step: Step, milliseconds: number) => void,
  ) {
    this.#limits = limits
    this.#step = step
    this.#missed = missed
  }

  /** A request became the first in line: its deadline runs from now. */
  restart(): void {
    this.#since = performance.now()
    this.#grace = 0
    // a timer that runs is left to run: it looks at the time anew when it fires
    if (this.#timer === undefined) this.#arm(Math.min(this.#limits.write, this.#limits.read))
    else this.#timer.ref()
  }

  /** Nothing is awaited: no process is kept alive for it. */
  rest(): void {
    this.#timer?.unref()
  }

  /** For good. */
  stop(): void {
    clearTimeout(this.#timer)
  }

  #arm(milliseconds: number): void {
    this.#timer = setTimeout(() => this.#late(), Math.max(1, milliseconds))
  }

  /**
   * The timer fired. Timers run before the reply pipe is read, so the pipe is polled once more first (setImmediate
   * runs behind that poll), and the time by which this process was itself late is added.
   */
  #late(): void {
    clearTimeout(this.#timer) // a restart between the two looks may have set another
    this.#timer = undefined
    const step = this.#step()
    if (step === undefined) return
    const since = this.#since
    const lateness = performance.now() - since - this.#limits[step]
    if (lateness < 0) this.#arm(-lateness)
    else setImmediate(() => this.#afterPoll(since, lateness))
  }

  #afterPoll(since: number, lateness: number): void {
    const step = this.#step()
    if (step === undefined) return
    const deadline = this.#limits[step]
    const isStuck = this.#since === since
    const isBusy = lateness > BUSY_AFTER && this.#grace < MOST_GRACE * deadline
    if (isStuck && !isBusy) {
      this.#missed(step, deadline)
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
