/**
 * Rules 1 and 2 of docs/rpm-grammar.md, at the edge: just good, and just bad with the place of the STOP. Every input is read
 * by the manager too, who must come to the same.
 */
import { describe, expect, it } from 'vitest'
import type { EntryItem } from '../../protocol/messages.ts'
import { concat, fill } from './build.ts'
import { rpmItems } from './parse.ts'
import { type Entry, EVERY, entryAt, header, make, patched, trailerAt, words } from './rpm-build.ts'
import { readByBoth, stopAt, stopAtEntry } from './rpm-read.ts'

const whole = header('header', EVERY)
const ALL = `${EVERY.length + 1} entries`

describe('RPM headers: what is named', () => {
  it('every entry with its octets, the region first by its trailer', () => {
    const items = rpmItems('header', whole) as EntryItem[] // no STOP, as the length shows
    expect(items).toHaveLength(EVERY.length + 1)
    const [region, ...entries] = items
    expect(region).toEqual({
      kind: 'entry',
      tag: 63,
      type: 7,
      offset: trailerAt(whole),
      length: 16,
    })
    for (const [index, { tag, type, data }] of EVERY.entries()) {
      const item = entries[index]
      expect(item).toMatchObject({ kind: 'entry', tag, type, length: data.length })
      const from = item?.offset ?? 0
      expect(whole.subarray(from, from + data.length)).toEqual(Uint8Array.from(data))
    }
  })

  it('names the entries in front of a broken one, then stops', () => {
    const broken = patched(whole, entryAt(3), 99)
    expect(rpmItems('header', broken).map(({ kind }) => kind)).toEqual([
      'entry',
      'entry',
      'entry',
      'stop',
    ])
  })

  it('reads a region alone', () => {
    expect(readByBoth(header('header', []))).toBe('1 entries')
    expect(readByBoth(header('signatures', []), 'signatures')).toBe('1 entries')
  })
})

describe('RPM headers, rule 1: magic, one entry, exactly so many octets', () => {
  it.each([
    ['nothing', new Uint8Array()],
    ['15 octets', whole.subarray(0, 15)],
    ['16 octets', whole.subarray(0, 16)],
    ['another magic', patched(whole, 0, 0x8eade802)],
    ['reserved octets', patched(whole, 4, 1)],
    ['il 0', patched(whole, 8, 0)],
    ['il 0 and nothing else', words(0x8eade801, 0, 0, 0)],
    ['one octet less', whole.subarray(0, -1)],
    ['one octet more', concat(whole, [0])],
    ['il one more', patched(whole, 8, EVERY.length + 2)],
    ['il 2^28: 16 times it is 2^32', patched(header('header', []), 8, 2 ** 28)],
    ['il 2^28 + 1', patched(header('header', []), 8, 2 ** 28 + 1)],
    ['il 2^32 - 1', patched(whole, 8, 2 ** 32 - 1)],
    ['il 2^31', patched(whole, 8, 2 ** 31)],
    ['dl 2^31', patched(whole, 12, 2 ** 31)],
    ['dl 2^32 - 1', patched(whole, 12, 2 ** 32 - 1)],
    ['dl 2^32 - 16: the sum is 2^32', patched(header('header', []), 12, 2 ** 32 - 16)],
    ['il 2^32 - 1 and dl that wrap to its length', words(0x8eade801, 0, 2 ** 32 - 1, 16)],
  ])('%s: stops at 0', (_, input) => {
    expect(readByBoth(input)).toBe(stopAt(0))
    expect(readByBoth(input, 'signatures')).toBe(stopAt(0))
  })

  it('empty store: there is room for no trailer', () => {
    expect(readByBoth(words(0x8eade801, 0, 1, 0, 63, 7, 0, 16))).toBe(stopAtEntry(0))
  })
})

const inSignatures: readonly Entry[] = [make.bin(1008, fill(4, 0)), make.string(269, 'abc')]
const at = trailerAt(whole)
const R = at - entryAt(EVERY.length + 1)

describe('RPM headers, rule 2: the region', () => {
  it.each([
    ['tag 62 in a main header', entryAt(0), 62],
    ['tag 61', entryAt(0), 61],
    ['tag 64', entryAt(0), 64],
    ['type 6', entryAt(0) + 4, 6],
    ['type 8', entryAt(0) + 4, 8],
    ['offset one less', entryAt(0) + 8, R - 1],
    ['offset one more: 15 octets are left', entryAt(0) + 8, R + 1],
    ['offset 2^31', entryAt(0) + 8, 2 ** 31],
    ['offset -16', entryAt(0) + 8, 2 ** 32 - 16],
    ['offset -1', entryAt(0) + 8, 2 ** 32 - 1],
    ['count 15', entryAt(0) + 12, 15],
    ['count 17', entryAt(0) + 12, 17],
    ['trailer of tag 62', at, 62],
    ['trailer of tag 61', at, 61],
    ['trailer of tag 64', at, 64],
    ['trailer of type 6', at + 4, 6],
    ['trailer of type 8', at + 4, 8],
    ['trailer counts 15', at + 12, 15],
    ['trailer counts 17', at + 12, 17],
    ['ril 0', at + 8, 0],
    ['ril one less', at + 8, 2 ** 32 - 16 * EVERY.length],
    ['ril one more', at + 8, 2 ** 32 - 16 * (EVERY.length + 2)],
    ['ril 2^28 - 1', at + 8, 16],
    ['not a multiple of 16, one more', at + 8, 2 ** 32 - 16 * (EVERY.length + 1) + 1],
    ['not a multiple of 16, one less', at + 8, 2 ** 32 - 16 * (EVERY.length + 1) - 1],
    ['a positive offset', at + 8, 16 * (EVERY.length + 1)],
    ['2^31', at + 8, 2 ** 31],
  ])('%s: stops at 16', (_, place, value) => {
    expect(readByBoth(whole)).toBe(ALL)
    expect(readByBoth(patched(whole, place, value))).toBe(stopAtEntry(0))
  })

  it('dl of 15 octets: the trailer is cut', () => {
    const alone = header('header', [])
    expect(readByBoth(patched(alone.subarray(0, -1), 12, 15))).toBe(stopAtEntry(0))
  })

  it.each([
    ['62', 62, '3 entries'],
    ['61, as old rpm wrote', 61, '3 entries'],
    ['63', 63, stopAtEntry(0)],
    ['60', 60, stopAtEntry(0)],
  ])('in a signature header the trailer may have tag %s: %s', (_, trailerTag, expected) => {
    expect(readByBoth(header('signatures', inSignatures, { trailerTag }), 'signatures')).toBe(
      expected,
    )
  })

  it('one header is not the other', () => {
    expect(readByBoth(whole, 'signatures')).toBe(stopAtEntry(0))
    expect(readByBoth(header('signatures', inSignatures))).toBe(stopAtEntry(0))
  })

  it.each([
    [0, stopAtEntry(0)],
    [1, '3 entries'],
    [2, '3 entries'],
    [3, '3 entries'],
    [4, stopAtEntry(0)],
  ])('in a signature header of 3 entries the region may have %i: %s', (ril, expected) => {
    const made = header('signatures', inSignatures, { ril: Math.min(3, Math.max(1, ril)) })
    const input = patched(made, trailerAt(made) + 8, (2 ** 32 - 16 * ril) % 2 ** 32)
    expect(readByBoth(input, 'signatures')).toBe(expected)
  })

  it.each([1, 2])('in a main header nothing may stand behind a region of %i entries', (ril) => {
    expect(readByBoth(header('header', inSignatures, { ril }))).toBe(stopAtEntry(0))
  })

  it('in a main header nothing may stand behind the trailer', () => {
    expect(readByBoth(header('header', EVERY, { behind: [0] }))).toBe(stopAtEntry(0))
  })
})
