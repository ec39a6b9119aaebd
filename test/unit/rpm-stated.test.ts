/**
 * What a package states of its own integrity, by the closed table of tags: everything of consequence in its one place, of its
 * one type, or the package is malformed.
 */
import { describe, expect, it } from 'vitest'
import { statedInSignatures } from '../../manager/rpm/stated.ts'
import { DIGEST_TAGS, type DigestTag, SIGNATURE_TAGS } from '../../manager/rpm/tags.ts'
import { RPM_LIMITS } from '../../protocol/limits.ts'
import { fill, text } from './build.ts'
import { type Entry, make } from './rpm-build.ts'
import { opened, stated } from './rpm-read.ts'

const inSignatures = (...entries: readonly Entry[]): unknown => stated('signatures', entries)
const inHeader = (...entries: readonly Entry[]): unknown => stated('header', entries)

const NOTHING = { signatures: [], digests: [], hasForeign: false }
const HEX = '0123456789abcdef'.repeat(8)
const rowOf = (tag: number): DigestTag =>
  DIGEST_TAGS.find((row) => row.tag === tag) ?? expect.unreachable(`no tag ${tag}`)

/** An entry of a digest tag as it must be. */
function digestEntry({ tag, type, digits }: DigestTag, hex = HEX.slice(0, digits)): Entry {
  if (type === 7) return make.bin(tag, Buffer.from(hex, 'hex'))
  return { ...make.strings(tag, hex), type }
}

describe('C1: signatures', () => {
  it('are the octets of their entries, in the order of the table', () => {
    const packets = SIGNATURE_TAGS.map(({ tag, type }) =>
      type === 7 ? make.bin(tag, [1, tag % 256]) : make.strings(tag, 'one', '', 'three'),
    )
    const header = opened('signatures', packets.toReversed())
    const found = statedInSignatures(header)
    if (found === 'too-many') return expect.unreachable()
    expect(
      found.signatures.map(({ row, octets }) => [row.tag, Buffer.from(octets).toString()]),
    ).toEqual([
      [267, '\u0001\u000b'],
      [268, '\u0001\u000c'],
      [278, 'one'],
      [278, ''],
      [278, 'three'],
      [1002, '\u0001\ufffd'],
      [1005, '\u0001\ufffd'],
    ])
    for (const { octets, offset } of found.signatures) {
      expect(octets.buffer).toBe(header.octets.buffer)
      expect(header.octets.subarray(offset, offset + octets.length)).toEqual(octets)
    }
  })

  it.each(SIGNATURE_TAGS.map(({ tag, type }) => [tag, type]))(
    'tag %i of any type but %i is malformed',
    (tag, type) => {
      const values = [make.char(tag, [1]), make.int8(tag, [1]), make.int16(tag, 1)]
      const texts = [make.string(tag, 'a'), make.strings(tag, 'a'), make.i18n(tag, 'a')]
      for (const entry of [
        ...values,
        make.int32(tag, 1),
        make.int64(tag, 1),
        ...texts,
        make.bin(tag, [1]),
      ]) {
        if (entry.type === type) expect(inSignatures(entry)).toHaveProperty('signatures.length', 1)
        else expect(inSignatures(entry)).toBe(`expected type ${type} of tag ${tag} @ ${tag}`)
      }
    },
  )

  const packets = [267, 268, 1002, 1005].map((tag) => make.bin(tag, [1]))
  const strings = (count: number): Entry => ({
    tag: 278,
    type: 8,
    count,
    data: text('a\0'.repeat(count)),
  })

  it.each([
    ['alone', [], RPM_LIMITS.maxSignatures],
    ['beside four packets', packets, RPM_LIMITS.maxSignatures - 4],
  ])('C5: are at most 32, %s', (_, others, most) => {
    expect(inSignatures(...others, strings(most))).toHaveProperty('signatures.length', 32)
    expect(inSignatures(...others, strings(most + 1))).toBe('too-many')
    expect(inSignatures(...others, strings(1_000_000))).toBe('too-many')
    // what it is comes before how many
    expect(inSignatures(...others, make.bin(278, fill(100)))).toBe(
      'expected type 8 of tag 278 @ 278',
    )
  })
})

describe('C1: digests', () => {
  it.each(DIGEST_TAGS.map((row) => [row.tag, row] as const))('tag %i: one, whole', (tag, row) => {
    const role = row.in
    const found = stated(role, [digestEntry(row)])
    const digests = [{ row, hex: HEX.slice(0, row.digits) }]
    expect(found).toEqual(role === 'header' ? digests : { ...NOTHING, digests })
    const types: readonly Entry[] = [
      make.string(tag, HEX.slice(0, row.digits)),
      make.strings(tag, HEX.slice(0, row.digits)),
      make.i18n(tag, HEX.slice(0, row.digits)),
      make.bin(tag, Buffer.from(HEX.slice(0, row.digits), 'hex')),
      make.char(tag, fill(row.digits, 0x61)),
      make.int8(tag, fill(row.digits / 2)),
      make.int32(tag, ...new Array<number>(row.digits / 8).fill(1)),
    ]
    for (const entry of types) {
      if (entry.type === row.type) continue
      const count = row.type === 7 ? row.digits / 2 : 1
      expect(stated(role, [entry])).toBe(
        `expected type ${row.type} and ${count} values of tag ${tag} @ ${tag}`,
      )
    }
  })

  it.each(DIGEST_TAGS.filter(({ type }) => type !== 7).map((row) => [row.tag, row] as const))(
    'tag %i: lower-case hexadecimal of exactly its length',
    (tag, row) => {
      const good = HEX.slice(0, row.digits)
      for (const hex of [
        '',
        good.slice(1),
        `${good}0`,
        good.toUpperCase(),
        good.replace('a', 'A'),
        good.replace('a', 'g'),
        good.replace('a', ' '),
        `${good.slice(1)}\n`,
        good.replace('0', '\u00b2'),
      ]) {
        expect(stated(row.in, [digestEntry(row, hex)])).toBe(
          `expected ${row.digits} hexadecimal digits of tag ${tag} @ ${tag}`,
        )
      }
    },
  )

  it.each(DIGEST_TAGS.filter(({ type }) => type === 8).map((row) => [row.tag, row] as const))(
    'tag %i: one string, not two, and no NUL within',
    (tag, row) => {
      const good = HEX.slice(0, row.digits)
      const one = `expected type 8 and 1 values of tag ${tag} @ ${tag}`
      expect(inHeader(make.strings(tag, good, good))).toBe(one)
      expect(inHeader(make.strings(tag, good.slice(32), good.slice(32)))).toBe(one)
    },
  )

  it.each([15, 17, 32])('tag 1004 is 16 octets, not %i', (length) => {
    expect(inSignatures(make.bin(1004, fill(length)))).toBe(
      'expected type 7 and 16 values of tag 1004 @ 1004',
    )
  })

  it('no two rows speak of one tag, and every row has an algorithm of its length', () => {
    expect(new Set(DIGEST_TAGS.map(({ tag }) => tag)).size).toBe(DIGEST_TAGS.length)
    const digits = { MD5: 32, SHA1: 40, SHA256: 64, SHA512: 128, 'SHA3-256': 64 }
    for (const row of DIGEST_TAGS) expect(row.digits).toBe(digits[row.algorithm])
    const alternatives = DIGEST_TAGS.filter(({ standing }) => standing === 'alternative')
    for (const { algorithm } of alternatives) {
      const partner = DIGEST_TAGS.filter(
        (row) => row.covers === 'payload' && row.algorithm === algorithm,
      )
      expect(partner.map(({ standing }) => standing)).toEqual(['checked', 'alternative'])
    }
  })
})

describe('C1: the algorithm of the payload digest (5093)', () => {
  const digest = digestEntry(rowOf(5092))
  const not = 'expected SHA-256 as the algorithm of the payload digest @ 5093'

  it('is SHA-256, or not there', () => {
    expect(inHeader(digest)).toHaveLength(1)
    expect(inHeader(digest, make.int32(5093, 8))).toHaveLength(1)
  })

  it.each([0, 1, 2, 7, 9, 10, 2 ** 31 + 8, 2 ** 32 - 8])(
    '%i is malformed, with a digest or without',
    (id) => {
      expect(inHeader(digest, make.int32(5093, id))).toBe(not)
      expect(inHeader(make.int32(5093, id))).toBe(not)
    },
  )

  it.each([
    ['two values', make.int32(5093, 8, 8)],
    ['INT16', make.int16(5093, 8)],
    ['INT64', make.int64(5093, 8)],
    ['INT8', make.int8(5093, [8])],
    ['a string', make.string(5093, '8')],
  ])('%s is malformed', (_, entry) => {
    expect(inHeader(digest, entry)).toBe('expected type 4 and 1 values of tag 5093 @ 5093')
  })
})
