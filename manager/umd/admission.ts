/**
 * Who may put a request in the bounded queue, and who has to wait for room: first come, first served, and no room is
 * given away twice. Trusted side.
 */
import { FRAME_LIMITS } from '../../protocol/limits.ts'

export class Admission {
  readonly #queued: () => number
  /** who waits for room */
  readonly #waiting = new Set<() => void>()
  /** who was woken and has not yet taken the room */
  #promised = 0

  /** @param queued length of the queue now */
  constructor(queued: () => number) {
    this.#queued = queued
  }

  /** Whether a request may be queued now. */
  get hasRoom(): boolean {
    return this.#waiting.size === 0 && !this.#isFull
  }

  /** Resolves when there is room. */
  async room(): Promise<void> {
    if (this.hasRoom) return
    await this.#turn(undefined)
    this.#promised -= 1
    // should this caller not use the room, the next one may
    setImmediate(() => this.wake())
  }

  /**
   * Waits for room, which `use` takes before anybody else can.
   *
   * @throws the signal's reason when aborted meanwhile
   */
  async inTurn<T>(signal: AbortSignal | undefined, use: () => T): Promise<T> {
    await this.#turn(signal)
    this.#promised -= 1
    const used = use()
    // should the room not have been used (closed, no bundle), the next one may
    this.wake()
    return used
  }

  /** The queue may have got shorter: wakes as many as there is room for, in the order in which they came. */
  wake(): void {
    for (const wake of this.#waiting) {
      if (this.#isFull) return
      this.#waiting.delete(wake)
      wake()
    }
  }

  get #isFull(): boolean {
    return this.#queued() + this.#promised >= FRAME_LIMITS.maxQueued
  }

  /** Waits for room, which is then promised to the caller. @throws the signal's reason when aborted */
  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        signal?.removeEventListener('abort', abort)
        this.#promised += 1
        resolve()
      }
      const abort = (): void => {
        this.#waiting.delete(wake)
        reject(signal?.reason)
      }
      this.#waiting.add(wake)
      signal?.addEventListener('abort', abort, { once: true })
    })
  }
}
