/**
 * The liar on RPM headers: false replies about good and bad packages, and an oracle that knows the honest run. Seed and number:
 * PGP_AIRLOCK_SEED, PGP_AIRLOCK_LIES.
 */
import { describe, expect, test } from 'vitest'
import type { RpmHeaderReading } from '../../manager/rpm/model.ts'
import { Writer } from '../../protocol/bytes.ts'
import { decodeItems, encodeItem } from '../../protocol/messages.ts'
import { Tainted } from '../../protocol/tainted.ts'
import { count, testDriver, watching } from '../umd/drive.ts'
import { decodeRaw, encodeRaw } from './liar/grammar.ts'
import { type Consequences, changed, Oracle, type Subject } from './liar/oracle.ts'
import { Random } from './liar/random.ts'
import { foundIn, isQuiet, LIES, SEED } from './liar/report.ts'
import {
  believesAbsence,
  believesEnd,
  believesEntries,
  believesPlaces,
  believesRegion,
} from './liar/rpm-believers.ts'
import { subjectsOf } from './liar/rpm-consequences.ts'
import { judgedBy, orders } from './liar/rpm-in-the-cage.ts'
import { ROOM } from './liar/rpm-orders.ts'
import { fileOf, GOOD, REFUSED, withRoom } from './liar/rpm-packages.ts'

const TIMEOUT = 60_000 + LIES * 30
const RPM_SEED = SEED + 2
const SUBJECTS = [...GOOD, ...REFUSED].flatMap(subjectsOf)

function consequencesOf(
  { kind, consequences }: Subject<RpmHeaderReading>,
  input: Uint8Array,
): Consequences {
  return consequences(kind.open(input, new Tainted(kind.honest(input))), input)
}

describe('C1, C2: lies about RPM headers', () => {
  test('none is accepted, nothing is made good', { timeout: TIMEOUT }, () => {
    const oracle = new Oracle(RPM_SEED)
    oracle.tell(SUBJECTS, LIES)
    isQuiet('RPM headers', RPM_SEED, oracle.report)
    expect(Math.min(...[...oracle.report.counts.values()].map(({ told }) => told))).toBeGreaterThan(
      0,
    )
  })
})

/** Each of these costs at least two handlers. */
const CAGED = Math.min(300, Math.ceil(LIES / 300))

describe('C5: lies about RPM headers told by a real process', () => {
  test('are each a violation; packages judged beside them have their right verdict', {
    timeout: 60_000 + CAGED * 1500,
  }, async () => {
    await using driver = testDriver('rpm-liar', { poolSize: 2 })
    const random = new Random(RPM_SEED)
    const honest = await Promise.all(
      [...GOOD, ...REFUSED].map(async (one) => {
        const file = fileOf(one)
        return { one, file, verdict: await judgedBy(driver, file, one.name) }
      }),
    )
    expect(honest.map(({ verdict }) => verdict.kind === 'good')).toEqual([
      ...GOOD.map(() => true),
      ...REFUSED.map(() => false),
    ])
    const lies = orders(random)
    const { events } = await watching(async () => {
      const told = Array.from({ length: CAGED }, async (_, index) => {
        const { category, file } = lies.next().value
        const [lied, ...beside] = await Promise.all([
          judgedBy(driver, file, `lie ${index}`),
          ...[0, 1].map(async (who) => {
            const { file: other, verdict } = random.pick(honest)
            expect(await judgedBy(driver, other, `${index}.${who}`)).toEqual(verdict)
          }),
        ])
        const code = 'reasons' in lied ? lied.reasons[0].code : 'none'
        expect([category, lied.kind, lied.authenticated, code]).toEqual([
          category,
          ...(['error', 'nothing', 'handler-violation'] as const),
        ])
        return beside
      })
      await Promise.all(told)
    })
    expect(count(events, 'condemned')).toBe(CAGED)
    console.log(`${CAGED} lies about RPM headers told from the cage, seed ${RPM_SEED}`)
  })

  test('the same packages are good where the handler says the truth', async () => {
    await using driver = testDriver('rpm-liar', { poolSize: 1 })
    for (const part of ['signatures', 'header'] as const) {
      const file = fileOf(withRoom(part, new Uint8Array(ROOM)))
      expect((await judgedBy(driver, file, part)).kind).toBe('good')
    }
  })
})

describe('C3: what is kept of an honest reply about an RPM header', () => {
  test('are octets of the input where its index has them', () => {
    for (const subject of SUBJECTS) {
      const random = new Random(RPM_SEED)
      const versions = Array.from({ length: 5 }, () => changed(subject.input, random))
      for (const input of [subject.input, ...versions]) {
        expect(consequencesOf(subject, input).invented, subject.name).toEqual([])
      }
    }
  })
})

describe('the oracle on RPM', () => {
  test('knows the grammar of protocol/', () => {
    for (const { kind, input } of SUBJECTS) {
      const reply = kind.honest(input)
      expect(encodeRaw(decodeRaw(kind.forms, reply))).toEqual(reply)
      const writer = new Writer()
      for (const item of decodeItems(reply)) encodeItem(writer, item)
      expect(writer.take()).toEqual(reply)
    }
  })

  test.each(GOOD)('a good package: $name', (one) => {
    for (const subject of subjectsOf(one)) {
      const { good, statements } = consequencesOf(subject, subject.input)
      expect(good).toContain('good by {"level":"all"}')
      expect(statements?.size ?? 0).toBeGreaterThan(0)
    }
  })

  test.each(REFUSED)('a package that is refused: $name', (one) => {
    for (const subject of subjectsOf(one)) {
      const { good } = consequencesOf(subject, subject.input)
      expect(good).not.toContain('good by {"level":"all"}')
    }
  })

  test.each([
    [
      'C1',
      'which entries there are',
      believesEntries,
      ['made good', 'statement lost', 'octets invented'],
    ],
    ['C2', 'that a tag is absent', believesAbsence, ['made good', 'statement lost']],
    ['C3', 'where an entry is', believesPlaces, ['made good', 'octets invented']],
    ['C2', 'where the region ends', believesRegion, ['made good']],
    ['C2', 'where the index ends', believesEnd, ['made good', 'statement lost']],
  ] as const)(
    '%s: finds out a manager that believes %s',
    { timeout: TIMEOUT },
    (_id, _what, open, breaches) => {
      expect(foundIn(RPM_SEED, SUBJECTS, open, breaches)).toEqual(
        expect.arrayContaining([...breaches]),
      )
    },
  )
})
