/**
 * Writes the header structure of RPM packages for tests, octet by octet: an index of entries and the store they point
 * into. What it is told is written, however wrong; what it is not told is as rpm writes it. Shares no code with what is
 * tested beyond the octet builders.
 */
import { Writer } from '../../protocol/bytes.ts'
import { concat, type Octets, u16, u32 } from '../unit/build.ts'

/** Numbers of the types that an index entry can have. */
export const TYPE = {
  char: 1,
  int8: 2,
  int16: 3,
  int32: 4,
  int64: 5,
  string: 6,
  bin: 7,
  stringArray: 8,
  i18n: 9,
} as const

/** Octets per item, which is the alignment in the store as well; types of variable length are not here. */
export const WIDTH: ReadonlyMap<number, number> = new Map([
  [TYPE.char, 1],
  [TYPE.int8, 1],
  [TYPE.int16, 2],
  [TYPE.int32, 4],
  [TYPE.int64, 8],
  [TYPE.bin, 1],
])

/** One entry: a line of the index, and its data in the store. */
export interface HeaderEntry {
  readonly tag: number
  readonly type: number
  /** default: what the data holds */
  readonly count?: number
  readonly data: Uint8Array
  /** the offset that the index claims; the data stays in its place. Signed: -1 is `ff ff ff ff` */
  readonly offset?: number
  /** octets before the data in place of the least zeros that align it */
  readonly padding?: Uint8Array
}

const text = (value: string): Uint8Array => concat(Buffer.from(value, 'utf8'), [0])

export function int16s(tag: number, ...values: readonly number[]): HeaderEntry {
  return { tag, type: TYPE.int16, data: concat(...values.map(u16)) }
}

export function int32s(tag: number, ...values: readonly number[]): HeaderEntry {
  return { tag, type: TYPE.int32, data: concat(...values.map(u32)) }
}

export function int64s(tag: number, ...values: readonly bigint[]): HeaderEntry {
  const octets = (value: bigint): Uint8Array => {
    const buffer = Buffer.alloc(8)
    buffer.writeBigUInt64BE(value)
    return buffer
  }
  return { tag, type: TYPE.int64, data: concat(...values.map(octets)) }
}

/** One text, in UTF-8. */
export function string(tag: number, value: string): HeaderEntry {
  return { tag, type: TYPE.string, data: text(value) }
}

export function stringArray(tag: number, ...values: readonly string[]): HeaderEntry {
  return { tag, type: TYPE.stringArray, data: concat(...values.map(text)) }
}

/** Texts for each locale of the table in tag 100. */
export function i18n(tag: number, ...values: readonly string[]): HeaderEntry {
  return { tag, type: TYPE.i18n, data: concat(...values.map(text)) }
}

export function bin(tag: number, data: Octets): HeaderEntry {
  return { tag, type: TYPE.bin, data: Uint8Array.from(data) }
}

/** Four numbers: a line of the index, and the form of a region's trailer. Negative ones are two's complement. */
export interface IndexLine {
  readonly tag: number
  readonly type: number
  readonly offset: number
  readonly count: number
}

/** What of a header is to be other than it is. */
export interface HeaderOptions {
  /** entries behind the region: their lines end the index, their data ends the store */
  readonly dribbles?: readonly HeaderEntry[]
  /** the eight octets in front; default `8E AD E8 01 00000000` */
  readonly magic?: Octets
  /** the claimed number of entries */
  readonly il?: number
  /** the claimed octets of the store */
  readonly dl?: number
  readonly region?: Partial<IndexLine>
  readonly trailer?: Partial<IndexLine>
  /** octets between the last data of the region and its trailer */
  readonly beforeTrailer?: Octets
  /** octets at the end of the store, counted in `dl` */
  readonly afterStore?: Octets
  /** no region: neither line nor trailer, as rpm 3 wrote it */
  readonly withoutRegion?: boolean
  /** the last word about index and store; `il` and `dl` follow its answer */
  readonly edit?: (draft: HeaderDraft) => HeaderDraft
}

/** A header before it becomes octets. */
export interface HeaderDraft {
  readonly index: readonly IndexLine[]
  readonly store: Uint8Array
}

export const HEADER_MAGIC: Uint8Array = Uint8Array.of(0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0)

const signed32 = (value: number): Uint8Array => u32(value < 0 ? value + 2 ** 32 : value)

const lineOctets = ({ tag, type, offset, count }: IndexLine): Uint8Array =>
  concat(signed32(tag), signed32(type), signed32(offset), signed32(count))

function countOf({ type, data }: HeaderEntry): number {
  if (type === TYPE.string) return 1
  const width = WIDTH.get(type)
  return width === undefined
    ? data.filter((octet) => octet === 0).length
    : Math.floor(data.length / width)
}

/** Puts data into the store, and remembers the lines that point to it. */
class Draft {
  readonly lines: IndexLine[] = []
  readonly #store = new Writer()

  get length(): number {
    return this.#store.length
  }

  append(octets: Octets): void {
    this.#store.bytes(Uint8Array.from(octets))
  }

  put(entry: HeaderEntry): void {
    const width = WIDTH.get(entry.type) ?? 1
    this.append(entry.padding ?? new Uint8Array((width - (this.length % width)) % width))
    const { tag, type, count = countOf(entry), offset = this.length } = entry
    this.lines.push({ tag, type, offset, count })
    this.append(entry.data)
  }

  get store(): Uint8Array {
    return this.#store.take()
  }
}

/**
 * A header from its magic to the end of its store, without the padding that follows a signature header.
 *
 * @param region 62 for a signature header, 63 for a main header
 * @param entries of the region, in the order of index and store
 */
export function writeHeader(
  region: 62 | 63,
  entries: readonly HeaderEntry[],
  options: HeaderOptions = {},
): Uint8Array {
  const { dribbles = [], withoutRegion = false, edit = (same: HeaderDraft) => same } = options
  const draft = new Draft()
  for (const entry of entries) draft.put(entry)
  const first: IndexLine[] = []
  if (!withoutRegion) {
    draft.append(options.beforeTrailer ?? [])
    const common = { tag: region, type: TYPE.bin, count: 16 }
    first.push({ ...common, offset: draft.length, ...options.region })
    const offset = -16 * (entries.length + 1)
    draft.append(lineOctets({ ...common, offset, ...options.trailer }))
  }
  for (const entry of dribbles) draft.put(entry)
  draft.append(options.afterStore ?? [])
  const { index, store } = edit({ index: [...first, ...draft.lines], store: draft.store })
  const { magic = HEADER_MAGIC, il = index.length, dl = store.length } = options
  const written = new Writer()
  // one by one: 65,536 lines are more than a call has room for
  for (const line of index) written.bytes(lineOctets(line))
  return concat(magic, signed32(il), signed32(dl), written.view(), store)
}
