/**
 * The packets of a binary input, for verb `packets` (protocol/messages.ts). Handler side: synchronous, pure, linear in
 * the input, never throws but for want of memory.
 *
 * Keys (tags 6, 14) and signatures (tag 2) get their fields or a flaw; all other packets are only named. Where no
 * header can be read, or the body goes beyond the input, a STOP ends the reply.
 */
import { Reader, Writer } from '../../../protocol/bytes.ts'
import { encodeItem, type Flaw } from '../../../protocol/messages.ts'
import { Body } from './body.ts'
import { isTooLarge } from './field.ts'
import { parseHeader } from './header.ts'
import { parseKey } from './key.ts'
import { parseSignature } from './signature.ts'

/** Names the fields of a body, or says why it cannot be used; `inner` is room for a signature inside. */
type BodyParser = (body: Body, fields: Writer, inner: Writer) => Flaw | undefined

/** Packet type IDs whose bodies are read (RFC 9580 section 5). */
const BODIES: ReadonlyMap<number, BodyParser> = new Map<number, BodyParser>([
  [2, parseSignature],
  [6, parseKey],
  [14, parseKey],
])

/** Room for the fields of one packet and of a signature embedded in it, kept between inputs: taking it costs more. */
const ROOM = { fields: new Writer(1024), inner: new Writer(1024) } as const

/**
 * Writes the items of a `packets` reply to an empty writer. An input with so many packets that the reply is above
 * `maxReply` leaves a reply above it, never a shortened one: `serve` refuses it.
 */
export function parsePackets(input: Uint8Array, writer: Writer): void {
  const reader = new Reader(input)
  const { fields, inner } = ROOM
  while (reader.left > 0 && !isTooLarge(writer)) {
    const offset = reader.offset
    const header = parseHeader(reader)
    if (header === undefined || header.bodyLength > reader.left) {
      encodeItem(writer, { kind: 'stop', offset })
      return
    }
    const { tag, bodyLength } = header
    encodeItem(writer, { kind: 'packet', tag, offset, bodyOffset: reader.offset, bodyLength })

    const body = new Body(reader, bodyLength)
    const parseBody = BODIES.get(tag)
    if (parseBody !== undefined) {
      fields.reset()
      const flaw = parseBody(body, fields, inner)
      if (flaw === undefined || isTooLarge(fields)) writer.bytes(fields.view())
      else encodeItem(writer, { kind: 'flaw', flaw })
    }
    body.leave()
  }
}
