/**
 * Where tags of consequence may stand: in their one header, inside the region, or the package is malformed. What CVE-2021-3421
 * and CVE-2021-20271 were about.
 */
import { describe, expect, it } from 'vitest'
import { statedInSignatures } from '../../manager/rpm/stated.ts'
import { DIGEST_TAGS, SIGNATURE_TAGS } from '../../manager/rpm/tags.ts'
import { type Entry, make } from './rpm-build.ts'
import { opened, stated } from './rpm-read.ts'

const inSignatures = (...entries: readonly Entry[]): unknown => stated('signatures', entries)
const inHeader = (...entries: readonly Entry[]): unknown => stated('header', entries)
/** All of them behind the region. */
const behind = (...entries: readonly Entry[]): unknown => stated('signatures', entries, { ril: 1 })

const NOTHING = { signatures: [], digests: [], hasForeign: false }

describe('C1: CVE-2021-3421, tags that sign in the main header', () => {
  it.each([101, 256, 257, 261, 264, 266, 267, 268, 269, 270, 271, 273, 278, 279, 999])(
    '%i',
    (tag) => {
      for (const entry of [make.bin(tag, [1]), make.string(tag, 'a')]) {
        expect(inHeader(entry)).toBe(`expected tag ${tag} in the signature header only @ ${tag}`)
      }
    },
  )

  it('the table of locales is the one low tag of a main header', () => {
    expect(inHeader(make.strings(100, 'C'))).toEqual([])
    expect(
      inHeader(make.string(1000, 'name'), make.string(1002, '1'), make.bin(1005, [1])),
    ).toEqual([])
  })
})

describe('C1: CVE-2021-20271, tags of the main header in the signature header', () => {
  it.each([
    1001,
    1009,
    1044,
    1116,
    5062,
    5092,
    5093,
    5097,
    5121,
    5122,
    5123,
    5124,
    2 ** 31,
    2 ** 32 - 1,
  ])('%i in the region', (tag) => {
    expect(inSignatures(make.bin(tag, [1]))).toBe(
      `expected tag ${tag} in the main header only @ ${tag}`,
    )
  })

  it.each([1003, 1006, 1008])('%i belongs there', (tag) => {
    expect(inSignatures(make.bin(tag, [1]))).toEqual(NOTHING)
  })

  it('low tags that are not known are of no consequence', () => {
    expect(inSignatures(make.bin(272, [1]), make.bin(999, [1]))).toEqual(NOTHING)
  })

  // what rpm adds to the main header
  it.each([
    ['270', make.int64(270, 1)],
    ['271', make.int64(271, 1)],
    ['274', make.strings(274, 'a', 'b')],
    ['275', make.int32(275, 1)],
    ['276', make.strings(276, 'a')],
    ['277', make.int32(277, 1)],
    ['1000', make.int32(1000, 1)],
    ['1007', make.int32(1007, 1)],
  ])('%s has its shape, wherever it stands', (tag, entry) => {
    expect(inSignatures(entry)).toEqual(NOTHING)
    expect(behind(entry)).toEqual({ ...NOTHING, hasForeign: true })
    for (const wrong of [make.bin(Number(tag), [1]), make.int32(Number(tag), 1, 2)]) {
      expect(inSignatures(wrong)).toMatch(/^expected type \d(?: and 1 values)? of tag/)
      expect(behind(wrong)).toMatch(/^expected type \d(?: and 1 values)? of tag/)
    }
  })
})

describe('C1: CVE-2021-20271, entries behind the region', () => {
  const known = [...SIGNATURE_TAGS, ...DIGEST_TAGS].map(({ tag }) => tag)

  it.each(known)('%i is malformed there', (tag) => {
    for (const entry of [make.bin(tag, [1]), make.string(tag, 'a')]) {
      expect(behind(entry)).toBe(`expected tag ${tag} inside the region only @ ${tag}`)
      expect(behind(make.bin(999, [1]), entry)).toBe(
        `expected tag ${tag} inside the region only @ ${tag}`,
      )
    }
  })

  it.each([272, 999, 1003, 1008])('%i is noted there, and read by nobody', (tag) => {
    expect(behind(make.bin(tag, [1]))).toEqual({ ...NOTHING, hasForeign: true })
  })

  it.each([1001, 1009, 5000])('%i is of the main header there, too', (tag) => {
    expect(behind(make.bin(tag, [1]))).toBe(`expected tag ${tag} in the main header only @ ${tag}`)
  })

  it('a tag that is known stays what it is in front of others', () => {
    const header = opened('signatures', [make.bin(268, [7]), make.bin(1008, [0])], { ril: 2 })
    expect(statedInSignatures(header)).toMatchObject({
      signatures: [{ octets: Uint8Array.of(7) }],
      hasForeign: true,
    })
  })
})
