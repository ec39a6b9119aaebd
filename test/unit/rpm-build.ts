/**
 * RPM headers for unit tests, in few words (docs/rpm-grammar.md): entries by type, in a header that is laid out as the grammar
 * wants it (test/support/rpm-header.ts). What is to be wrong is then written over with {@link patched}.
 */
import { writeHeader } from '../support/rpm-header.ts'
import { concat, fill, type Octets, text, u16, u32 } from './build.ts'

export const TAG = { signatures: 62, header: 63, image: 61 } as const
/** Which of the two headers of a package. */
export type Role = 'signatures' | 'header'

/** An entry of the index and the octets of its values. */
export interface Entry {
  readonly tag: number
  readonly type: number
  readonly count: number
  readonly data: Octets
}

/** Where entry number `index` stands in a header; 0 is the region. */
export const entryAt = (index: number): number => 16 + 16 * index

export const words = (...values: readonly number[]): Uint8Array => concat(...values.map(u32))

export interface HeaderOptions {
  /** entries of the region, itself included; default all */
  readonly ril?: number
  readonly trailerTag?: number
  /** octets behind the last value */
  readonly behind?: Octets
}

/** A header whose first entry is the region. */
export function header(
  role: Role,
  entries: readonly Entry[],
  { ril = entries.length + 1, trailerTag = TAG[role], behind = [] }: HeaderOptions = {},
): Uint8Array {
  const written = entries.map((entry) => ({ ...entry, data: Uint8Array.from(entry.data) }))
  return writeHeader(TAG[role], written.slice(0, ril - 1), {
    dribbles: written.slice(ril - 1),
    trailer: { tag: trailerTag },
    afterStore: behind,
  })
}

/** The header with one number written over. */
export function patched(octets: Uint8Array, at: number, value: number): Uint8Array {
  return concat(octets.subarray(0, at), u32(value), octets.subarray(at + 4))
}

/** Where the trailer of a header's region stands in it. */
export function trailerAt(octets: Uint8Array): number {
  const view = Buffer.from(octets)
  return 16 + 16 * view.readUInt32BE(8) + view.readUInt32BE(24)
}

/** Entries by their type. */
export const make = {
  char: (tag: number, data: Octets): Entry => ({ tag, type: 1, count: data.length, data }),
  int8: (tag: number, data: Octets): Entry => ({ tag, type: 2, count: data.length, data }),
  int16: (tag: number, ...values: readonly number[]): Entry => ({
    tag,
    type: 3,
    count: values.length,
    data: concat(...values.map(u16)),
  }),
  int32: (tag: number, ...values: readonly number[]): Entry => ({
    tag,
    type: 4,
    count: values.length,
    data: words(...values),
  }),
  int64: (tag: number, ...values: readonly number[]): Entry => ({
    tag,
    type: 5,
    count: values.length,
    data: concat(...values.map((value) => words(0, value))),
  }),
  string: (tag: number, value: string): Entry => ({
    tag,
    type: 6,
    count: 1,
    data: text(`${value}\0`),
  }),
  bin: (tag: number, data: Octets): Entry => ({ tag, type: 7, count: data.length, data }),
  strings: (tag: number, ...values: readonly string[]): Entry => ({
    tag,
    type: 8,
    count: values.length,
    data: text(values.map((value) => `${value}\0`).join('')),
  }),
  i18n: (tag: number, ...values: readonly string[]): Entry => ({
    ...make.strings(tag, ...values),
    type: 9,
  }),
} as const

/** One entry of every type, with padding in front of some. */
export const EVERY: readonly Entry[] = [
  make.string(1000, 'name'),
  make.i18n(1004, 'one', 'two'),
  make.int32(1009, 7, 8),
  make.char(1100, [65, 66, 67]),
  make.int16(1030, 1, 2, 3),
  make.strings(1118, '/', '', '/usr/'),
  make.int8(1101, [1]),
  make.int64(5009, 9),
  make.bin(5010, [1, 2, 0, 4, 5]),
]

export interface PackageParts {
  /** the signature header */
  readonly signatures: Uint8Array
  readonly header: Uint8Array
  readonly payload?: Octets
  readonly lead?: Uint8Array
}

/** The lead: what tells a package from other files, and 74 + 16 octets that mean nothing. */
export const LEAD: Uint8Array = concat([0xed, 0xab, 0xee, 0xdb], fill(74, 3), [0, 5], fill(16, 9))

/** A package file. */
export function packageFile({ signatures, header: main, payload = [], lead = LEAD }: PackageParts) {
  return concat(lead, signatures, fill((8 - (signatures.length % 8)) % 8, 0), main, payload)
}
