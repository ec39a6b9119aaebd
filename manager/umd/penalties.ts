/**
 * Who made handlers fail, and how much slower they are served for it. A source whose inputs crash handlers is put
 * apart and its restarts are spaced, so that it cannot turn the manager into a fork bomb; it is slowed, never refused,
 * because an innocent input may come from the same source.
 */
import { POOL_LIMITS } from '../../protocol/limits.ts'

interface Record {
  failures: number
  last: number
}

export class Penalties {
  readonly #bySource = new Map<string, Record>()

  /** Counts a failed handler against a source. `now` in milliseconds of a monotonic clock. */
  failed(source: string, now: number): void {
    const record = this.#current(source, now) ?? { failures: 0, last: now }
    record.failures += 1
    record.last = now
    this.#bySource.delete(source) // to the end: the map is in order of the last failure
    this.#bySource.set(source, record)
    const [calmest] = this.#bySource.keys()
    if (this.#bySource.size > POOL_LIMITS.sources && calmest !== undefined) {
      this.#bySource.delete(calmest)
    }
  }

  /** Whether the source's requests run one at a time, apart from all others: the open circuit breaker. */
  isApart(source: string, now: number): boolean {
    return (this.#current(source, now)?.failures ?? 0) >= POOL_LIMITS.breakerAfter
  }

  /** How many milliseconds until a handler may be started for this source. */
  wait(source: string, now: number): number {
    const record = this.#current(source, now)
    if (record === undefined) return 0
    const exponent = Math.min(record.failures - 1, 30)
    const pause = Math.min(POOL_LIMITS.backoffFirst * 2 ** exponent, POOL_LIMITS.backoffMax)
    return Math.max(0, record.last + pause - now)
  }

  /** A source without a failure for a while starts anew. */
  #current(source: string, now: number): Record | undefined {
    const record = this.#bySource.get(source)
    if (record === undefined) return undefined
    if (now - record.last < POOL_LIMITS.breakerCalm) return record
    this.#bySource.delete(source)
    return undefined
  }
}
