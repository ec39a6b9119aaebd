/**
 * Signatures, versions 3, 4 and 6 (RFC 9580 section 5.2). Handler side.
 *
 * ```
 * v3: 03 | 05 | type | created 4 | key id 8 | algorithm | hash | left 2 | material
 * v4: 04 | type | algorithm | hash | n 2 | hashed | n 2 | unhashed | left 2 | material
 * v6: 06 | type | algorithm | hash | n 4 | hashed | n 4 | unhashed | left 2 | n 1 | salt | material
 * ```
 *
 * `unsupported`: another version, or an algorithm or hash without a row. Judged from the front, as in key.ts. Embedded
 * signatures are read one level deep; one that is flawed, or holds another, is named without its fields.
 */
import type { Writer } from '../../../protocol/bytes.ts'
import { FLAW, type Flaw, ROLE } from '../../../protocol/messages.ts'
import { type Part, SALT_LENGTH, SIGNATURE_MATERIAL } from './algorithms.ts'
import { type EmbeddedParser, takeHashedArea, takeUnhashedArea } from './areas.ts'
import type { Body } from './body.ts'
import { isTooLarge, takeField } from './field.ts'
import { takeMaterial } from './material.ts'

/**
 * Reads the body of a packet with tag 2.
 *
 * @param inner for the fields of an embedded signature, until it is known to hold
 */
export function parseSignature(body: Body, fields: Writer, inner: Writer): Flaw | undefined {
  return parseLevel(body, fields, (embedded) => {
    inner.reset()
    // one level only: without it a hostile nest is as deep as the input is long (go-crypto issue 325)
    const flaw = parseLevel(embedded, inner, () => FLAW.unsupported)
    if (flaw === undefined || isTooLarge(inner)) fields.bytes(inner.view())
    return undefined
  })
}

function parseLevel(body: Body, fields: Writer, parseEmbedded: EmbeddedParser): Flaw | undefined {
  if (body.left < 1) return FLAW.malformed
  const version = body.u8()
  if (version === 3) return parseVersion3(body, fields)
  if (version === 4 || version === 6) return parseVersion4Or6(version, body, fields, parseEmbedded)
  return FLAW.unsupported
}

function parseVersion3(body: Body, fields: Writer): Flaw | undefined {
  if (body.left < 16) return FLAW.malformed
  if (body.u8() !== 5) return FLAW.malformed
  body.skip(13)
  const parts = SIGNATURE_MATERIAL.get(body.u8())
  if (parts === undefined || !SALT_LENGTH.has(body.u8())) return FLAW.unsupported
  if (body.left < 2) return FLAW.malformed
  body.skip(2)
  return takeMaterial(body, fields, parts)
}

function parseVersion4Or6(
  version: 4 | 6,
  body: Body,
  fields: Writer,
  parseEmbedded: EmbeddedParser,
): Flaw | undefined {
  if (body.left < 3) return FLAW.malformed
  body.skip(1)
  const parts = SIGNATURE_MATERIAL.get(body.u8())
  const hash = body.u8()
  if (parts === undefined || !SALT_LENGTH.has(hash)) return FLAW.unsupported

  const lengthOctets = version === 6 ? 4 : 2
  return (
    takeHashedArea(body, fields, lengthOctets, parseEmbedded) ??
    takeUnhashedArea(body, fields, lengthOctets, parseEmbedded) ??
    takeRest(version, body, fields, hash, parts)
  )
}

/** The left 16 bits of the digest, the salt of version 6, the material. */
function takeRest(
  version: 4 | 6,
  body: Body,
  fields: Writer,
  hash: number,
  parts: readonly Part[],
): Flaw | undefined {
  if (body.left < 2) return FLAW.malformed
  body.skip(2)
  if (version === 6) {
    if (body.left < 1) return FLAW.malformed
    const length = body.u8()
    if (length !== SALT_LENGTH.get(hash)) return FLAW.malformed
    const flaw = takeField(body, fields, ROLE.salt, length)
    if (flaw !== undefined) return flaw
  }
  return takeMaterial(body, fields, parts)
}
