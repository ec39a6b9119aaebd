/**
 * The breaker over the starting of handlers: where they cannot be started, a few tries are made, then those who wait
 * are told, and no more tries are made for a while. Times in milliseconds of a monotonic clock.
 */
import { POOL_LIMITS } from '../../protocol/limits.ts'
import type { SetupError } from './outcome.ts'

export class StartBreaker {
  #failures = 0
  #openUntil = 0
  #error: SetupError | undefined

  /** Why no start is tried now. */
  refusal(now: number): SetupError | undefined {
    return now < this.#openUntil ? this.#error : undefined
  }

  succeeded(): void {
    this.#failures = 0
  }

  /** Counts a failed start, or one that {@link refusal} spared. Returns whether those who wait are to be told. */
  failed(error: SetupError, now: number): boolean {
    this.#failures += 1
    if (this.#failures < POOL_LIMITS.setupFailures && error !== this.#error) return false
    this.#failures = 0
    if (now >= this.#openUntil) {
      this.#openUntil = now + POOL_LIMITS.breakerCalm
      this.#error = error
    }
    return true
  }
}
