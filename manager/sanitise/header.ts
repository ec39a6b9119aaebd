/**
 * Packet headers. Trusted side; reads hostile octets, linearly. Refuses partial and indeterminate lengths: no packet
 * that is read now may have one.
 */
import type { PacketItem } from '../../protocol/messages.ts'
import type { Cursor } from './cursor.ts'
import { Fault } from './fault.ts'

const PARTIAL = 'expected a definite length (partial ones are not read)'
const INDETERMINATE = 'expected a definite length (indeterminate ones are not read)'
const LENGTH = 'a packet length'

/**
 * The header at the cursor (RFC 9580 section 4.2); the cursor is left at the body.
 *
 * @returns the item that a reply must have for the packet
 * @throws {@link Fault} for what is no header, and for a body that the input does not hold
 */
export function readHeader(cursor: Cursor): PacketItem {
  const offset = cursor.offset
  const first = cursor.u8('a packet')
  if (first < 0x80) throw new Fault('malformed', 'expected a packet header', offset)
  const isNew = first >= 0xc0
  const tag = isNew ? first % 64 : Math.trunc((first % 64) / 4)
  const bodyLength = isNew ? newLength(cursor) : oldLength(cursor, first % 4)
  if (bodyLength > cursor.left) {
    throw new Fault('malformed', 'expected a packet that ends with the input', offset)
  }
  return { kind: 'packet', tag, offset, bodyOffset: cursor.offset, bodyLength }
}

/** RFC 9580 section 4.2.1. */
function newLength(cursor: Cursor): number {
  const at = cursor.offset
  const first = cursor.u8(LENGTH)
  if (first < 192) return first
  if (first < 224) return (first - 192) * 256 + cursor.u8(LENGTH) + 192
  if (first === 255) return cursor.u32(LENGTH)
  throw new Fault('malformed', PARTIAL, at)
}

/** RFC 9580 section 4.2.2. */
function oldLength(cursor: Cursor, lengthType: number): number {
  if (lengthType === 0) return cursor.u8(LENGTH)
  if (lengthType === 1) return cursor.u16(LENGTH)
  if (lengthType === 2) return cursor.u32(LENGTH)
  throw new Fault('malformed', INDETERMINATE, cursor.offset)
}
