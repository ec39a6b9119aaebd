/** Times that a caller gives, looked at before anything is compared with them. Trusted side. */
import type { Terms } from './validity.ts'

/**
 * Every comparison with a time that is none is false, and so would refuse nothing.
 *
 * @throws RangeError unless it is one that a packet can hold
 */
export function requireTime(at: number): void {
  if (!Number.isInteger(at) || at < 0 || at > 0xffff_ffff) {
    throw new RangeError('expected `at` in whole seconds since 1970, as 32 bits hold them')
  }
}

export function requireTimes({ at, policy }: Terms): void {
  requireTime(at)
  if (!(policy.clockSkew >= 0 && policy.clockSkew < Number.POSITIVE_INFINITY)) {
    throw new RangeError('expected `policy.clockSkew` in seconds')
  }
}
