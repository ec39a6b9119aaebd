/**
 * C1: packages as they are, by rpmkeys and by ours: the real ones of PGP_AIRLOCK_VECTORS, and several hundred by rpmbuild
 * and rpmsign. Every disagreement is of a class that docs/differences.md explains.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Airlock, type Keyring, KeyringError, type RpmVerdict } from '../../manager/index.ts'
import { shortly, strangerCertificate } from '../rpm/support.ts'
import { hasRpm } from '../support/rpmkeys.ts'
import { type Row, rowsOf, vectorsDirectory } from '../vectors/manifest.ts'
import { importKey, judgeAll, rpmAccepts, wordsOf } from './rpm-beside.ts'
import { buildPackages, KEY_NAMES, keyPath } from './rpm-build.ts'
import { CLASSES, classOf, documentedClasses } from './rpm-classes.ts'

const vectors = vectorsDirectory('peers/rpm-side-by-side')

/** Counts answers, and keeps what no class explains with all that is needed to look at it again. */
class Findings {
  readonly #counts = new Map<string, number>()
  readonly unknown: string[] = []
  readonly #disputes: string[] = []

  async add(label: string, ours: RpmVerdict, beside: Beside): Promise<void> {
    const side = ours.kind === 'good' ? 'accept' : 'reject'
    const isSame = (side === 'accept') === beside.doesRpm
    const id = isSame ? undefined : classOf({ ours, isKeyRefused: beside.isKeyRefused })
    const row = isSame ? `both ${side}` : `ours ${side}s: ${id ?? 'UNEXPLAINED'}`
    this.#counts.set(row, (this.#counts.get(row) ?? 0) + 1)
    if (isSame) return
    this.#disputes.push(`${label}: ours ${shortly(ours)}: ${id ?? 'UNEXPLAINED'}`)
    if (id !== undefined) return
    const said = await wordsOf(beside.dbpath, beside.path)
    this.unknown.push(`${label}: ${beside.path}: ours ${shortly(ours)}, rpm:\n${said}`)
  }

  get table(): string {
    const rows = [...this.#counts].toSorted(([a], [b]) => (a < b ? -1 : 1))
    return rows.map(([row, count]) => `  ${String(count).padStart(6)}  ${row}`).join('\n')
  }

  get disputes(): string {
    return this.#disputes.join('\n')
  }
}

interface Beside {
  readonly path: string
  readonly doesRpm: boolean
  readonly isKeyRefused: boolean
  readonly dbpath: string
}

describe.skipIf(!hasRpm)('C1: packages as they are, beside rpmkeys', () => {
  let directory = ''
  let airlock: Airlock
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'pgp-airlock-beside-'))
    airlock = await Airlock.open()
  })
  afterAll(async () => {
    await airlock[Symbol.asyncDispose]()
    rmSync(directory, { recursive: true, force: true })
  })

  /** A database of rpm with these keys, and which of them it refused. */
  async function database(name: string, keys: readonly string[]) {
    const dbpath = join(directory, name)
    const refused: string[] = []
    for (const key of keys) if (!(await importKey(dbpath, key))) refused.push(key)
    return { dbpath, refused }
  }

  async function keyringOf({ keys }: Row): Promise<Keyring> {
    try {
      if (keys.length > 0) return await airlock.loadKeyring(keys.map((path) => ({ path })))
    } catch (error) {
      if (!(error instanceof KeyringError)) throw error
    }
    return airlock.loadKeyring([strangerCertificate()])
  }

  test.skipIf(vectors === undefined)('the real ones', { timeout: 600_000 }, async () => {
    const rows = vectors === undefined ? [] : rowsOf(vectors, 'rpm')
    const findings = new Findings()
    for (const [number, row] of rows.entries()) {
      const { dbpath, refused } = await database(`db-${number}`, row.keys)
      const [doesRpm = false] = await rpmAccepts(dbpath, [row.file])
      const [ours] = await judgeAll(airlock, await keyringOf(row), [{ path: row.file }])
      if (ours === undefined) throw new Error('expected a verdict')
      const beside = { path: row.file, doesRpm, isKeyRefused: refused.length > 0, dbpath }
      await findings.add(`${row.set} ${row.name}`, ours, beside)
    }
    console.info(`${rows.length} packages:\n${findings.table}\n${findings.disputes}`)
    expect(rows.length).toBeGreaterThan(0)
    expect(findings.unknown).toEqual([])
  })

  test('those of the fixtures', async () => {
    const fixtures = join(import.meta.dirname, '../../fixtures')
    const names = ['', '-ed25519', '-revoked', '-expired'] as const
    const keys = names.map((name) => join(fixtures, 'keys', `packager${name}.pub.asc`))
    const { dbpath } = await database('db-fixtures', keys)
    const keyring = await airlock.loadKeyring(keys.map((path) => ({ path })))
    const folder = join(fixtures, 'packages')
    const paths = readdirSync(folder).map((name) => join(folder, name))
    const theirs = await rpmAccepts(dbpath, paths)
    const ours = await judgeAll(
      airlock,
      keyring,
      paths.map((path) => ({ path })),
    )
    const findings = new Findings()
    for (const [number, path] of paths.entries()) {
      const [verdict, doesRpm] = [ours[number], theirs[number]]
      if (verdict === undefined || doesRpm === undefined) throw new Error('expected an answer')
      await findings.add(basename(path), verdict, { path, doesRpm, isKeyRefused: false, dbpath })
    }
    console.info(`${paths.length} packages:\n${findings.table}\n${findings.disputes}`)
    expect(findings.unknown).toEqual([])
  })

  test('several hundred by rpmbuild and rpmsign', { timeout: 600_000 }, async () => {
    const made = join(directory, 'built')
    mkdirSync(made)
    const packages = await buildPackages(made)
    const keys = KEY_NAMES.map((name) => keyPath(made, name))
    const { dbpath, refused } = await database('db-built', keys)
    const keyring = await airlock.loadKeyring(keys.map((path) => ({ path })))
    const theirs = await rpmAccepts(
      dbpath,
      packages.map(({ path }) => path),
    )
    const inputs = packages.map(({ path }) => ({ path }))
    const ours = await judgeAll(airlock, keyring, inputs)
    const findings = new Findings()
    const wrong: string[] = []
    for (const [number, one] of packages.entries()) {
      const { label, path, expected, hash } = one
      const verdict = ours[number]
      const doesRpm = theirs[number]
      if (verdict === undefined || doesRpm === undefined) throw new Error('expected an answer')
      const isKeyRefused = one.keys.some((name) => refused.includes(keyPath(made, name)))
      await findings.add(label, verdict, { path, doesRpm, isKeyRefused, dbpath })
      const isGood = expected === 'signed' && hash !== 'SHA1'
      if ((verdict.kind === 'good') !== isGood) wrong.push(`${label}: ${shortly(verdict)}`)
    }
    console.info(`${packages.length} packages:\n${findings.table}`)
    expect(packages.length).toBeGreaterThanOrEqual(300)
    expect(findings.unknown).toEqual([])
    expect(wrong).toEqual([])
  })

  test('every class has its row in docs/differences.md, and every row its class', () => {
    expect(documentedClasses('rpm classes')).toEqual(CLASSES.map(({ id, ours }) => [id, ours]))
  })
})
