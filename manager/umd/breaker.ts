/**
 * The breaker of starts: handlers that cannot be started are tried a few times; then nobody's request waits for another try
 * for a while. Trusted side. Times are milliseconds of a monotonic clock.
 */
import { POOL_LIMITS } from '../../protocol/limits.ts'
import type { SetupError } from './outcome.ts'

export class StartBreaker {
  #failures = 0
  #openUntil = 0
  #error: SetupError | undefined

  /** @throws SetupError the one that opened it, while it is open */
  check(now: number): void {
    if (now < this.#openUntil && this.#error !== undefined) throw this.#error
  }

  started(): void {
    this.#failures = 0
  }

  /** A start failed. Returns whether that was one too many, or the breaker was open: what waits must be told. */
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
