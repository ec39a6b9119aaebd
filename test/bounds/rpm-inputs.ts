/** Packages of the largest sizes, and ones that only claim them, by a throw-away key. */
import { createHash } from 'node:crypto'
import { RPM_LIMITS } from '../../protocol/limits.ts'
import { certificateBytes, makeKey, signDetached } from '../support/openpgp-writer.ts'
import { concat, fill, text } from '../unit/build.ts'
import {
  type Entry,
  entryAt,
  header,
  LEAD,
  make,
  packageFile,
  patched,
  words,
} from '../unit/rpm-build.ts'

const alice = makeKey('ed25519')
export const CERTIFICATE: Uint8Array = certificateBytes(alice)
const PAYLOAD = text('payload')
const covered: readonly Entry[] = [
  make.strings(5092, createHash('sha256').update(PAYLOAD).digest('hex')),
]

/** A package that is good but for what these entries do. */
export function signed(more: readonly Entry[] = [], beside: readonly Entry[] = []): Uint8Array {
  const main = header('header', [...covered, ...more])
  const signatures = header('signatures', [make.bin(267, signDetached(alice, main)), ...beside])
  return packageFile({ signatures, header: main, payload: PAYLOAD })
}

const FIRST_TAG = 6000
const range = (count: number, entry: (index: number) => Entry): readonly Entry[] =>
  Array.from({ length: count }, (_, index) => entry(index))

/** A main header of so many entries, region included. */
export const headerEntries = (count: number): Uint8Array =>
  signed(range(count - 2, (index) => make.bin(FIRST_TAG + index, [1])))

/** A signature header of so many entries, region included. */
export const signatureEntries = (count: number): Uint8Array =>
  signed(
    [],
    range(count - 2, (index) => make.bin(300 + index, [1])),
  )

const small = header('header', covered).length
/** What is left of a header's largest size for the octets of entries beside the digest. */
const left = (entries: number): number => RPM_LIMITS.maxHeader - small - 16 * entries

/** A main header of its largest size, and so many octets more. */
export const headerOctets = (more: number): Uint8Array =>
  signed([make.bin(FIRST_TAG, fill(left(1) + more))])

const NULS = 1_048_575
const strings = (tag: number, count: number, length = count): Entry => ({
  tag,
  type: 8,
  count,
  data: new Uint8Array(length),
})

/** One array of a million empty strings, the rest of 16 MiB in octets. */
export const emptyStrings = (): Uint8Array =>
  signed([strings(FIRST_TAG, NULS), make.bin(FIRST_TAG + 1, fill(left(2) - NULS))])

/** Almost 16 Mi NULs, all of them strings. */
export function onlyNuls(): Uint8Array {
  const count = Math.floor(left(16) / NULS)
  return signed(range(count, (index) => strings(FIRST_TAG + index, NULS)))
}

/** As many entries as there may be, all strings, 16 MiB in all. */
export function manyStrings(): Uint8Array {
  const count = RPM_LIMITS.maxHeaderEntries - 2
  const each = Math.floor(left(count) / count)
  return signed(range(count, (index) => strings(FIRST_TAG + index, each)))
}

/** As many entries as there may be, each with seven octets of padding in front. */
export const padded = (): Uint8Array =>
  signed(
    range(RPM_LIMITS.maxHeaderEntries - 2, (index) =>
      index % 2 === 0 ? make.bin(FIRST_TAG + index, [1]) : make.int64(FIRST_TAG + index, 1),
    ),
  )

/** Strings without an end: the NUL is looked for up to the end of the store. */
export const endless = (): Uint8Array =>
  signed([{ tag: FIRST_TAG, type: 8, count: NULS, data: fill(left(1) - 1) }])

/** So many signatures: the good one, and those of rpm 6, which are not judged yet. */
export function signatures(count: number): Uint8Array {
  const data = text('c2ln\0'.repeat(count - 1))
  return signed([], [{ tag: 278, type: 8, count: count - 1, data }])
}

/** A signature header that claims so much, and 200 octets in all. */
export const claiming = (entries: number, storeLength: number): Uint8Array =>
  concat(LEAD, words(0x8eade801, 0, entries, storeLength), words(62, 7, 0, 16), fill(72, 0))

/** The same claim by a main header, behind a good signature header; 200 octets of it follow. */
export function claimingMain(entries: number, storeLength: number): Uint8Array {
  const whole = signed()
  const front = whole.subarray(0, whole.length - small - PAYLOAD.length)
  const main = header('header', [make.bin(FIRST_TAG, fill(120))])
  return concat(front, patched(patched(main, 8, entries), 12, storeLength))
}

/** A main header whose counts, types and places are at their edges. */
export function edges(): ReadonlyMap<string, Uint8Array> {
  const main = header('header', [
    ...covered,
    make.int32(FIRST_TAG, 1),
    make.string(FIRST_TAG + 1, 'a'),
  ])
  const numbers = [0, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 4, 2 ** 32 - 1]
  const of = (changed: Uint8Array): Uint8Array =>
    packageFile({
      signatures: header('signatures', [make.bin(267, signDetached(alice, changed))]),
      header: changed,
      payload: PAYLOAD,
    })
  const made = new Map<string, Uint8Array>()
  for (const [name, at] of [
    ['tag', 0],
    ['type', 4],
    ['offset', 8],
    ['count', 12],
  ] as const) {
    for (const number of numbers) {
      if (name === 'tag' && number > 100) continue
      made.set(`${name} ${number}`, of(patched(main, entryAt(2) + at, number)))
    }
  }
  made.set('an entry over another', of(patched(main, entryAt(3) + 8, 64)))
  made.set('an entry that is not aligned', of(patched(main, entryAt(2) + 8, 69)))
  return made
}

/** Unsigned: one directory of the longest path, named by as many files as may be told. */
export function longPaths(octet: number): Uint8Array {
  const count = RPM_LIMITS.maxPaths / RPM_LIMITS.maxText
  const directory = Uint8Array.from({ length: RPM_LIMITS.maxText + 1 }, (_, at) =>
    at === RPM_LIMITS.maxText ? 0 : octet,
  )
  const main = header('header', [
    ...covered,
    make.int16(1030, ...new Array<number>(count).fill(0o100644)),
    make.strings(1035, ...new Array<string>(count).fill('0'.repeat(32))),
    make.int32(1037, ...new Array<number>(count).fill(0)),
    make.int32(1116, ...new Array<number>(count).fill(0)),
    make.strings(1117, ...new Array<string>(count).fill('')),
    { tag: 1118, type: 8, count: 1, data: directory },
  ])
  return packageFile({ signatures: header('signatures', []), header: main, payload: PAYLOAD })
}

/** Unsigned: a name of 15 MiB. */
export function longName(octet: number): Uint8Array {
  const data = Uint8Array.from({ length: 15_728_640 }, (_, at) => (at === 15_728_639 ? 0 : octet))
  const main = header('header', [{ tag: 1000, type: 6, count: 1, data }, ...covered])
  return packageFile({ signatures: header('signatures', []), header: main, payload: PAYLOAD })
}
