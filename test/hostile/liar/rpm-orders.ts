/**
 * Orders to the handler `rpm-liar`: the reply that it is to give stands in the header that it is asked about, in an entry that
 * nobody else reads. So a lie reaches it through the whole of a judgement.
 */
import { Reader, Writer } from '../../../protocol/bytes.ts'

/** Octets of the entry that holds an order: a lie has room, and places do not depend on it. */
export const ROOM = 8192
const MARK = Uint8Array.from('say instead: ', (character) => character.charCodeAt(0))

/** The entry's octets; undefined for a reply that has no room. */
export function orderOf(reply: Uint8Array): Uint8Array | undefined {
  const order = new Writer().bytes(MARK).u32(reply.length).bytes(reply)
  if (order.length > ROOM) return undefined
  return order.bytes(new Uint8Array(ROOM - order.length)).take()
}

/** The reply that a request orders, if it does. */
export function orderIn(request: Uint8Array): Uint8Array | undefined {
  const first = MARK[0] ?? 0
  for (let at = request.indexOf(first); at >= 0; at = request.indexOf(first, at + 1)) {
    const isMark = MARK.every((octet, index) => request[at + index] === octet)
    if (!isMark) continue
    const reader = new Reader(request)
    reader.skip(at + MARK.length)
    return reader.bytes(reader.u32())
  }
  return undefined
}
