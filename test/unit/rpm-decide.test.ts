/**
 * The rules from signatures and digests to the verdict on a package: a table of situations by name, then every combination of
 * two signatures and two digests against the rules written down a second time, in another form.
 */
import { describe, expect, it } from 'vitest'
import { linesOf } from '../../manager/cli/rpmkeys-lines.ts'
import { VERDICT_KINDS } from '../../manager/openpgp/verdict-kind.ts'
import { decide } from '../../manager/rpm/decide.ts'
import type { RpmDigest, RpmSignature, RpmVerdict } from '../../manager/rpm/verdict.ts'
import { digest, findings, type Standing, signature, signer } from './rpm-findings.ts'
import { both, fits, good, SITUATIONS } from './rpm-situations.ts'

const H = 'header'
const P = 'payload'
const HP = 'header-and-payload'

/** `kind authenticated code...` or, of what is no refusal, `kind authenticated note...`. */
function tell(verdict: RpmVerdict): string {
  const more = 'reasons' in verdict ? verdict.reasons : verdict.notes
  return [verdict.kind, verdict.authenticated, ...more.map(({ code }) => code)].join(' ')
}

describe('C1: the verdict on a package', () => {
  it.each(SITUATIONS.map(([name, ...rest]) => [name, rest] as const))(
    '%s',
    (_, [signatures, digests, expected, question = {}]) => {
      expect(tell(decide(findings(signatures, digests), question, {}))).toBe(expected)
    },
  )

  it.each([
    [{ threshold: 2 }, ['good a', 'good b'], 'good package'],
    [{ threshold: 2 }, ['good a', 'good a'], 'untrusted nothing threshold-not-met'],
    [{ threshold: 2 }, ['good a', 'weak-hash'], 'untrusted nothing threshold-not-met'],
    [{ threshold: 3 }, ['good a', 'good b'], 'untrusted nothing threshold-not-met'],
    [{ threshold: Number.NaN }, ['good a'], 'untrusted nothing threshold-not-met'],
    [{ threshold: 0 }, ['weak-hash'], 'untrusted nothing weak-hash'],
    [{ requiredSigners: [signer('b')] }, ['good a', 'good b'], 'good package'],
    [{ requiredSigners: [signer('b')] }, ['good a'], 'untrusted nothing required-signer-missing'],
    [{ requiredAlgorithms: [1, 22] }, ['good a', 'good b'], 'good package'],
    [{ requiredAlgorithms: [22] }, ['good a'], 'untrusted nothing required-algorithm-missing'],
    [
      { threshold: 2, requiredSigners: [signer('c')] },
      ['good a'],
      'untrusted nothing threshold-not-met required-signer-missing',
    ],
    [{ threshold: 2 }, ['good a', 'bad-signature'], 'bad nothing bad-signature'],
  ] as const)('demands %j of %j: %s', (demands, standings, expected) => {
    const signatures = standings.map((standing) => signature(H, standing))
    for (const question of [{}, { level: 'signature' }] as const) {
      expect(tell(decide(findings(signatures, fits), question, demands))).toBe(expected)
    }
    const alone = tell(decide(findings(signatures, fits), { headerOnly: true }, demands))
    expect(alone).toBe(expected.replace('good package', 'header-only header'))
  })

  describe('where the payload is empty, a signature over both is one over the header', () => {
    const empty = (...how: Parameters<typeof findings>) => ({
      ...findings(...how),
      isPayloadEmpty: true,
    })

    it('that covers no payload', () => {
      const verdict = decide(empty([both], [digest(H, 'match')]), {}, {})
      expect(tell(verdict)).toBe('untrusted header payload-not-covered')
      expect(verdict.signatures).toMatchObject([{ covers: H, verdict: { kind: 'good' } }])
      // rpmkeys' lines tell what is missing
      const lines = linesOf(verdict, { signature: false, digest: false }, '6')
      expect(lines.filter(({ row }) => row.covers === P)).not.toEqual([])
      expect(lines.every(({ result }) => result === 'NOTFOUND' || result === 'OK')).toBe(true)
    })

    it('and may be one of a whole that the header states', () => {
      expect(tell(decide(empty([both], fits), {}, {}))).toBe('good package')
    })
  })

  it('a payload digest that is wrong is told beside what is demanded', () => {
    const verdict = decide(findings([both], [digest(P, 'mismatch')]), {}, { threshold: 2 })
    expect(tell(verdict)).toBe('bad nothing payload-digest-mismatch threshold-not-met')
  })

  it('the same reason is told once, and each place of it', () => {
    const twice = [signature(H, 'no-key'), signature(HP, 'no-key')]
    expect(tell(decide(findings(twice, fits), {}, {}))).toBe('no-key nothing no-key')
  })

  it('notes: those of the package, of its signatures, each once', () => {
    const signatures = [good, signature(HP, 'weak-hash'), signature(H, 'key-expired')]
    const verdict = decide(findings(signatures, fits, ['outside-region']), {}, {})
    expect(tell(verdict)).toBe('good package outside-region refused-beside-good')
  })
})

const STANDINGS: readonly Standing[] = [
  'good a',
  'good b',
  'bad-signature',
  'no-key',
  'malformed',
  'handler-crashed',
  'weak-hash',
  'unsupported-version',
  'not asked',
]
const ONES = [H, HP].flatMap((covers) =>
  STANDINGS.map((standing) => ({ standing, made: signature(covers as typeof H, standing) })),
)
const STATES = [undefined, 'match', 'mismatch', 'not-needed', 'ignored', 'not-asked'] as const
const LEVELS = ['all', 'signature', 'digest'] as const

describe('C1: every combination of two signatures and two digests', () => {
  it('is judged as the rules say', () => {
    let count = 0
    for (const signatures of [[], ...ONES.map((one) => [one]), ...pairs(ONES)]) {
      for (const header of STATES) {
        for (const payload of STATES) {
          const digests = [
            ...(header === undefined ? [] : [digest(H, header)]),
            ...(payload === undefined ? [] : [digest(P, payload)]),
          ]
          for (const level of LEVELS) {
            for (const headerOnly of [false, true]) {
              const made = signatures.map((one) => one.made)
              const verdict = decide(findings(made, digests), { level, headerOnly }, {})
              const found = `${verdict.kind} ${verdict.authenticated}`
              const expected = expectedOf(made, header, payload, level, headerOnly)
              if (found !== expected) expect.fail(`${name()}: ${found}, not ${expected}`)
              count += 1
              function name(): string {
                const standings = signatures.map((one) => `${one.made.covers} ${one.standing}`)
                return `${standings} / ${header} / ${payload} / ${level} / ${headerOnly}`
              }
            }
          }
        }
      }
    }
    expect(count).toBe((1 + 18 + 18 * 18) * 36 * 6)
  })
})

function pairs<T>(list: readonly T[]): readonly (readonly T[])[] {
  return list.flatMap((one) => list.map((other) => [one, other]))
}

/** The rules again, as conditions of the whole. */
function expectedOf(
  signatures: readonly RpmSignature[],
  header: RpmDigest['state'] | undefined,
  payload: RpmDigest['state'] | undefined,
  level: (typeof LEVELS)[number],
  headerOnly: boolean,
): string {
  const isWrong = header === 'mismatch' || payload === 'mismatch'
  if (level === 'digest') {
    if (isWrong) return 'bad nothing'
    const isStated = header === 'match' && payload === 'match'
    return isStated ? 'digests-only nothing' : 'unusable nothing'
  }
  const verdicts = signatures.flatMap(({ verdict }) => verdict ?? [])
  const codes = verdicts.flatMap((verdict) =>
    verdict.kind === 'good' ? ['good'] : verdict.reasons.map(({ code }) => code),
  )
  const has = (...names: readonly string[]): boolean => codes.some((code) => names.includes(code))
  if (has('handler-crashed')) return 'error nothing'
  const isSpoilt = has('bad-signature', 'no-key', 'malformed')
  const isOpen = !has('good') || isSpoilt
  if (has('bad-signature') || (isOpen && isWrong)) return 'bad nothing'
  if (has('no-key')) return 'no-key nothing'
  if (has('malformed')) return 'unusable nothing'
  // signed, and not by what was asked about
  if (codes.length === 0 && headerOnly && signatures.length > 0) return 'untrusted nothing'
  if (!has('good')) return has('weak-hash') ? 'untrusted nothing' : 'unusable nothing'
  if (header === 'mismatch') return 'bad nothing'
  if (headerOnly) return 'header-only header'
  if (payload === 'mismatch') return 'bad header'
  const isCovered = signatures.some(
    ({ covers, verdict }) => covers === HP && verdict?.kind === 'good',
  )
  return isCovered || payload === 'match' ? 'good package' : 'untrusted header'
}

it('the order of kinds is the one that these tests are written for', () => {
  expect(VERDICT_KINDS).toEqual(['error', 'bad', 'untrusted', 'no-key', 'unusable', 'good'])
})
