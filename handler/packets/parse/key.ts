/**
 * Public keys and public subkeys, versions 4 and 6 (RFC 9580 section 5.5.2). Handler side.
 *
 * ```
 * v4: 04 | created 4 | algorithm | material
 * v6: 06 | created 4 | algorithm | length of material 4 | material
 * ```
 *
 * `unsupported`: another version, or an algorithm without a row in KEY_MATERIAL. Judged from the front: a version
 * that is unknown says nothing about the rest, an algorithm that is unknown nothing about the material.
 */
import type { Writer } from '../../../protocol/bytes.ts'
import { FLAW, type Flaw } from '../../../protocol/messages.ts'
import { KEY_MATERIAL } from './algorithms.ts'
import type { Body } from './body.ts'
import { takeMaterial } from './material.ts'

/** Reads the body of a packet with tag 6 or 14. */
export function parseKey(body: Body, fields: Writer): Flaw | undefined {
  if (body.left < 1) return FLAW.malformed
  const version = body.u8()
  if (version !== 4 && version !== 6) return FLAW.unsupported

  if (body.left < 5) return FLAW.malformed
  body.skip(4)
  const parts = KEY_MATERIAL.get(body.u8())
  if (parts === undefined) return FLAW.unsupported

  if (version === 6) {
    if (body.left < 4) return FLAW.malformed
    if (body.u32() !== body.left) return FLAW.malformed
  }
  return takeMaterial(body, fields, parts)
}
