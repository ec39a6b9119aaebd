/**
 * A certificate as it is written: every packet's body is the input's octets, unchanged (claim C3); its header is written
 * anew in the current format with the shortest length (RFC 9580 section 4.2.1), so that one certificate has one form.
 * Trusted side, pure.
 */
import { Writer } from '../../protocol/bytes.ts'
import type { Certificate, Subject } from '../openpgp/certificate.ts'

const TAG = { signature: 2, publicKey: 6, userId: 13, publicSubkey: 14, userAttribute: 17 } as const

const NEW_FORMAT = 0xc0

function writePacket(writer: Writer, tag: number, body: Uint8Array): void {
  writer.u8(NEW_FORMAT + tag)
  const { length } = body
  if (length < 192) writer.u8(length)
  else if (length < 8384) writer.u16(0xc000 + length - 192)
  else writer.u8(0xff).u32(length)
  writer.bytes(body)
}

/** The packet that a component is; `unknown` ones are not written. */
function packetOf(subject: Subject, { primary }: Certificate): [number, Uint8Array] | undefined {
  switch (subject.kind) {
    case 'primary':
      return [TAG.publicKey, primary.body]
    case 'subkey':
      return [TAG.publicSubkey, subject.key.body]
    case 'user':
      return [TAG[subject.user.kind], subject.user.body]
    case 'unknown':
      return undefined
    default:
      return subject satisfies never
  }
}

/** A binary transferable public key: the primary key, then the components in their order (RFC 9580 section 10.1). */
export function certificateOctets(certificate: Certificate): Uint8Array {
  const writer = new Writer(1024)
  for (const { subject, signatures, flawed } of certificate.components) {
    const packet = packetOf(subject, certificate)
    if (packet === undefined) continue
    writePacket(writer, ...packet)
    for (const { body } of [...signatures, ...flawed]) writePacket(writer, TAG.signature, body)
  }
  return writer.take()
}
