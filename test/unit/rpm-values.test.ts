/** Values of entries, by their type: what is read of each, and of which nothing is. */
import { describe, expect, it } from 'vitest'
import type { RpmEntry } from '../../manager/rpm/model.ts'
import {
  eachString,
  hexOf,
  integersOf,
  requireEntry,
  stringsOf,
} from '../../manager/sanitise/rpm-values.ts'
import { text } from './build.ts'
import { type Entry, EVERY, make } from './rpm-build.ts'
import { faultIn, opened } from './rpm-read.ts'

/** What is read of one entry, or the fault. */
function read<T>(entry: Entry, reader: (entry: RpmEntry) => T): T | string {
  const header = opened('header', [entry])
  const [one] = header.entries.values()
  return faultIn(header, () => reader(one ?? expect.unreachable()))
}

const words = (entry: RpmEntry): readonly string[] =>
  stringsOf(entry).map((octets) => Buffer.from(octets).toString('latin1'))

describe('values of entries', () => {
  it.each<readonly [string, Entry, readonly string[]]>([
    ['STRING', make.string(1000, 'one'), ['one']],
    ['STRING, empty', make.string(1000, ''), ['']],
    ['STRING_ARRAY', make.strings(1000, 'one', '', 'three'), ['one', '', 'three']],
    ['I18NSTRING', make.i18n(1000, 'one', 'eins'), ['one', 'eins']],
  ])('strings of %s', (_, entry, expected) => {
    expect(read(entry, words)).toEqual(expected)
    expect(read(entry, (one) => [...eachString(one)].length)).toBe(expected.length)
  })

  it('strings of no other type', () => {
    for (const entry of EVERY) {
      if ([6, 8, 9].includes(entry.type)) continue
      const { tag } = entry
      expect(read(entry, words)).toBe(`expected type 8 of tag ${tag} @ ${tag}`)
    }
  })

  it('integers of 16 and 32 bits, unsigned, and of no other type', () => {
    expect(read(make.int16(1000, 0, 65_535), integersOf)).toEqual([0, 65_535])
    expect(read(make.int32(1000, 0, 2 ** 32 - 1), integersOf)).toEqual([0, 2 ** 32 - 1])
    for (const entry of EVERY) {
      if ([3, 4].includes(entry.type)) continue
      const { tag } = entry
      expect(read(entry, integersOf)).toBe(`expected type 4 of tag ${tag} @ ${tag}`)
    }
  })

  it('an entry of a type, and of as many values', () => {
    const entry = make.int32(1000, 1, 2)
    expect(read(entry, (one) => requireEntry(one, 4))).toBeUndefined()
    expect(read(entry, (one) => requireEntry(one, 4, 2))).toBeUndefined()
    for (const count of [0, 1, 3]) {
      expect(read(entry, (one) => requireEntry(one, 4, count))).toBe(
        `expected type 4 and ${count} values of tag 1000 @ 1000`,
      )
    }
    expect(read(entry, (one) => requireEntry(one, 3, 2))).toBe(
      'expected type 3 and 2 values of tag 1000 @ 1000',
    )
  })

  it('digits of exactly one length', () => {
    const hex = (digits: string, length: number): string =>
      read(make.string(1000, digits), (one) => hexOf(text(digits), length, one))
    expect(hex('0af9', 4)).toBe('0af9')
    expect(hex('', 0)).toBe('')
    for (const digits of [
      '0af',
      '0af9a',
      '0aF9',
      '0a 9',
      '0ag9',
      '0a\n9',
      '0a/9',
      '0a:9',
      '0a`9',
    ]) {
      expect(hex(digits, 4)).toBe('expected 4 hexadecimal digits of tag 1000 @ 1000')
    }
  })
})
