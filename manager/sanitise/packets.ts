/**
 * The door for packets: from an input and what a handler says of it to clean packets. Trusted side. The manager reads
 * every packet header, key and signature of its own copy, and the reply must name exactly what it read: packets that
 * tile the input, the parts of each, the flawed ones, the place where reading ends.
 *
 * One copy is taken of the body of each packet that is kept; every octet of the result is a view of such a copy. Key
 * material, hashed areas and integers are never taken from the reply.
 */
import { FLAW, type PacketItem } from '../../protocol/messages.ts'
import type { Tainted } from '../../protocol/tainted.ts'
import type { Packet, PacketSequence, Place } from '../openpgp/model.ts'
import { type Claims, openClaims } from './claims.ts'
import { Cursor } from './cursor.ts'
import { attempt, Fault } from './fault.ts'
import { readHeader } from './header.ts'
import { readKey } from './key.ts'
import { readSignature } from './signature.ts'
import { TAG } from './tables.ts'

const READ_TAGS: ReadonlySet<number> = new Set(Object.values(TAG))

/**
 * Opens a `packets` reply.
 *
 * @param input what the handler was asked about, unchanged since
 * @throws Violation where the reply differs from the manager's reading; TypeError for shared memory
 */
export function openPackets(input: Uint8Array, reply: Tainted<Uint8Array>): PacketSequence {
  return openClaims(input, reply, (claims) => readSequence(input, claims))
}

/** Packets follow each other without a gap to the end, or to where no header can be read (RFC 9580 section 4). */
function readSequence(input: Uint8Array, claims: Claims): PacketSequence {
  const cursor = new Cursor(input, 0)
  const packets: Packet[] = []
  while (cursor.left > 0) {
    const offset = cursor.offset
    const header = attempt(() => readHeader(cursor))
    if (header instanceof Fault) {
      claims.expect({ kind: 'stop', offset }, offset)
      claims.end(offset)
      return { packets, stop: { offset, detail: header.detail } }
    }
    claims.expect(header, offset)
    packets.push(readPacket(header, cursor.bytes(header.bodyLength, 'the body'), claims))
  }
  claims.end(cursor.offset)
  return { packets, stop: undefined }
}

/** @param view the packet's body in the input; what is kept of it is copied here, once */
function readPacket(header: PacketItem, view: Uint8Array, claims: Claims): Packet {
  const { tag, offset, bodyOffset, bodyLength } = header
  const place: Place = { offset, length: bodyOffset + bodyLength - offset }
  if (!READ_TAGS.has(tag)) return { kind: 'other', other: { tag, place } }
  // not `slice`, which on a Buffer is a view
  const body = new Uint8Array(view)
  if (tag === TAG.userId) return { kind: 'user', user: { kind: 'userId', place, body } }
  if (tag === TAG.userAttribute) {
    return { kind: 'user', user: { kind: 'userAttribute', place, body } }
  }
  const role = tag === TAG.key ? 'primary' : 'subkey'
  const reading = attempt(() =>
    tag === TAG.signature
      ? readSignature(place, body, bodyOffset)
      : readKey(role, place, body, bodyOffset),
  )
  // the structure must be read alike by both sides; what the model makes of it is the manager's alone
  if (reading instanceof Fault) {
    const flaw = reading.reason === 'malformed' ? FLAW.malformed : FLAW.unsupported
    claims.expect({ kind: 'flaw', flaw }, reading.offset)
  } else for (const due of reading.fields) claims.expect(due, due.offset)
  const result = reading instanceof Fault ? reading : reading.result
  if (!(result instanceof Fault)) return result
  const { reason, detail } = result
  return { kind: 'flawed', flawed: { tag, place, body, reason, detail, offset: result.offset } }
}
