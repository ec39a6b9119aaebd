/**
 * Packet headers, old and new format (RFC 9580 section 4.2). Handler side: the input is hostile, the answer is
 * checked by the manager, which encodes each header again and compares.
 *
 * Refused: an octet that begins no packet, a header that is cut, and partial and indeterminate lengths, with which
 * a body has no one place in the input. Whether the body fits is for the caller to see.
 */
import type { Reader } from '../../../protocol/bytes.ts'

export interface PacketHeader {
  /** packet type ID, 0 to 15 in the old format, 0 to 63 in the new one */
  readonly tag: number
  /** octets of the body, as the header says */
  readonly bodyLength: number
}

/** Reads one header from where `input` stands, with at least one octet left; undefined if there is none to read. */
export function parseHeader(input: Reader): PacketHeader | undefined {
  const first = input.u8()
  if (first < 0x80) return undefined
  const isNew = first >= 0xc0
  const bodyLength = isNew ? newLength(input) : oldLength(input, first & 0x03)
  if (bodyLength === undefined) return undefined
  return { tag: isNew ? first & 0x3f : (first >> 2) & 0x0f, bodyLength }
}

/** RFC 9580 section 4.2.1. Longer forms than needed are allowed, and are in use. */
function newLength(input: Reader): number | undefined {
  if (input.left < 1) return undefined
  const first = input.u8()
  if (first < 192) return first
  if (first < 224) return input.left < 1 ? undefined : (first - 192) * 256 + input.u8() + 192
  if (first < 255) return undefined
  return input.left < 4 ? undefined : input.u32()
}

/** RFC 9580 section 4.2.2; length type 3 is indeterminate. */
function oldLength(input: Reader, lengthType: number): number | undefined {
  switch (lengthType) {
    case 0:
      return input.left < 1 ? undefined : input.u8()
    case 1:
      return input.left < 2 ? undefined : input.u16()
    case 2:
      return input.left < 4 ? undefined : input.u32()
    default:
      return undefined
  }
}
