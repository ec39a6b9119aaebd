/** Who may put a request into the bounded queue, in the order in which they came. Trusted side. */
import { FRAME_LIMITS } from '../../protocol/limits.ts'

export class Admission {
  readonly #queued: () => number
  /** who waits for room */
  readonly #waiting = new Set<() => void>()
  /** room that is kept for who was woken */
  #promised = 0

  /** @param queued how long the queue is now */
  constructor(queued: () => number) {
    this.#queued = queued
  }

  /** Whether one may be put in at once: nobody waits, and there is room. */
  get hasRoom(): boolean {
    return this.#waiting.size === 0 && this.#isRoom
  }

  get #isRoom(): boolean {
    return this.#queued() + this.#promised < FRAME_LIMITS.maxQueued
  }

  /**
   * Waits for room, which is kept for the caller when this resolves: it calls {@link take} in the same turn as it puts
   * something in, or gives the room up; {@link wake} must follow.
   *
   * @throws the signal's reason when aborted
   */
  turn(signal: AbortSignal | undefined): Promise<void> {
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

  /** The room is no longer kept. */
  take(): void {
    this.#promised -= 1
  }

  /** Wakes as many as there is room for. */
  wake(): void {
    for (const wake of this.#waiting) {
      if (!this.#isRoom) return
      this.#waiting.delete(wake)
      wake()
    }
  }
}
