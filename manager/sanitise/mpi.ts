/**
 * Multiprecision integers. Trusted side; reads hostile octets. Refuses zero, more bits than the limit, and a bit count
 * that is not that of the octets.
 */
import { OPENPGP_LIMITS } from '../../protocol/limits.ts'
import type { Cursor } from './cursor.ts'
import { Fault } from './fault.ts'

/** An integer's octets as they stand, and whether its bit count says more than they hold. */
export interface Mpi {
  readonly value: Uint8Array
  readonly hasLeadingZeros: boolean
}

/**
 * One integer (RFC 9580 section 3.2): two octets of bit count, then as many octets as that needs.
 *
 * @param allowLeadingZeros for RSA signatures, which some signers write at the length of their modulus
 * @throws {@link Fault} `malformed`
 */
export function readMpi(cursor: Cursor, allowLeadingZeros: boolean): Mpi {
  const at = cursor.offset
  const bits = cursor.u16('the bit count of an integer')
  if (bits === 0) throw new Fault('malformed', 'expected an integer above zero', at)
  if (bits > OPENPGP_LIMITS.maxMpiBits) {
    throw new Fault('malformed', `expected at most ${OPENPGP_LIMITS.maxMpiBits} bits`, at)
  }
  const value = cursor.bytes(Math.ceil(bits / 8), 'the octets of an integer')
  const topBits = bits - (value.length - 1) * 8
  const usedBits = 32 - Math.clz32(value[0] ?? 0)
  const isTooLong = usedBits < topBits
  if (usedBits > topBits || (isTooLong && !allowLeadingZeros)) {
    throw new Fault('malformed', 'expected the bit count of the integer that follows', at)
  }
  return { value, hasLeadingZeros: isTooLong }
}
