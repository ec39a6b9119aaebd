/** What holds for every verdict on a package, whatever was found of it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REASONS } from '../../manager/openpgp/reasons.ts'
import { decide, type RpmQuestion } from '../../manager/rpm/decide.ts'
import type { RpmDigest, RpmSignature, RpmVerdict } from '../../manager/rpm/verdict.ts'
import { digest, findings, type Standing, signature, signer } from './rpm-findings.ts'

const standing = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<Standing>('good a', 'good b', 'good c') },
  { weight: 1, arbitrary: fc.constantFrom<Standing>('weak-hash', 'key-expired', 'not asked') },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Standing>('unsupported-version', 'unsupported-algorithm'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Standing>(
      ...(['bad-signature', 'no-key', 'malformed', 'wrong-type', 'handler-timeout'] as const),
    ),
  },
)
const signatures = fc.array(
  fc
    .tuple(fc.constantFrom<RpmSignature['covers']>('header', 'header-and-payload'), standing)
    .map((parts) => signature(...parts)),
  { maxLength: 4 },
)
const digests = fc.array(
  fc
    .tuple(
      fc.constantFrom<RpmDigest['covers']>('header', 'payload', 'header-and-payload'),
      fc.constantFrom<RpmDigest['state']>(
        'match',
        'mismatch',
        'not-needed',
        'ignored',
        'not-asked',
      ),
      fc.constantFrom<RpmDigest['algorithm']>('SHA1', 'SHA256', 'SHA512'),
    )
    // what covers both is MD5 alone, which is never compared
    .map(([covers, state, algorithm]) =>
      covers === 'header-and-payload'
        ? digest(covers, 'ignored', 'MD5')
        : digest(covers, state, algorithm),
    ),
  { maxLength: 4 },
)
const question: fc.Arbitrary<RpmQuestion> = fc.record(
  {
    level: fc.constantFrom('all', 'signature', 'digest'),
    headerOnly: fc.boolean(),
  },
  { requiredKeys: [] },
)
const demands = fc.record(
  {
    threshold: fc.integer({ min: -1, max: 3 }),
    requiredSigners: fc.constantFrom([], [signer('a')], [signer('d')], [signer('a'), signer('b')]),
    requiredAlgorithms: fc.constantFrom([], [1], [22], [3]),
  },
  { requiredKeys: [] },
)
const found = fc.tuple(signatures, digests).map((parts) => findings(...parts))

const SPOILING = new Set(['bad-signature', 'no-key', 'malformed', 'wrong-type', 'handler-timeout'])
const codesOf = ({ verdict }: RpmSignature): readonly string[] =>
  verdict === undefined || verdict.kind === 'good' ? [] : verdict.reasons.map(({ code }) => code)
const isSpoiling = (one: RpmSignature): boolean => codesOf(one).some((code) => SPOILING.has(code))
const isGood = ({ verdict }: RpmSignature): boolean => verdict?.kind === 'good'
const authenticates = ({ authenticated }: RpmVerdict): boolean => authenticated !== 'nothing'
const RUNS = { numRuns: 30_000 }

describe('C1: properties of verdicts on packages', () => {
  it('good: some signature is good, none fails, no digest is wrong, the payload is covered', () => {
    let goods = 0
    fc.assert(
      fc.property(found, question, demands, (all, asked, wanted) => {
        const verdict = decide(all, asked, wanted)
        if (verdict.kind !== 'good') return
        goods += 1
        expect(asked.level).not.toBe('digest')
        expect(asked.headerOnly).not.toBe(true)
        expect(all.signatures.some(isGood)).toBe(true)
        expect(all.signatures.some(isSpoiling)).toBe(false)
        expect(all.digests.some(({ state }) => state === 'mismatch')).toBe(false)
        const isCovered =
          all.signatures.some((one) => one.covers === 'header-and-payload' && isGood(one)) ||
          all.digests.some(({ covers, state }) => covers === 'payload' && state === 'match')
        expect(isCovered).toBe(true)
        const isTied = all.digests.some(
          ({ covers, state }) => covers === 'payload' && state === 'match',
        )
        // whoever signed only a header that says nothing of the payload signed no package
        const signers = new Set(
          all.signatures.flatMap(({ covers, verdict: one }) =>
            one?.kind === 'good' && (isTied || covers !== 'header') ? [one.primaryKey] : [],
          ),
        )
        expect(verdict.good.map(({ primaryKey }) => primaryKey)).toEqual([...signers])
        expect(signers.size).toBeGreaterThanOrEqual(wanted.threshold ?? 1)
        for (const one of wanted.requiredSigners ?? []) expect(signers).toContain(one)
      }),
      RUNS,
    )
    expect(goods).toBeGreaterThan(500)
  })

  it('a header is authenticated by a good signature, beside none that fails and no wrong digest of it', () => {
    fc.assert(
      fc.property(found, question, demands, (all, asked, wanted) => {
        const verdict = decide(all, asked, wanted)
        expect(verdict.authenticated === 'package').toBe(verdict.kind === 'good')
        if (verdict.kind === 'header-only') expect(asked.headerOnly).toBe(true)
        if (asked.level === 'digest') expect(verdict.authenticated).toBe('nothing')
        expect(verdict.kind === 'digests-only' && asked.level !== 'digest').toBe(false)
        if (!authenticates(verdict)) return
        expect(all.signatures.some(isGood)).toBe(true)
        expect(all.signatures.some(isSpoiling)).toBe(false)
        const isWrong = all.digests.some(
          ({ covers, state }) => covers === 'header' && state === 'mismatch',
        )
        expect(isWrong).toBe(false)
      }),
      RUNS,
    )
  })

  it('the kind of a refusal is that of its first reason, and none is told twice', () => {
    fc.assert(
      fc.property(found, question, demands, (all, asked, wanted) => {
        const verdict = decide(all, asked, wanted)
        if (!('reasons' in verdict)) return
        expect(REASONS[verdict.reasons[0].code].kind).toBe(verdict.kind)
        const told = verdict.reasons.map(({ text, offset }) => `${text} ${offset}`)
        expect(new Set(told).size).toBe(told.length)
      }),
      RUNS,
    )
  })

  it('one more signature that fails, or one more wrong digest, makes nothing better', () => {
    fc.assert(
      fc.property(found, question, demands, fc.nat(), (all, asked, wanted, at) => {
        const bad = [...all.signatures]
        bad.splice(at % (bad.length + 1), 0, signature('header', 'bad-signature'))
        const spoilt = decide({ ...all, signatures: bad }, asked, wanted)
        if (asked.level !== 'digest') expect(['bad', 'error']).toContain(spoilt.kind)
        const wrong = [...all.digests]
        wrong.splice(at % (wrong.length + 1), 0, digest('header', 'mismatch'))
        const differing = decide({ ...all, digests: wrong }, asked, wanted)
        expect('reasons' in differing).toBe(true)
        expect(differing.authenticated).toBe('nothing')
      }),
      RUNS,
    )
  })

  it('a signature left out makes nothing good that was not, but for one that fails', () => {
    fc.assert(
      fc.property(found, question, demands, (all, asked, wanted) => {
        const before = decide(all, asked, wanted)
        for (const [at, one] of all.signatures.entries()) {
          if (isSpoiling(one)) continue
          const after = decide(
            { ...all, signatures: all.signatures.toSpliced(at, 1) },
            asked,
            wanted,
          )
          if (authenticates(after)) expect(authenticates(before)).toBe(true)
          if (after.kind === 'good') expect(before.kind).toBe('good')
        }
      }),
      RUNS,
    )
  })

  it('the order of signatures and digests decides nothing', () => {
    fc.assert(
      fc.property(found, question, demands, (all, asked, wanted) => {
        const turned = {
          ...all,
          signatures: all.signatures.toReversed(),
          digests: all.digests.toReversed(),
        }
        const [one, other] = [decide(all, asked, wanted), decide(turned, asked, wanted)]
        expect([other.kind, other.authenticated]).toEqual([one.kind, one.authenticated])
      }),
      RUNS,
    )
  })
})
