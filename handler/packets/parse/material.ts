/**
 * The algorithm-specific end of a key or signature packet, by a row of algorithms.ts. Handler side.
 *
 * Assumes that the version and the algorithm are known. Refused: a part that is cut, reserved lengths, octets left
 * over. An unknown curve is not refused here: its identifier is named, and the manager decides.
 */
import type { Writer } from '../../../protocol/bytes.ts'
import { FLAW, type Flaw, ROLE, type Role } from '../../../protocol/messages.ts'
import type { Part } from './algorithms.ts'
import type { Body } from './body.ts'
import { takeField } from './field.ts'
import { takeMpi } from './mpi.ts'

/** Takes all parts and nothing else: the body ends with the last one. */
export function takeMaterial(body: Body, fields: Writer, parts: readonly Part[]): Flaw | undefined {
  for (const part of parts) {
    const flaw = takePart(body, fields, part)
    if (flaw !== undefined) return flaw
  }
  return body.left === 0 ? undefined : FLAW.malformed
}

function takePart(body: Body, fields: Writer, part: Part): Flaw | undefined {
  switch (part) {
    case 'mpi':
      return takeMpi(body, fields, 'refuse')
    case 'padded-mpi':
      return takeMpi(body, fields, 'allow')
    case 'curve':
      return takeCounted(body, fields, ROLE.curve)
    case 'kdf':
      return takeCounted(body, fields, ROLE.native)
    default:
      return takeField(body, fields, ROLE.native, part)
  }
}

/** One length octet, then that many octets, which are the field; 0 and 255 are reserved (sections 9.2, 5.5.5.6). */
function takeCounted(body: Body, fields: Writer, role: Role): Flaw | undefined {
  if (body.left < 1) return FLAW.malformed
  const length = body.u8()
  if (length === 0 || length === 0xff) return FLAW.malformed
  return takeField(body, fields, role, length)
}
