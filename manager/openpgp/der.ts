/**
 * A DER writer, only for what SubjectPublicKeyInfo needs (RFC 5280 section 4.1, X.690). Trusted side; there is no
 * reader. Input is the manager's own clean integers and points.
 */
import { Writer } from '../../protocol/bytes.ts'

const TAG = { integer: 0x02, bitString: 0x03, oid: 0x06, sequence: 0x30 } as const

function element(tag: number, content: Uint8Array): Uint8Array {
  const writer = new Writer(content.length + 8).u8(tag)
  if (content.length < 0x80) writer.u8(content.length)
  else if (content.length < 0x100) writer.u8(0x81).u8(content.length)
  else writer.u8(0x82).u16(content.length)
  return writer.bytes(content).take()
}

/** SEQUENCE of the given elements. */
export function sequence(...elements: readonly Uint8Array[]): Uint8Array {
  const writer = new Writer(64)
  for (const part of elements) writer.bytes(part)
  return element(TAG.sequence, writer.take())
}

/** INTEGER, from a big-endian unsigned integer without leading zero octets. */
export function integer(value: Uint8Array): Uint8Array {
  const first = value[0] ?? 0
  if (value.length > 0 && first < 0x80) return element(TAG.integer, value)
  // the top bit is DER's sign: an unsigned value that has it set takes a zero octet in front
  return element(TAG.integer, new Writer(value.length + 1).u8(0).bytes(value).take())
}

/** BIT STRING with no unused bits. */
export function bitString(value: Uint8Array): Uint8Array {
  return element(TAG.bitString, new Writer(value.length + 1).u8(0).bytes(value).take())
}

/** OBJECT IDENTIFIER, from its content octets. */
export function objectIdentifier(content: Uint8Array): Uint8Array {
  return element(TAG.oid, content)
}
