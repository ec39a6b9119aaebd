/** Numbers that look random and come back with their seed. */

/** A generator of 32-bit states (mulberry32); good enough to lie with, nothing else. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) % 2 ** 32
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }

  chance(numerator: number, denominator: number): boolean {
    return this.below(denominator) < numerator
  }

  pick<T>(list: readonly T[]): T {
    for (const one of list.slice(this.below(list.length))) return one
    throw new RangeError('expected a list to pick from')
  }
}
