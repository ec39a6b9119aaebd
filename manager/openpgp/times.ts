/** Times that a caller gives, looked at before anything is compared with them. Trusted side. */
import type { Terms } from './validity.ts'

const isTime = (time: number): boolean => Number.isInteger(time) && time >= 0 && time <= 0xffff_ffff

/**
 * Every comparison with a time that is none is false, and so would refuse nothing.
 *
 * @throws RangeError unless it is one that a packet can hold
 */
export function requireTime(at: number): void {
  if (isTime(at)) return
  throw new RangeError('expected `at` in whole seconds since 1970, as 32 bits hold them')
}

/** @throws RangeError */
export function requireTimes({ at, policy: { asOf, clockSkew } }: Terms): void {
  requireTime(at)
  if (!isTime(asOf)) throw new RangeError('expected `policy.asOf` in whole seconds since 1970')
  if (!Number.isFinite(clockSkew) || clockSkew < 0) {
    throw new RangeError('expected `policy.clockSkew` in seconds')
  }
}
