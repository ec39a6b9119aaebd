/**
 * FIELD items: how the parsers name places in a body. Handler side. Fields go to a writer of their own, because a flaw
 * that is found later replaces all of them.
 */
import type { Writer } from '../../../protocol/bytes.ts'
import { OPENPGP_LIMITS } from '../../../protocol/limits.ts'
import { encodeItem, FLAW, type Flaw, type Role } from '../../../protocol/messages.ts'
import type { Body } from './body.ts'

/** Takes the next `length` octets and names them as `role`; malformed if they are not there. */
export function takeField(
  body: Body,
  fields: Writer,
  role: Role,
  length: number,
): Flaw | undefined {
  if (length > body.left) return FLAW.malformed
  nameField(fields, role, body.offset, length)
  body.skip(length)
  return undefined
}

/** Names octets that stay to be read. */
export function nameField(fields: Writer, role: Role, offset: number, length: number): void {
  encodeItem(fields, { kind: 'field', role, offset, length })
}

/** Whether a reply of these items is too large to be sent: then it must be left too large, and nothing else matters. */
export function isTooLarge(items: Writer): boolean {
  return items.length > OPENPGP_LIMITS.maxReply
}
