/**
 * Big-endian unsigned integers as octets: the few comparisons that signatures need. Trusted side, pure.
 */

/** The same integer without leading zero octets. */
export function trimmed(value: Uint8Array): Uint8Array {
  let zeros = 0
  while (zeros < value.length && value[zeros] === 0) zeros += 1
  return value.subarray(zeros)
}

/** Left-padded with zeros to `length` octets; undefined where it does not fit. */
export function padded(value: Uint8Array, length: number): Uint8Array | undefined {
  const significant = trimmed(value)
  if (significant.length > length) return undefined
  const out = new Uint8Array(length)
  out.set(significant, length - significant.length)
  return out
}

/** Whether a < b. */
export function isLess(a: Uint8Array, b: Uint8Array): boolean {
  const left = trimmed(a)
  const right = trimmed(b)
  if (left.length !== right.length) return left.length < right.length
  return Buffer.compare(left, right) < 0
}

/** Whether 1 <= value < limit: the range of r and s (RFC 6979 section 2.4, FIPS 186-4 section 4.7). */
export function isInRange(value: Uint8Array, limit: Uint8Array): boolean {
  return trimmed(value).length > 0 && isLess(value, limit)
}

/** Bits of an integer, without leading zeros. */
export function bitLength(value: Uint8Array): number {
  const significant = trimmed(value)
  const first = significant[0]
  return first === undefined ? 0 : (significant.length - 1) * 8 + (32 - Math.clz32(first))
}
