/**
 * The header structure of RPM packages, for verbs `rpmSignatures` and `rpmHeader` (docs/rpm-grammar.md). Handler side:
 * synchronous, linear in the input, never throws but for want of memory.
 *
 * Every entry of the index is named with the octets that it covers in the store, the region first; a STOP names the first
 * that breaks the grammar. What tags mean is nothing to this side.
 */
import { Reader, type Writer } from '../../../protocol/bytes.ts'
import { RPM_LIMITS } from '../../../protocol/limits.ts'
import { encodeItem } from '../../../protocol/messages.ts'

/** `8E AD E8 01` and four reserved octets. */
const MAGIC = [0x8eade801, 0] as const
const INTRO = 16
const ENTRY = 16
/** The octets of a region trailer; also what the region's entry counts. */
const TRAILER = 16
const BIN = 7
const STRING = 6
const LOWEST_TAG = 100

const SIGNATURES = 62
const HEADER = 63
/** What old rpm wrote into the trailer of a signature header. */
const IMAGE = 61

/** Octets of one value, by type, which are its alignment too; 0: strings, each to its NUL. */
const SIZES: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 4],
  [5, 8],
  [STRING, 0],
  [BIN, 1],
  [8, 0],
  [9, 0],
])

/** How the region cuts the index and the store. */
interface Region {
  /** entries that belong to it, itself included */
  readonly entries: number
  /** where in the store its trailer begins */
  readonly trailer: number
}

/** Names the entries of a signature header. */
export function parseRpmSignatures(input: Uint8Array, writer: Writer): void {
  endWithStop(nameEntries(input, writer, SIGNATURES), writer)
}

/** Names the entries of a main header. */
export function parseRpmHeader(input: Uint8Array, writer: Writer): void {
  endWithStop(nameEntries(input, writer, HEADER), writer)
}

function endWithStop(offset: number | undefined, writer: Writer): void {
  if (offset !== undefined) encodeItem(writer, { kind: 'stop', offset })
}

/** Names all entries; returns where the grammar is broken, if it is. */
function nameEntries(input: Uint8Array, writer: Writer, regionTag: number): number | undefined {
  if (input.length < INTRO) return 0
  const reader = new Reader(input)
  const isMagic = reader.u32() === MAGIC[0] && reader.u32() === MAGIC[1]
  const count = reader.u32()
  const storeLength = reader.u32()
  const store = INTRO + ENTRY * count
  if (!isMagic || count < 1 || input.length !== store + storeLength) return 0

  const region = parseRegion(input, reader, regionTag, { count, storeLength })
  if (region === undefined) return INTRO
  const first = store + region.trailer
  encodeItem(writer, { kind: 'entry', tag: regionTag, type: BIN, offset: first, length: TRAILER })

  const tags = new Set<number>()
  let end = 0
  for (let index = 1; index < count; index += 1) {
    if (index === region.entries) {
      if (end !== region.trailer) return INTRO + ENTRY * index
      end += TRAILER
    }
    const tag = reader.u32()
    const type = reader.u32()
    const offset = reader.u32()
    const values = reader.u32()
    const isNew = tag >= LOWEST_TAG && !tags.has(tag)
    const length = isNew ? lengthOf(input, store, { type, offset, values, end }) : undefined
    if (length === undefined) return INTRO + ENTRY * index
    tags.add(tag)
    encodeItem(writer, { kind: 'entry', tag, type, offset: store + offset, length })
    end = offset + length
  }
  if (region.entries === count) {
    if (end !== region.trailer) return store
    end += TRAILER
  }
  return end === storeLength ? undefined : store
}

interface Sizes {
  readonly count: number
  readonly storeLength: number
}

/** Entry 0 and its trailer; undefined where they are no region. */
function parseRegion(
  input: Uint8Array,
  reader: Reader,
  regionTag: number,
  { count, storeLength }: Sizes,
): Region | undefined {
  if (reader.u32() !== regionTag || reader.u32() !== BIN) return undefined
  const trailer = reader.u32()
  if (trailer + TRAILER > storeLength || reader.u32() !== TRAILER) return undefined
  const rest = new Reader(input)
  rest.skip(INTRO + ENTRY * count + trailer)
  const tag = rest.u32()
  const isTag = tag === regionTag || (regionTag === SIGNATURES && tag === IMAGE)
  if (!isTag || rest.u32() !== BIN) return undefined
  const back = 0x1_0000_0000 - rest.u32()
  const entries = back / ENTRY
  if (rest.u32() !== TRAILER || !Number.isInteger(entries)) return undefined
  if (entries < 1 || entries > count) return undefined
  if (regionTag === HEADER && (entries !== count || trailer + TRAILER !== storeLength)) {
    return undefined
  }
  return { entries, trailer }
}

interface Extent {
  readonly type: number
  readonly offset: number
  readonly values: number
  /** where the entry before it ends, in the store */
  readonly end: number
}

/** The octets that an entry covers; undefined where it breaks the grammar. */
function lengthOf(
  input: Uint8Array,
  store: number,
  { type, offset, values, end }: Extent,
): number | undefined {
  const size = SIZES.get(type)
  if (size === undefined || values < 1) return undefined
  if (values > RPM_LIMITS.maxValues && type !== BIN) return undefined
  if (values !== 1 && type === STRING) return undefined
  const alignment = size === 0 ? 1 : size
  const padding = (alignment - (end % alignment)) % alignment
  if (offset !== end + padding || store + offset > input.length) return undefined
  for (let at = end; at < offset; at += 1) if (input[store + at] !== 0) return undefined
  if (size > 0) return store + offset + values * size > input.length ? undefined : values * size
  let next = store + offset
  for (let left = values; left > 0; left -= 1) {
    const nul = input.indexOf(0, next)
    if (nul < 0) return undefined
    next = nul + 1
  }
  return next - store - offset
}
