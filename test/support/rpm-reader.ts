/**
 * Reads well-formed RPM packages for tests, so that these can name the octets they flip: where every line of an index and
 * every datum stands in the file. Plain and trusting on purpose, and shares no code with the reader that is tested.
 */
import { TYPE, WIDTH } from './rpm-header.ts'

/** An entry as it stands in the file; every `At` is an offset from the start of the file. */
export interface ReadEntry {
  readonly tag: number
  readonly type: number
  /** signed, from the start of the store, as the index has it */
  readonly offset: number
  readonly count: number
  /** its 16 octets of the index */
  readonly indexAt: number
  readonly dataAt: number
  readonly dataLength: number
  readonly data: Uint8Array
}

export interface ReadHeader {
  /** where the magic stands */
  readonly start: number
  /** the first octet behind the store */
  readonly end: number
  readonly storeAt: number
  /** in the order of the index, the region's entry first */
  readonly entries: readonly ReadEntry[]
}

export interface ReadPackage {
  readonly leadEnd: number
  readonly signature: ReadHeader
  /** `signature.end` to `header.start` is padding */
  readonly header: ReadHeader
  readonly payloadStart: number
}

/** Takes a package apart. @throws RangeError if it ends too early */
export function parsePackageForTests(octets: Uint8Array): ReadPackage {
  const leadEnd = 96
  const signature = readHeader(octets, leadEnd)
  const header = readHeader(octets, leadEnd + Math.ceil((signature.end - leadEnd) / 8) * 8)
  return { leadEnd, signature, header, payloadStart: header.end }
}

/** The first entry of a tag. @throws Error if there is none */
export function entryOf(header: ReadHeader, tag: number): ReadEntry {
  const found = header.entries.find((entry) => entry.tag === tag)
  if (found === undefined) throw new Error(`expected an entry of tag ${tag}`)
  return found
}

/** The texts of an entry, or the one of a string. */
export function textsOf({ data }: ReadEntry): string[] {
  return Buffer.from(data).toString('utf8').split('\0').slice(0, -1)
}

function readHeader(octets: Uint8Array, start: number): ReadHeader {
  const buffer = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
  const count = buffer.readUInt32BE(start + 8)
  const storeAt = start + 16 + 16 * count
  const end = storeAt + buffer.readUInt32BE(start + 12)
  const entries = Array.from({ length: count }, (_, line) =>
    readEntry(buffer, start + 16 + 16 * line, storeAt),
  )
  return { start, end, storeAt, entries }
}

function readEntry(buffer: Buffer, indexAt: number, storeAt: number): ReadEntry {
  const tag = buffer.readUInt32BE(indexAt)
  const type = buffer.readUInt32BE(indexAt + 4)
  const offset = buffer.readInt32BE(indexAt + 8)
  const count = buffer.readUInt32BE(indexAt + 12)
  const dataAt = storeAt + offset
  const width = WIDTH.get(type)
  const dataLength =
    width === undefined
      ? lengthOfTexts(buffer, dataAt, type === TYPE.string ? 1 : count)
      : width * count
  const data = Uint8Array.from(buffer.subarray(dataAt, dataAt + dataLength))
  return { tag, type, offset, count, indexAt, dataAt, dataLength, data }
}

function lengthOfTexts(buffer: Buffer, at: number, count: number): number {
  let end = at
  for (let texts = 0; texts < count; texts += 1) {
    const zero = buffer.indexOf(0, end)
    if (zero < 0) throw new RangeError('expected a text to end')
    end = zero + 1
  }
  return end - at
}
