/**
 * Multiprecision integers (RFC 9580 section 3.2). Handler side.
 *
 * Refused: no bits at all, more than the limit, bits set above the declared count, and a count above the real one;
 * the last is allowed in RSA signatures (GitHub's signer declares the size of the modulus).
 */
import type { Writer } from '../../../protocol/bytes.ts'
import { OPENPGP_LIMITS } from '../../../protocol/limits.ts'
import { FLAW, type Flaw, ROLE } from '../../../protocol/messages.ts'
import type { Body } from './body.ts'
import { nameField } from './field.ts'

/** Takes one integer; its FIELD covers the two length octets too. */
export function takeMpi(
  body: Body,
  fields: Writer,
  leadingZeros: 'refuse' | 'allow',
): Flaw | undefined {
  if (body.left < 2) return FLAW.malformed
  const offset = body.offset
  const bits = body.u16()
  if (bits === 0 || bits > OPENPGP_LIMITS.maxMpiBits) return FLAW.malformed
  const length = Math.ceil(bits / 8)
  if (length > body.left) return FLAW.malformed
  const zeros = Math.clz32(body.u8()) - 24
  const declared = length * 8 - bits
  if (zeros < declared) return FLAW.malformed
  if (zeros > declared && leadingZeros === 'refuse') return FLAW.malformed
  body.skip(length - 1)
  nameField(fields, ROLE.mpi, offset, 2 + length)
  return undefined
}
