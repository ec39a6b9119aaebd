/**
 * The liar: thousands of false replies about good and bad inputs, and an oracle that knows the honest run. Seed and
 * number: PGP_AIRLOCK_SEED, PGP_AIRLOCK_LIES.
 */
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { PacketSequence } from '../../manager/openpgp/model.ts'
import { Writer } from '../../protocol/bytes.ts'
import { decodeItems, encodeItem } from '../../protocol/messages.ts'
import { Tainted } from '../../protocol/tainted.ts'
import { count, testDriver, watching } from '../umd/drive.ts'
import {
  believesBlocks,
  believesFlaws,
  believesHashedPart,
  believesIssuers,
  believesPackets,
  believesStop,
} from './liar/believers.ts'
import { decodeRaw, encodeRaw } from './liar/grammar.ts'
import { tellCaged } from './liar/in-the-cage.ts'
import { changed, Oracle, type Subject } from './liar/oracle.ts'
import { Random } from './liar/random.ts'
import { foundIn, isQuiet, LIES, SEED } from './liar/report.ts'
import { ARMORED, CERTIFICATES, CLEARTEXTS, DETACHED } from './liar/subjects.ts'

/** Each of these costs at least two handlers. */
const CAGED = Math.min(100, Math.ceil(LIES / 100))
const TIMEOUT = 60_000 + LIES * 30

describe('C1: lies about detached signatures', () => {
  test('none is accepted, none makes a bad signature good', { timeout: TIMEOUT }, () => {
    const oracle = new Oracle(SEED)
    oracle.tell(DETACHED, LIES)
    isQuiet('detached signatures', SEED, oracle.report)
  })
})

describe('C2: lies about certificates, keyrings and text', () => {
  test('none is accepted, no revocation is lost', { timeout: TIMEOUT }, () => {
    const oracle = new Oracle(SEED + 1)
    oracle.tell(CERTIFICATES, Math.ceil(LIES * 0.6))
    oracle.tell(ARMORED, Math.ceil(LIES * 0.3))
    oracle.tell(CLEARTEXTS, Math.ceil(LIES * 0.1))
    isQuiet('certificates, armor, cleartext', SEED + 1, oracle.report)
  })
})

function consequencesOf<T>({
  kind,
  input,
  consequences,
}: Subject<T>): ReturnType<typeof consequences> {
  return consequences(kind.open(input, new Tainted(kind.honest(input))), input)
}

describe('C5: lies told by a real process', () => {
  test.each([
    ['detached signatures', DETACHED],
    ['certificates', CERTIFICATES],
  ] as const)(
    'about %s end it; honest requests beside them are answered',
    {
      timeout: 60_000 + CAGED * 1000,
    },
    async (_what, subjects) => {
      await using driver = testDriver('liar', { poolSize: 2 })
      const { result, events } = await watching(() => tellCaged(driver, subjects, CAGED, SEED))
      const lies = result.filter(({ category }) => category !== 'honest')
      const wrong = result.filter(({ category, outcome, honest }) =>
        category === 'honest'
          ? outcome.status !== 'ok' || !isDeepStrictEqual(outcome.value, honest)
          : outcome.status !== 'violation',
      )
      expect(
        wrong.map(({ subject, category, outcome }) => [subject, category, outcome.status]),
      ).toEqual([])
      expect([lies.length, result.length]).toEqual([CAGED, 3 * CAGED])
      expect(count(events, 'condemned')).toBe(CAGED)
      console.log(`${CAGED} lies told from the cage, ${count(events, 'started')} handlers started`)
    },
  )
})

describe('C3: what is kept of an honest reply', () => {
  test('are octets of the input at their place, or computed from them', () => {
    for (const subject of [...DETACHED, ...CERTIFICATES]) inventsNothing(subject)
    for (const subject of ARMORED) inventsNothing(subject)
  })
})

function inventsNothing<T>(subject: Subject<T>): void {
  const random = new Random(SEED)
  const versions = [1, 2, 3, 4, 5].map(() => changed(subject.input, random))
  for (const input of [subject.input, ...versions]) {
    expect(consequencesOf({ ...subject, input }).invented, subject.name).toEqual([])
  }
}

describe('the oracle', () => {
  test('knows the grammar of protocol/', () => {
    for (const { kind, input } of [...DETACHED, ...CERTIFICATES, ...ARMORED, ...CLEARTEXTS]) {
      const reply = kind.honest(input)
      expect(encodeRaw(decodeRaw(kind.forms, reply))).toEqual(reply)
      const writer = new Writer()
      for (const item of decodeItems(reply)) encodeItem(writer, item)
      expect(writer.take()).toEqual(reply)
    }
  })

  test('has good and bad inputs, with revocations', () => {
    const good = (subjects: readonly Subject<PacketSequence>[]): number =>
      subjects.filter((subject) => consequencesOf(subject).good.size > 0).length
    expect(good(DETACHED)).toBeGreaterThan(10)
    expect(DETACHED.length - good(DETACHED)).toBeGreaterThan(15)
    expect(good(CERTIFICATES)).toBeGreaterThan(8)
    const revocations = CERTIFICATES.filter(
      (subject) => (consequencesOf(subject).revocations?.size ?? 0) > 0,
    )
    expect(revocations.length).toBeGreaterThan(5)
  })

  test.each([
    ['which packets there are', believesPackets, ['made good', 'revocation lost', 'key invented']],
    ['that a packet is flawed', believesFlaws, ['revocation lost']],
    ['where reading ends', believesStop, ['made good', 'revocation lost']],
  ] as const)(
    'C2: finds out a manager that believes %s',
    { timeout: TIMEOUT },
    (_what, open, breaches) => {
      expect(foundIn(SEED, CERTIFICATES, open, breaches)).toEqual(
        expect.arrayContaining([...breaches]),
      )
    },
  )

  test.each([
    ['which packets there are', believesPackets, ['made good', 'octets invented']],
    ['where the hashed part ends', believesHashedPart, ['octets invented']],
    ['that a packet is flawed', believesFlaws, ['another result']],
    ['whom a signature names', believesIssuers, ['another result']],
  ] as const)(
    'C1: finds out a manager that believes %s',
    { timeout: TIMEOUT },
    (_what, open, breaches) => {
      expect(foundIn(SEED, DETACHED, open, breaches)).toEqual(expect.arrayContaining([...breaches]))
    },
  )

  test('C3: finds out a manager that believes which lines are armor', { timeout: TIMEOUT }, () => {
    const breaches = ['made good', 'revocation lost', 'octets invented'] as const
    expect(foundIn(SEED, ARMORED, believesBlocks, breaches)).toEqual(
      expect.arrayContaining([...breaches]),
    )
  })
})
