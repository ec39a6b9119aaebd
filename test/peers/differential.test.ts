/**
 * C1: ours against gpgv, sqv and openpgp.js on generated material, as it was made and with one octet changed. Every
 * disagreement is of a class that docs/differences.md explains. PGP_AIRLOCK_SEED chooses other octets, PGP_AIRLOCK_CASES
 * about how many.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Airlock } from '../../manager/index.ts'
import { openpgpDriver } from '../../manager/openpgp-driver.ts'
import { CLASSES, disputesOf, mustBeRefused } from '../differential/classes.ts'
import { madeByGpg } from '../differential/made-by-gpg.ts'
import { madeByOpenpgpjs } from '../differential/made-by-openpgpjs.ts'
import { type Case, casesOf, type Material, type Share } from '../differential/material.ts'
import { type Answers, ask, OTHERS, Ours } from '../differential/programs.ts'
import { Random } from '../hostile/liar/random.ts'

const SEED = Number(process.env['PGP_AIRLOCK_SEED'] ?? 20_261_120)
const CASES = Number(process.env['PGP_AIRLOCK_CASES'] ?? 2_500)

let directory = ''
const materials: Material[] = []

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'pgp-airlock-differ-'))
  for await (const material of madeByOpenpgpjs()) materials.push(material)
  for (const material of madeByGpg(directory)) materials.push(material)
}, 300_000)

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

test('C1: every disagreement is explained', { timeout: 120_000 + CASES * 1_000 }, async () => {
  await using airlock = await Airlock.open({ poolSize: 1 })
  await using driver = openpgpDriver({ poolSize: 1 })
  const ours = new Ours(airlock, driver)
  const random = new Random(SEED)
  const share = shareOf(CASES)
  const counts = new Counts()
  const wrong: object[] = []
  const place = join(directory, 'case')
  mkdirSync(place)
  let asked = 0
  for (const material of materials) {
    for (const one of casesOf(material, share, random)) {
      const answers = await ask(one, place, ours)
      asked += 1
      counts.add(`ours: ${answers.ours.accepts ? 'accepts' : 'rejects'}`)
      const disputes = disputesOf(one, answers)
      for (const other of OTHERS) {
        const dispute = disputes.find(([program]) => program === other)
        const word = answers[other].accepts ? 'accepts' : 'rejects'
        const id =
          dispute === undefined ? 'as ours' : `${word}, ours not: ${dispute[1] ?? 'UNEXPLAINED'}`
        counts.add(`${other}: ${id}`)
      }
      const refusal = answers.ours.accepts ? mustBeRefused(one, answers) : undefined
      if (refusal !== undefined) wrong.push({ refusal, ...shown(one, answers) })
      const unexplained = disputes.flatMap(([other, id]) => (id === undefined ? [other] : []))
      if (unexplained.length > 0) wrong.push({ unexplained, ...shown(one, answers) })
    }
  }
  console.info(`${asked} cases of ${materials.length} materials, seed ${SEED}\n${counts}`)
  expect(wrong.slice(0, 3)).toEqual([])
  expect(asked).toBeGreaterThanOrEqual(Math.min(CASES, 5 * materials.length) * 0.9)
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
