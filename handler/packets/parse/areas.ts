/**
 * The hashed and the unhashed area of a signature (RFC 9580 section 5.2.3). Handler side. Each is named, then what the
 * manager needs inside, in ascending order. The manager walks the hashed area itself, so of it only embedded signatures
 * are named, and a subpacket of a wrong size or too many of them are malformed.
 *
 * The unhashed area is not authenticated: anybody may have added to it. A subpacket of a wrong size is no hint there,
 * and no flaw; only a frame that is broken is.
 */
import type { Writer } from '../../../protocol/bytes.ts'
import { OPENPGP_LIMITS } from '../../../protocol/limits.ts'
import { FLAW, type Flaw, ROLE, type Role } from '../../../protocol/messages.ts'
import type { Body } from './body.ts'
import { isTooLarge, nameField } from './field.ts'
import { canHaveLength, fingerprintLength, SUBPACKET, takeLength, takeType } from './subpackets.ts'

/** Reads an embedded signature that has just been named; a flaw it returns is one of the signature around it. */
export type EmbeddedParser = (embedded: Body) => Flaw | undefined

export function takeHashedArea(
  body: Body,
  fields: Writer,
  lengthOctets: 2 | 4,
  parseEmbedded: EmbeddedParser,
): Flaw | undefined {
  const area = takeArea(body, fields, lengthOctets, ROLE.hashed)
  if (area === undefined) return FLAW.malformed
  for (let count = 0; area.left > 0; count += 1) {
    if (count === OPENPGP_LIMITS.maxSubpackets) return FLAW.malformed
    const length = takeLength(area)
    if (length === undefined) return FLAW.malformed
    const type = takeType(area)
    const data = area.part(length - 1)
    if (!canHaveLength(type, data.left)) return FLAW.malformed
    if (type === SUBPACKET.embedded) {
      nameField(fields, ROLE.embedded, data.offset, data.left)
      const flaw = parseEmbedded(data)
      if (flaw !== undefined) return flaw
    } else if (type === SUBPACKET.issuerFingerprint) {
      const expected = fingerprintLength(data.u8())
      if (expected !== undefined && expected !== length - 1) return FLAW.malformed
    }
    data.leave()
  }
  return undefined
}

/** What says which key to try, and embedded signatures: nothing else in an unhashed area is of use. */
const HINTS: ReadonlySet<number> = new Set([
  SUBPACKET.issuerKeyId,
  SUBPACKET.issuerFingerprint,
  SUBPACKET.embedded,
])

/** Ends early once the reply is too large to be sent at all, so that memory stays bounded. */
export function takeUnhashedArea(
  body: Body,
  fields: Writer,
  lengthOctets: 2 | 4,
  parseEmbedded: EmbeddedParser,
): Flaw | undefined {
  const area = takeArea(body, fields, lengthOctets, ROLE.unhashed)
  if (area === undefined) return FLAW.malformed
  while (area.left > 0 && !isTooLarge(fields)) {
    const length = takeLength(area)
    if (length === undefined) return FLAW.malformed
    const type = takeType(area)
    if (HINTS.has(type)) {
      const data = area.part(length - 1)
      const flaw = nameHint(type, data, fields, parseEmbedded)
      if (flaw !== undefined) return flaw
      data.leave()
    } else area.skip(length - 1)
  }
  return undefined
}

function nameHint(
  type: number,
  data: Body,
  fields: Writer,
  parseEmbedded: EmbeddedParser,
): Flaw | undefined {
  const { offset, left } = data
  if (!canHaveLength(type, left)) return undefined
  if (type === SUBPACKET.embedded) {
    nameField(fields, ROLE.embedded, offset, left)
    return parseEmbedded(data)
  }
  if (type === SUBPACKET.issuerKeyId) nameField(fields, ROLE.issuerKeyId, offset, left)
  else if (fingerprintLength(data.u8()) === left) {
    nameField(fields, ROLE.issuerFingerprint, offset + 1, left - 1)
  }
  return undefined
}

/** Takes the length of an area and names the area; undefined if it is cut. */
function takeArea(body: Body, fields: Writer, lengthOctets: 2 | 4, role: Role): Body | undefined {
  if (body.left < lengthOctets) return undefined
  const length = lengthOctets === 4 ? body.u32() : body.u16()
  if (length > body.left) return undefined
  nameField(fields, role, body.offset, length)
  return body.part(length)
}
