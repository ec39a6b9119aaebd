/** The default policy: every row has a source, every cut-off is to the day, what has no row is refused. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HASHES } from '../../manager/openpgp/algorithms.ts'
import { CURVES } from '../../manager/openpgp/curves.ts'
import type { KeyPacket } from '../../manager/openpgp/model.ts'
import { NOTES } from '../../manager/openpgp/notes.ts'
import { REASON_ROWS } from '../../manager/openpgp/reasons.ts'
import { VERDICT_KINDS } from '../../manager/openpgp/verdict-kind.ts'
import {
  criticalObjection,
  hashObjection,
  keyObjection,
  versionObjection,
} from '../../manager/policy/objections.ts'
import {
  type Cutoff,
  DEFAULT_CRITICAL,
  DEFAULT_CURVES,
  DEFAULT_HASHES,
  DEFAULT_KEYS,
  defaultPolicy,
  RPM_CLOCK_SKEW,
  RPM_SHA1,
} from '../../manager/policy/policy.ts'
import { DIGEST_TAGS, SIGNATURE_TAGS } from '../../manager/rpm/tags.ts'
import { expectTable, table } from './docs-table.ts'
import { makeKey, makeSignature, seconds, sub } from './openpgp-make.ts'

const on = (iso: string) => defaultPolicy(seconds(Date.parse(`${iso}Z`) / 1000))
const today = on('2026-11-20T00:00:00')

describe('the default policy', () => {
  const CUTOFFS: readonly (readonly [number, 'collision' | 'secondPreimage', string, string])[] = [
    [1, 'collision', '1997-01-31T23:59:59', '1997-02-01T00:00:00'],
    [1, 'secondPreimage', '2004-01-31T23:59:59', '2004-02-01T00:00:00'],
    [2, 'collision', '2013-01-31T23:59:59', '2013-02-01T00:00:00'],
    [2, 'secondPreimage', '2023-01-31T23:59:59', '2023-02-01T00:00:00'],
    [3, 'collision', '2013-01-31T23:59:59', '2013-02-01T00:00:00'],
    [3, 'secondPreimage', '2013-01-31T23:59:59', '2013-02-01T00:00:00'],
  ]
  for (const [hash, use, last, first] of CUTOFFS) {
    it(`${HASHES.get(hash)?.name} for ${use} ends with ${last}`, () => {
      expect(hashObjection(on(last), hash, use)).toBeUndefined()
      expect(hashObjection(on(first), hash, use)).toContain(`refused since ${first.slice(0, 10)}`)
    })
  }

  it('SHA-2 and SHA-3 are accepted, a hash without a row is not', () => {
    for (const hash of [8, 9, 10, 11, 12, 14]) {
      expect(hashObjection(today, hash, 'collision')).toBeUndefined()
      expect(hashObjection(today, hash, 'secondPreimage')).toBeUndefined()
    }
    expect(hashObjection(today, 4, 'collision')).toBe('unknown hash, refused at any date')
  })

  const rsaOf = (bits: number): KeyPacket => {
    const n = new Uint8Array(Math.ceil(bits / 8))
    n[0] = 1 << ((bits - 1) % 8)
    return makeKey({ name: 'size', material: { family: 'rsa', n, e: Uint8Array.of(1, 0, 1) } })
      .packet
  }

  it('RSA from 2048 bits on, by the modulus and not by its octets', () => {
    expect(keyObjection(today, rsaOf(2048))).toBeUndefined()
    expect(keyObjection(today, rsaOf(2047))).toContain('rsa of 2047 bits, refused since 2014-02-01')
    expect(keyObjection(on('2014-01-31T00:00:00'), rsaOf(1024))).toBeUndefined()
  })

  it('DSA 2048 until 2030', () => {
    const dsa = makeKey({ kind: 'dsa', name: 'shared' }).packet
    expect(keyObjection(today, dsa)).toBeUndefined()
    expect(keyObjection(on('2030-02-01T00:00:00'), dsa)).toContain('refused since 2030-02-01')
  })

  it('every curve but secp256k1', () => {
    const of = (curve: string): KeyPacket =>
      makeKey({ name: 'curve', material: { family: 'ecdsa', curve, point: Uint8Array.of(4) } })
        .packet
    for (const curve of CURVES.keys()) {
      const expected = curve === 'secp256k1' ? 'this curve, refused at any date' : undefined
      expect(keyObjection(today, of(curve))).toBe(expected)
    }
  })

  it('critical subpackets: exactly those that StandardPolicy understands', () => {
    const key = makeKey()
    const refused: number[] = []
    for (let type = 0; type < 128; type += 1) {
      if (type === 20) continue
      const signature = makeSignature(key, [], { hashed: [sub.unknown(true, type)] })
      if (criticalObjection(today, signature) !== undefined) refused.push(type)
    }
    expect(refused.filter((type) => type < 40)).toEqual([
      0, 1, 8, 10, 13, 14, 15, 17, 18, 19, 31, 34, 36, 38,
    ])
    expect(refused.filter((type) => type >= 40)).toHaveLength(88)
  })

  it('a critical notation that is cut short is not on any list', () => {
    const key = makeKey()
    for (const data of [[], [0x80, 0, 0, 0], [0x80, 0, 0, 0, 0, 9, 0, 0, 120]]) {
      const cut = { type: 20, critical: true, data: Uint8Array.from(data) }
      const signature = makeSignature(key, [], { hashed: [cut] })
      const policy = { ...today, notations: ['x@example.org'] }
      expect(criticalObjection(policy, signature)).toBeDefined()
    }
  })

  it('version 3 over RPM headers only', () => {
    const three = makeSignature(makeKey(), [], { version: 3 })
    expect(versionObjection(today, three, 'rpm-header')).toBeUndefined()
    expect(versionObjection(today, three, 'document')).toBeDefined()
    expect(versionObjection({ ...today, v3: 'never' }, three, 'rpm-header')).toBeDefined()
    expect(versionObjection({ ...today, v3: 'always' }, three, 'document')).toBeUndefined()
  })

  it('every row names its source', () => {
    for (const { source } of [
      ...DEFAULT_HASHES,
      ...DEFAULT_KEYS,
      ...DEFAULT_CURVES,
      ...DEFAULT_CRITICAL,
    ]) {
      expect(source).toMatch(/Sequoia StandardPolicy|RFC 9580/)
    }
  })
})

const when = (cutoff: Cutoff): string =>
  typeof cutoff === 'string'
    ? cutoff
    : `before ${new Date(cutoff * 1000).toISOString().slice(0, 10)}`

const TABLES: Readonly<Record<string, string>> = {
  reasons: table(
    ['code', 'verdict', 'step', 'meaning', 'source'],
    [...REASON_ROWS].map(([code, row]) => [
      `\`${code}\``,
      row.kind,
      row.step,
      row.text,
      row.source,
    ]),
  ),
  notes: table(
    ['code', 'meaning'],
    Object.entries(NOTES).map(([code, text]) => [`\`${code}\``, text]),
  ),
  hashes: table(
    ['hash', 'where collisions matter', 'where only second preimages matter', 'source'],
    DEFAULT_HASHES.map((row) => [
      HASHES.get(row.hash)?.name ?? '',
      when(row.collision),
      when(row.secondPreimage),
      row.source,
    ]),
  ),
  keys: table(
    ['key', 'accepted', 'source'],
    [
      ...DEFAULT_KEYS.map((row) => [
        row.leastBits === 0 ? row.family : `${row.family} from ${row.leastBits} bits`,
        when(row.cutoff),
        row.source,
      ]),
      ...DEFAULT_CURVES.map((row) => [row.curve, when(row.cutoff), row.source]),
    ],
  ),
  'rpm-signatures': table(
    ['tag', 'name', 'a signature over', 'judged'],
    SIGNATURE_TAGS.map(({ tag, name, covers, holds }) => [
      String(tag),
      name,
      covers.replaceAll('-', ' '),
      holds === 'packet' ? 'yes' : 'not yet',
    ]),
  ),
  'rpm-digests': table(
    ['tag', 'name', 'in the header', 'a digest of', 'algorithm', 'standing'],
    DIGEST_TAGS.map((row) => [
      String(row.tag),
      row.name,
      row.in === 'signatures' ? 'of signatures' : 'that is signed',
      row.covers.replaceAll('-', ' '),
      row.algorithm,
      row.standing,
    ]),
  ),
  'rpm-policy': table(
    ['rule', 'value', 'source'],
    [
      ['SHA1, where only second preimages matter', when(RPM_SHA1.secondPreimage), RPM_SHA1.source],
      ['clock tolerance', `${RPM_CLOCK_SKEW} seconds`, 'rpm-sequoia, pgpVerifySignature2'],
    ],
  ),
  critical: table(
    ['type', 'subpacket', 'source'],
    DEFAULT_CRITICAL.map((row) => [String(row.type), row.name, row.source]),
  ),
}

describe('docs/verification.md', () => {
  const file = join(import.meta.dirname, '../../docs/verification.md')

  it.each(Object.entries(TABLES))('shows the table of %s as the code has it', (name, expected) => {
    expectTable(file, name, expected)
  })

  it('explains every kind of verdict', () => {
    const text = readFileSync(file, 'utf8')
    for (const kind of VERDICT_KINDS) expect(text).toContain(`\`${kind}\``)
  })
})
