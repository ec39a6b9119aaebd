/** The packages that are built for comparisons hold what they are said to hold, and the real rpmkeys agrees. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parsePackageForTests } from '../support/rpm-writer.ts'
import { hasRpm } from '../support/rpmkeys.ts'
import {
  type BuiltPackage,
  buildPackages,
  KEY_NAMES,
  keyPath,
  type RpmkeysRun,
  rpmkeysVerdict,
} from './rpm-build.ts'
import { SUBPACKAGES } from './rpm-spec.ts'

const SIGNATURE_TAGS: ReadonlySet<number> = new Set([267, 268, 1002, 1005])

describe.skipIf(!hasRpm)('packages by rpmbuild and rpmsign', () => {
  let directory = ''
  let packages: readonly BuiltPackage[] = []
  let run: RpmkeysRun = { verdicts: [], refused: [] }

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'pgp-airlock-build-'))
    packages = await buildPackages(directory)
    const keys = KEY_NAMES.map((name) => keyPath(directory, name))
    const paths = packages.map(({ path }) => path)
    run = await rpmkeysVerdict(paths, { keys, dbpath: join(directory, 'db') })
  }, 300_000)

  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  it('are several hundred, of every list of files and with every key', () => {
    expect(packages.length).toBeGreaterThanOrEqual(300)
    for (const name of [...SUBPACKAGES.map((part) => `made-${part}`), 'made-1.0-1.src']) {
      expect(packages.some(({ label }) => label.includes(name))).toBe(true)
    }
    expect(new Set(packages.flatMap(({ keys }) => keys))).toEqual(new Set(KEY_NAMES))
    expect(new Set(packages.map(({ label }) => label)).size).toBe(packages.length)
  })

  it('hold as many signatures as they are said to', () => {
    for (const { path, label, keys, headerOnlySigned } of packages) {
      const { signature } = parsePackageForTests(readFileSync(path))
      const tags = signature.entries.map(({ tag }) => tag).filter((tag) => SIGNATURE_TAGS.has(tag))
      expect([label, tags.length]).toEqual([label, keys.length * (headerOnlySigned ? 1 : 2)])
      expect([label, tags.every((tag) => tag < 1000)]).toEqual([
        label,
        headerOnlySigned || keys.length === 0,
      ])
    }
  })

  it('are good by rpmkeys if they are signed, but for curves that it does not know', () => {
    for (const [at, { label, keys, expected, hash }] of packages.entries()) {
      const verdict = run.verdicts[at]
      const isUnknown = keys.some((key) => run.refused.includes(keyPath(directory, key)))
      const isGood = expected === 'signed' && !isUnknown
      expect([label, verdict?.exitCode]).toEqual([label, isGood ? 0 : 1])
      const lines = verdict?.lines ?? []
      const digests = lines.filter(({ subject }) => subject.endsWith('digest'))
      expect([label, new Set(digests.map(({ result }) => result))]).toEqual([
        label,
        new Set(['OK']),
      ])
      if (isGood) expect(lines.some(({ subject }) => subject.includes(`/${hash} Sig`))).toBe(true)
    }
  })

  it('are refused by rpm 4.18 for keys on NIST curves only', () => {
    const curves = new Set(
      ['nistp256', 'nistp384'].map((name) => join(directory, 'keys', `${name}.asc`)),
    )
    expect(run.refused.every((path) => curves.has(path))).toBe(true)
  })
})
