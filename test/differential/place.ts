/**
 * Where in a file an octet stands: which packet, and which part of it. A reader of its own, for material that is
 * well-formed; shares no code with what is tested.
 */

/** Parts of a packet of this material. Key packets and user ids are `header` or `body`. */
export type Part =
  | 'header'
  | 'body'
  | 'front'
  | 'hashed'
  | 'unhashed length'
  | 'unhashed'
  | 'left16'
  | 'value'

export interface Spot {
  readonly tag: number
  /** of a signature */
  readonly type: number | undefined
  /** which packet of the file, from 0 */
  readonly index: number
  readonly part: Part
  /** of an area: the type of the subpacket; undefined elsewhere */
  readonly subpacket: number | undefined
  /** the octet tells where a subpacket or an integer ends, or which subpacket it is */
  readonly isFrame: boolean
}

/** Where `offset` is. @throws RangeError behind the end */
export function spotOf(file: Uint8Array, offset: number): Spot {
  const octets = Buffer.from(file)
  let at = 0
  for (let index = 0; at < octets.length; index += 1) {
    const { tag, start, end } = header(octets, at)
    if (offset < end) {
      const plain = { tag, type: undefined, index, subpacket: undefined, isFrame: false }
      if (offset < start) return { ...plain, part: 'header' }
      if (tag !== 2) return { ...plain, part: 'body' }
      return {
        ...plain,
        type: octets[start + 1],
        ...inSignature(octets.subarray(start, end), offset - start),
      }
    }
    at = end
  }
  throw new RangeError('expected an offset in the file')
}

function header(
  octets: Buffer,
  at: number,
): { readonly tag: number; readonly start: number; readonly end: number } {
  const first = octets.readUInt8(at)
  if (first >= 0xc0) {
    const length = octets.readUInt8(at + 1)
    const tag = first - 0xc0
    if (length < 192) return { tag, start: at + 2, end: at + 2 + length }
    if (length === 255) return { tag, start: at + 6, end: at + 6 + octets.readUInt32BE(at + 2) }
    const long = (length - 192) * 256 + octets.readUInt8(at + 2) + 192
    return { tag, start: at + 3, end: at + 3 + long }
  }
  const size = 2 ** (first % 4)
  const start = at + 1 + size
  return {
    tag: Math.floor((first - 0x80) / 4),
    start,
    end: start + octets.readUIntBE(at + 1, size),
  }
}

type InSignature = Pick<Spot, 'part' | 'subpacket' | 'isFrame'>

/** A version 4 signature: all that is made here. */
function inSignature(body: Buffer, at: number): InSignature {
  const outside = { subpacket: undefined, isFrame: false }
  const hashedEnd = 6 + body.readUInt16BE(4)
  const unhashedEnd = hashedEnd + 2 + body.readUInt16BE(hashedEnd)
  if (at < 6) return { ...outside, part: 'front' }
  if (at < hashedEnd) return inArea(body, 6, at, 'hashed')
  if (at < hashedEnd + 2) return { ...outside, part: 'unhashed length' }
  if (at < unhashedEnd) return inArea(body, hashedEnd + 2, at, 'unhashed')
  if (at < unhashedEnd + 2) return { ...outside, part: 'left16' }
  return { ...outside, part: 'value', isFrame: isBitCount(body, unhashedEnd + 2, at) }
}

/** The value of algorithm 27 is no integers. */
const NATIVE = 27

function isBitCount(body: Buffer, start: number, at: number): boolean {
  let next = start
  while (body[2] !== NATIVE && next < body.length) {
    if (at < next + 2) return at >= next
    next += 2 + Math.ceil(body.readUInt16BE(next) / 8)
  }
  return false
}

function inArea(body: Buffer, start: number, at: number, part: Part): InSignature {
  let next = start
  for (;;) {
    const first = body.readUInt8(next)
    const size = first < 192 ? 1 : first < 255 ? 2 : 5
    const long = size === 2 ? (first - 192) * 256 + body.readUInt8(next + 1) + 192 : 0
    const length = size === 1 ? first : size === 2 ? long : body.readUInt32BE(next + 1)
    const [data, end] = [next + size + 1, next + size + length]
    const subpacket = body.readUInt8(next + size) % 128
    if (at < data) return { part, subpacket, isFrame: true }
    if (at < end && subpacket === EMBEDDED) return inSignature(body.subarray(data, end), at - data)
    if (at < end) return { part, subpacket, isFrame: false }
    next = end
  }
}

/** The subpacket that is a signature: what is in it has a place of its own. */
const EMBEDDED = 32
