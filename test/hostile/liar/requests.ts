/** A request of the handler `liar`: the reply that it is to give, in front of the input. */
import { Reader, Writer } from '../../../protocol/bytes.ts'

/** In place of a length: parse the input and say the truth. */
const HONESTLY = 0xffff_ffff

export function encodeRequest(input: Uint8Array, reply?: Uint8Array): Uint8Array {
  const writer = new Writer().u32(reply?.length ?? HONESTLY)
  if (reply !== undefined) writer.bytes(reply)
  return writer.bytes(input).take()
}

export interface LiarRequest {
  /** undefined: the truth is wanted */
  readonly reply: Uint8Array | undefined
  readonly input: Uint8Array
}

export function decodeRequest(body: Uint8Array): LiarRequest {
  const reader = new Reader(body)
  const length = reader.u32()
  const reply = length === HONESTLY ? undefined : reader.bytes(length)
  return { reply, input: reader.bytes(reader.left) }
}
