/**
 * Rules 3 and 4 of docs/rpm-grammar.md, at the edge: entries, where their octets are, and where a region ends. Every input is
 * read by the manager too, who must come to the same.
 */
import { describe, expect, it } from 'vitest'
import { concat, fill, text } from './build.ts'
import { rpmItems } from './parse.ts'
import { type Entry, entryAt, header, make, patched, TAG, trailerAt, words } from './rpm-build.ts'
import { readByBoth, stopAtEntry } from './rpm-read.ts'

/** A header of these entries and what is read of it, as the second of three that are there. */
function readEntry(entry: Entry): string {
  const first = make.bin(2000, [1])
  return readByBoth(header('header', [first, entry, make.bin(2001, [1])]))
}

describe('RPM headers, rule 3: tags', () => {
  it.each([
    [0, stopAtEntry(2)],
    [61, stopAtEntry(2)],
    [62, stopAtEntry(2)],
    [63, stopAtEntry(2)],
    [99, stopAtEntry(2)],
    [100, '4 entries'],
    [1999, '4 entries'],
    [2000, stopAtEntry(2)],
    [2 ** 31, '4 entries'],
    [2 ** 32 - 1, '4 entries'],
  ])('%i: %s', (tag, expected) => {
    expect(readEntry(make.bin(tag, [5]))).toBe(expected)
  })

  it('a tag may stand once, behind the region too', () => {
    const twice = [make.bin(1000, [1]), make.bin(1001, [1]), make.bin(1000, [1])]
    expect(readByBoth(header('header', twice))).toBe(stopAtEntry(3))
    expect(readByBoth(header('signatures', twice, { ril: 2 }), 'signatures')).toBe(stopAtEntry(3))
  })

  it('need not ascend', () => {
    expect(readByBoth(header('header', [make.bin(2000, [1]), make.bin(1000, [1])]))).toBe(
      '3 entries',
    )
  })
})

describe('RPM headers, rule 3: types and counts', () => {
  it.each([0, 10, 11, 255, 256, 256 + 7, 2 ** 31, 2 ** 31 + 7, 2 ** 32 - 1])(
    'type %i is none',
    (type) => {
      expect(readEntry({ tag: 100, type, count: 1, data: [0, 0, 0, 0] })).toBe(stopAtEntry(2))
    },
  )

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('type %i: one value, and none', (type) => {
    const data = type < 6 ? fill([0, 1, 1, 2, 4, 8][type] ?? 0) : [0]
    expect(readEntry({ tag: 100, type, count: 1, data })).toBe('4 entries')
    expect(readEntry({ tag: 100, type, count: 0, data })).toBe(stopAtEntry(2))
    expect(readEntry({ tag: 100, type, count: 0, data: [] })).toBe(stopAtEntry(2))
  })

  it.each([2, 0, 2 ** 31, 2 ** 32 - 1])('a STRING is one, not %i', (count) => {
    expect(readEntry({ ...make.string(100, 'a'), count, data: [65, 0, 66, 0] })).toBe(
      stopAtEntry(2),
    )
  })

  it.each([
    ['CHAR', 1, 1],
    ['INT8', 2, 1],
    ['INT16', 3, 2],
    ['INT32', 4, 4],
    ['INT64', 5, 8],
    ['STRING_ARRAY', 8, 1],
    ['I18NSTRING', 9, 1],
  ])('%s: 1,048,575 values at most', (_, type, size) => {
    const most = 1_048_575
    const data = new Uint8Array(size * (most + 1))
    const good = header('header', [{ tag: 100, type, count: most, data: data.subarray(size) }])
    expect(readByBoth(good)).toBe('2 entries')
    expect(readByBoth(header('header', [{ tag: 100, type, count: most + 1, data }]))).toBe(
      stopAtEntry(1),
    )
  })

  it('BIN: as many octets as there are', () => {
    expect(readByBoth(header('header', [make.bin(100, fill(1_048_576))]))).toBe('2 entries')
  })
})

describe('RPM headers, rule 3: places', () => {
  const offsetAt = (index: number): number => entryAt(index) + 8
  const numbers = header('header', [make.bin(2000, [1]), make.int32(100, 5), make.bin(2001, [1])])

  it.each([
    [0, stopAtEntry(2)],
    [1, stopAtEntry(2)],
    [3, stopAtEntry(2)],
    [4, '4 entries'],
    [5, stopAtEntry(2)],
    [8, stopAtEntry(2)],
    [2 ** 31 + 4, stopAtEntry(2)],
    [2 ** 32 - 4, stopAtEntry(2)],
    [2 ** 32 - 1, stopAtEntry(2)],
  ])('an INT32 behind one octet begins at 4, not at %i: %s', (offset, expected) => {
    expect(readByBoth(patched(numbers, offsetAt(2), offset))).toBe(expected)
  })

  it.each([
    [3, 2],
    [4, 4],
    [5, 8],
  ])('type %i is aligned to %i, from the start of the store', (type, size) => {
    for (let before = 1; before <= 9; before += 1) {
      const entries = [make.bin(2000, fill(before)), { tag: 100, type, count: 1, data: fill(size) }]
      const input = header('header', entries)
      expect(readByBoth(input)).toBe('3 entries')
      const offset = Math.ceil(before / size) * size
      for (const by of [-1, 1, size, -size]) {
        expect(readByBoth(patched(input, offsetAt(2), (offset + by + 2 ** 32) % 2 ** 32))).toBe(
          stopAtEntry(2),
        )
      }
    }
  })

  it.each([1, 2, 6, 7, 8, 9])('type %i begins where the one before ends', (type) => {
    const entries = [make.bin(2000, fill(3)), { tag: 100, type, count: 1, data: [0] }]
    const input = header('header', entries)
    expect(readByBoth(input)).toBe('3 entries')
    for (const offset of [2, 4])
      expect(readByBoth(patched(input, offsetAt(2), offset))).toBe(stopAtEntry(2))
  })

  it('padding is zeros, each octet of it', () => {
    const input = header('header', [make.bin(2000, [1]), make.int64(100, 5)])
    const store = entryAt(3)
    for (let place = 1; place < 8; place += 1) {
      const dirty = Uint8Array.from(input)
      dirty[store + place] = 1
      expect(readByBoth(dirty)).toBe(stopAtEntry(2))
    }
  })

  it.each([
    ['BIN', make.bin(2001, [1]), 2],
    ['INT32', make.int32(2001, 1), 2],
    ['INT64', make.int64(2001, 1), 2],
  ])('%s: one value more lies in the store, and the trailer is missed then', (_, entry) => {
    const input = header('header', [entry])
    expect(readByBoth(patched(input, entryAt(1) + 12, 2))).toBe(stopAtEntry(2))
  })

  it.each([
    ['BIN', make.bin(2001, fill(4)), 4 + 16],
    ['CHAR', make.char(2001, fill(4)), 4 + 16],
    ['INT16', make.int16(2001, 1, 2), 2 + 8],
    ['INT32', make.int32(2001, 1), 1 + 4],
    ['INT64', make.int64(2001, 1), 1 + 2],
  ])('%s: within the store, to its last octet', (_, entry, most) => {
    const input = header('header', [entry])
    const count = (value: number): string => readByBoth(patched(input, entryAt(1) + 12, value))
    expect(count(entry.count)).toBe('2 entries')
    // up to the end of the store the trailer is missed, beyond it the entry itself is wrong
    expect(count(most)).toBe(stopAtEntry(2))
    expect(count(most + 1)).toBe(stopAtEntry(1))
    for (const value of [2 ** 29 + 1, 2 ** 30 + 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32 - 1]) {
      expect(count(value)).toBe(stopAtEntry(1))
    }
  })

  it('strings: each to its NUL, and every one there', () => {
    const input = header('signatures', [make.strings(2001, 'a', '', 'b')], { ril: 1 })
    expect(readByBoth(input, 'signatures')).toBe('2 entries')
    for (const [count, expected] of [
      [2, stopAtEntry(2)],
      [4, stopAtEntry(1)],
    ] as const) {
      expect(readByBoth(patched(input, entryAt(1) + 12, count), 'signatures')).toBe(expected)
    }
    const unended = header('signatures', [{ ...make.string(2001, ''), data: text('abc') }], {
      ril: 1,
    })
    expect(readByBoth(unended, 'signatures')).toBe(stopAtEntry(1))
    // in a main header the trailer has zeros: a string finds its NUL there, and the trailer is missed
    expect(readByBoth(header('header', [{ ...make.string(2001, ''), data: text('abc') }]))).toBe(
      stopAtEntry(2),
    )
  })

  it('an entry at the very end of the store has no octets there', () => {
    const input = header('signatures', [make.bin(2001, [7])], { ril: 1 })
    const cut = patched(input.subarray(0, -1), 12, 16)
    expect(readByBoth(cut, 'signatures')).toBe(stopAtEntry(1))
  })
})

describe('RPM headers, rules 3 and 4: the trailer stands behind its region', () => {
  const four = [make.bin(2000, [1]), make.int32(2001, 2), make.string(2002, 'x')]

  it.each([1, 2, 3, 4])('behind entry %i, entries go on', (ril) => {
    const input = header('signatures', four, { ril })
    expect(readByBoth(input, 'signatures')).toBe('4 entries')
    const items = rpmItems('signatures', input)
    expect(items[0]).toMatchObject({ tag: TAG.signatures, offset: trailerAt(input) })
  })

  it.each([1, 2, 3])('ril %i: it is looked for there', (ril) => {
    const input = header('signatures', four, { ril })
    const place = trailerAt(input) + 8
    for (const other of [1, 2, 3, 4].filter((value) => value !== ril)) {
      const moved = patched(input, place, 2 ** 32 - 16 * other)
      // whichever comes first: the entry that does not find its place, or the trailer that is not there
      expect(readByBoth(moved, 'signatures')).toBe(stopAtEntry(Math.min(ril, other)))
    }
  })

  it('octets between the last entry and the trailer belong to nobody', () => {
    const input = header('header', four)
    const place = trailerAt(input)
    const gap = concat(input.subarray(0, place), [0], input.subarray(place))
    const grown = patched(patched(gap, 12, gap.length - entryAt(4)), 24, place - entryAt(4) + 1)
    expect(readByBoth(grown)).toBe(stopAtEntry(4))
  })

  it('octets behind the last entry belong to nobody', () => {
    for (const ril of [1, 2, 3, 4]) {
      const input = header('signatures', four, { ril, behind: [0] })
      expect(readByBoth(input, 'signatures')).toBe(stopAtEntry(4))
    }
  })

  it('a trailer inside an entry is no trailer', () => {
    const trailer = words(62, 7, 2 ** 32 - 32, 16)
    const inside = header('signatures', [make.bin(2000, concat([1], trailer, [2]))])
    expect(readByBoth(patched(inside, 24, 1), 'signatures')).toBe(stopAtEntry(2))
  })
})

describe('RPM headers: many entries', () => {
  it.each([65_535, 65_536])('%i, counted by nobody here', (count) => {
    const entries = Array.from({ length: count - 1 }, (_, index) => make.bin(100 + index, [1]))
    const input = header('header', entries)
    expect(readByBoth(input)).toBe(`${count} entries`)
    expect(readByBoth(patched(input, entryAt(count - 1), 100))).toBe(stopAtEntry(count - 1))
  })
})
