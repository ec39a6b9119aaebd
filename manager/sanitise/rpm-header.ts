/**
 * The door for RPM headers (docs/rpm-grammar.md). Trusted side; reads hostile octets, linearly: the index entry by entry,
 * the store once from front to back. The reply must name exactly the entries that are read here.
 */
import { RPM_LIMITS } from '../../protocol/limits.ts'
import type { Tainted } from '../../protocol/tainted.ts'
import { type RpmEntry, type RpmHeaderReading, TYPE } from '../rpm/model.ts'
import { type Claims, openClaims } from './claims.ts'
import { Cursor } from './cursor.ts'
import { attempt, Fault } from './fault.ts'
import { INTRO_LENGTH, readIntro } from './rpm-package.ts'

const ENTRY_LENGTH = 16
const TRAILER_LENGTH = 16
/** Tags below are those of regions (rpm's HEADER_TAGBASE). */
const FIRST_TAG = 100
const REGION = { signatures: 62, header: 63 } as const
/** rpm 3 and 4.0 wrote this into the trailer of a signature header; rpm reads it still (lib/header.cc). */
const OLD_TRAILER = 61

/** Octets of one value, which are its alignment too; strings have none. */
const SIZE: ReadonlyMap<number, number | 'strings'> = new Map<number, number | 'strings'>([
  [TYPE.char, 1],
  [TYPE.int8, 1],
  [TYPE.int16, 2],
  [TYPE.int32, 4],
  [TYPE.int64, 8],
  [TYPE.string, 'strings'],
  [TYPE.bin, 1],
  [TYPE.stringArray, 'strings'],
  [TYPE.i18nString, 'strings'],
])

/** Opens the reply about a signature header. @throws Violation where it differs; TypeError for shared memory */
export function openRpmSignatures(input: Uint8Array, reply: Tainted<Uint8Array>): RpmHeaderReading {
  return openClaims(input, reply, (claims) => readHeader(input, claims, 'signatures'))
}

/** Opens the reply about a main header. @throws Violation where it differs; TypeError for shared memory */
export function openRpmHeader(input: Uint8Array, reply: Tainted<Uint8Array>): RpmHeaderReading {
  return openClaims(input, reply, (claims) => readHeader(input, claims, 'header'))
}

type Role = keyof typeof REGION

function readHeader(input: Uint8Array, claims: Claims, role: Role): RpmHeaderReading {
  const entries = new Map<number, RpmEntry>()
  const read = attempt(() => {
    for (const entry of walk(input, role)) {
      const { tag, type, place } = entry
      claims.expect({ kind: 'entry', tag, type, ...place }, place.offset)
      if (tag >= FIRST_TAG) entries.set(tag, entry)
    }
  })
  if (read instanceof Fault) {
    const { offset, detail } = read
    claims.expect({ kind: 'stop', offset }, offset)
    claims.end(offset)
    return { status: 'malformed', offset, detail }
  }
  claims.end(input.length)
  return { status: 'read', header: { octets: input, entries } }
}

/** The entries in the order of the index. @throws {@link Fault} at the first that breaks the grammar */
function* walk(input: Uint8Array, role: Role): Generator<RpmEntry> {
  const { entries: count, storeLength } = readIntro(input)
  const base = INTRO_LENGTH + count * ENTRY_LENGTH
  if (input.length !== base + storeLength) {
    throw new Fault('malformed', 'expected as many octets as the header states', 0)
  }
  const index = new Cursor(input.subarray(INTRO_LENGTH, base), INTRO_LENGTH)
  const store = input.subarray(base)
  const region = readRegion(index, store, count, role)
  yield entryAt(REGION[role], TYPE.bin, TRAILER_LENGTH, region.trailer, TRAILER_LENGTH, true)
  const seen = new Set<number>()
  let end = 0
  for (let number = 1; number < count; number += 1) {
    const at = index.offset
    if (number === region.entries) end = endOfRegion(end, region, at)
    const tag = index.u32('a tag')
    const type = index.u32('a type')
    const offset = index.u32('an offset')
    const values = index.u32('a count')
    if (tag < FIRST_TAG || seen.has(tag)) {
      throw new Fault('malformed', 'expected a tag from 100 on that is not there already', at)
    }
    seen.add(tag)
    const length = measure(store, type, values, offset, end, at)
    yield entryAt(tag, type, values, offset, length, number < region.entries)
    end = offset + length
  }
  if (region.entries === count) end = endOfRegion(end, region, index.offset)
  if (end !== storeLength) {
    throw new Fault('malformed', 'expected entries up to the end of the store', index.offset)
  }

  function entryAt(
    tag: number,
    type: number,
    values: number,
    offset: number,
    length: number,
    isInRegion: boolean,
  ): RpmEntry {
    const place = { offset: base + offset, length }
    return {
      tag,
      type,
      count: values,
      place,
      data: store.subarray(offset, offset + length),
      isInRegion,
    }
  }
}

interface Region {
  readonly entries: number
  readonly trailer: number
}

/** Entry 0 points at its trailer, which says how many entries the region has. */
function readRegion(index: Cursor, store: Uint8Array, count: number, role: Role): Region {
  const at = index.offset
  const fail = (what: string): never => {
    throw new Fault('malformed', `expected ${what}`, at)
  }
  const isEntry = index.u32('a tag') === REGION[role] && index.u32('a type') === TYPE.bin
  if (!isEntry) fail('the region as the first entry')
  const trailer = index.u32('an offset')
  if (index.u32('a count') !== TRAILER_LENGTH) fail('a region of 16 octets')
  if (trailer > store.length - TRAILER_LENGTH) fail('the trailer of the region in the store')
  const cursor = new Cursor(store.subarray(trailer, trailer + TRAILER_LENGTH), trailer)
  const tag = cursor.u32('a tag')
  const isTag = tag === REGION[role] || (tag === OLD_TRAILER && role === 'signatures')
  if (!isTag || cursor.u32('a type') !== TYPE.bin)
    fail('the tag and type of the region in its trailer')
  const entries = (2 ** 32 - cursor.u32('an offset')) / ENTRY_LENGTH
  if (cursor.u32('a count') !== TRAILER_LENGTH) fail('a trailer that counts 16 octets')
  if (!Number.isInteger(entries) || entries < 1 || entries > count) {
    fail('a region of entries that are there')
  }
  const isWhole = entries === count && trailer + TRAILER_LENGTH === store.length
  if (role === 'header' && !isWhole) fail('a region that is all of the header')
  return { entries, trailer }
}

/** The trailer follows the region's last entry at once; entries go on behind it. */
function endOfRegion(end: number, { trailer }: Region, at: number): number {
  if (end === trailer) return trailer + TRAILER_LENGTH
  throw new Fault('malformed', 'expected the trailer behind the last entry of the region', at)
}

/** Octets of an entry's values, which begin behind the entry before it, aligned, after zeros. */
function measure(
  store: Uint8Array,
  type: number,
  values: number,
  offset: number,
  end: number,
  at: number,
): number {
  const fail = (what: string): never => {
    throw new Fault('malformed', `expected ${what}`, at)
  }
  const size = SIZE.get(type) ?? fail('a type from 1 to 9')
  const most = type === TYPE.bin ? store.length : RPM_LIMITS.maxValues
  if (values < 1 || values > most) fail('a count of values that is possible')
  if (type === TYPE.string && values !== 1) fail('one string')
  const alignment = size === 'strings' ? 1 : size
  if (offset !== Math.ceil(end / alignment) * alignment || offset > store.length) {
    fail('values that begin where those of the entry before end')
  }
  if (store.subarray(end, offset).some((octet) => octet !== 0)) fail('zeros in front of the values')
  if (size !== 'strings') {
    return values * size <= store.length - offset ? values * size : fail('values within the store')
  }
  let left = values
  for (let next = offset; next < store.length; next += 1) {
    if (store[next] !== 0) continue
    left -= 1
    if (left === 0) return next + 1 - offset
  }
  return fail('as many strings as are counted')
}
