/**
 * C1: ours against gpgv, sqv and openpgp.js on generated material, as it was made and with one octet changed. Every
 * disagreement is of a class that docs/differences.md explains. What is drawn by lot comes from PGP_AIRLOCK_SEED; keys and
 * nonces are the makers' own. PGP_AIRLOCK_CASES and PGP_AIRLOCK_DRAWN say how much.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Airlock } from '../../manager/index.ts'
import { openpgpDriver } from '../../manager/openpgp-driver.ts'
import { CLASSES, disputesOf, mustBeRefused } from '../differential/classes.ts'
import { drawn } from '../differential/drawn.ts'
import { madeByGpg } from '../differential/made-by-gpg.ts'
import { madeByOpenpgpjs } from '../differential/made-by-openpgpjs.ts'
import { type Case, casesOf, type Material, type Share } from '../differential/material.ts'
import { type Answers, ask, OTHERS, Ours } from '../differential/programs.ts'
import { Random } from '../hostile/liar/random.ts'

const SEED = Number(process.env['PGP_AIRLOCK_SEED'] ?? 20_261_120)
/** Changed copies of the material of every kind, about so many. */
const CASES = Number(process.env['PGP_AIRLOCK_CASES'] ?? 2_500)
/** Certificates and signatures of mixed kinds, each as it is and with one octet changed in each of its files. */
const DRAWN = Number(process.env['PGP_AIRLOCK_DRAWN'] ?? 750)

let directory = ''
const materials: Material[] = []
const mixed: Material[] = []

beforeAll(
  async () => {
    directory = mkdtempSync(join(tmpdir(), 'pgp-airlock-differ-'))
    for await (const material of madeByOpenpgpjs()) materials.push(material)
    for (const material of madeByGpg(directory)) materials.push(material)
    for await (const one of madeByOpenpgpjs(drawn(DRAWN, new Random(SEED)))) mixed.push(one)
  },
  120_000 + DRAWN * 1_000,
)

afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** Half of the changes in the certificate, a tenth in the data. */
function shareOf(cases: number): Share {
  const each = Math.max(4, Math.floor(cases / materials.length) - 1)
  const data = Math.ceil(each / 10)
  const certificate = Math.ceil(each / 2)
  return { certificate, data, signature: each - data - certificate }
}

/** Everything to look at a case again, in one line. */
function shown({ name, algorithm, change, ...files }: Case, answers: Answers): object {
  const base64 = (octets: Uint8Array): string => Buffer.from(octets).toString('base64')
  const { certificate, signature, data } = files
  return {
    case: `${name}, ${algorithm}`,
    change,
    answers,
    certificate: base64(certificate),
    signature: base64(signature),
    data: base64(data),
  }
}

class Counts {
  readonly #counts = new Map<string, number>()

  add(row: string): void {
    this.#counts.set(row, (this.#counts.get(row) ?? 0) + 1)
  }

  toString(): string {
    const rows = [...this.#counts].toSorted(([a], [b]) => (a < b ? -1 : 1))
    return rows.map(([row, count]) => `  ${String(count).padStart(6)}  ${row}`).join('\n')
  }
}

/** One octet in each file: in the certificate two. */
const ONE_EACH: Share = { certificate: 2, signature: 1, data: 1 }

function* allCases(): Generator<Case> {
  const random = new Random(SEED)
  const share = shareOf(CASES)
  for (const material of materials) yield* casesOf(material, share, random)
  for (const material of mixed) yield* casesOf(material, ONE_EACH, random)
}

const TIMEOUT = 120_000 + (CASES + 5 * DRAWN) * 1_000

test('C1: every disagreement is explained', { timeout: TIMEOUT }, async () => {
  await using airlock = await Airlock.open({ poolSize: 1 })
  await using driver = openpgpDriver({ poolSize: 1 })
  const ours = new Ours(airlock, driver)
  const counts = new Counts()
  const wrong: object[] = []
  const place = join(directory, 'case')
  mkdirSync(place)
  let asked = 0
  for (const one of allCases()) {
    const answers = await ask(one, place, ours)
    asked += 1
    counts.add(`ours: ${answers.ours.accepts ? 'accepts' : 'rejects'}`)
    const disputes = disputesOf(one, answers)
    for (const other of OTHERS) {
      const dispute = disputes.find(([program]) => program === other)
      const { accepts, detail } = answers[other]
      const why = dispute?.[1] ?? `UNEXPLAINED: ${one.name}: ${answers.ours.detail}; ${detail}`
      const word = accepts ? 'accepts' : 'rejects'
      counts.add(`${other}: ${dispute === undefined ? 'as ours' : `${word}, ours not: ${why}`}`)
    }
    const refusal = answers.ours.accepts ? mustBeRefused(one, answers) : undefined
    if (refusal !== undefined) wrong.push({ refusal, ...shown(one, answers) })
    const unexplained = disputes.flatMap(([other, id]) => (id === undefined ? [other] : []))
    if (unexplained.length > 0) wrong.push({ unexplained, ...shown(one, answers) })
  }
  console.info(
    `${asked} cases of ${materials.length} and ${mixed.length} mixed materials, seed ${SEED}\n${counts}`,
  )
  expect(wrong.slice(0, 3)).toEqual([])
  const least = Math.min(CASES, 5 * materials.length) * 0.9 + 5 * mixed.length
  expect(asked).toBeGreaterThanOrEqual(least)
})

test('material as it was made is accepted where nothing is against it', async () => {
  await using airlock = await Airlock.open({ poolSize: 1 })
  await using driver = openpgpDriver({ poolSize: 1 })
  const ours = new Ours(airlock, driver)
  const refused: string[] = []
  for (const material of materials) {
    const { accepts, detail } = await ours.judge({ ...material, change: undefined })
    if (!accepts) refused.push(`${material.name}: ${detail}`)
  }
  for (const material of mixed.filter(({ isFine }) => isFine)) {
    const { accepts, detail } = await ours.judge({ ...material, change: undefined })
    if (!accepts) refused.push(`${material.name}: ${detail}`)
  }
  expect([...new Set(refused)].toSorted()).toEqual([
    'gpg: SHA-1: weak-hash',
    'gpg: expired since: key-expired',
    'gpg: revoked: key-revoked',
    'gpg: signature expired since: signature-expired',
    'gpg: subkey expired since: key-expired',
    'gpg: with a critical notation: critical-unknown',
    'openpgp.js: compromised: key-revoked',
    'openpgp.js: expired since: key-expired',
    'openpgp.js: only user id revoked: key-not-bound',
    'openpgp.js: revoked without a reason: key-revoked',
    'openpgp.js: subkey compromised: key-revoked',
    'openpgp.js: subkey expired since: key-expired',
    'openpgp.js: superseded before: key-revoked',
  ])
})

test('every class has its row in docs/differences.md, and every row its class', () => {
  const page = readFileSync(new URL('../../docs/differences.md', import.meta.url), 'utf8')
  const section = page.split(/^## /m).find((text) => text.startsWith('Generated material')) ?? ''
  const rows = [...section.matchAll(/^\| `([a-z0-9-]+)` \| ([^|]+) \| (\w+) \|/gm)].map(
    ([, id, programs, verdict]) => [id, programs?.trim(), verdict],
  )
  expect(rows).toEqual(CLASSES.map(({ id, programs, ours }) => [id, programs.join(', '), ours]))
})
