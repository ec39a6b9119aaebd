/**
 * C7: the lines of `pgp-airlock-rpmkeys --style 4.18` beside those of the real rpmkeys 4.18, on the fixtures and on the real
 * packages of PGP_AIRLOCK_VECTORS. A line says the same, or less than OK; nothing is OK that rpm does not call OK, unless
 * rpm refused the key.
 */
import { execFile } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { key, root } from '../cli/command.ts'
import { rpm } from '../cli/rpm.ts'
import { hasRpm, rpmkeysVerdict } from '../support/rpmkeys.ts'
import { rowsOf, vectorsDirectory } from '../vectors/manifest.ts'

interface Case {
  readonly label: string
  readonly path: string
  readonly keys: readonly string[]
}

const FIXTURES: readonly Case[] = [
  ['good', 'packager'],
  ['ed25519', 'packager-ed25519'],
  ['tampered', 'packager'],
  ['tampered-header', 'packager'],
  ['unsigned', 'packager'],
  ['stranger', 'packager'],
  ['revoked', 'packager-revoked'],
  ['expired', 'packager-expired'],
].map(([name = '', keyName = '']) => ({ label: name, path: rpm(name), keys: [key(keyName)] }))

const vectors = vectorsDirectory('peers/rpmkeys-style')

function realCases(directory: string): readonly Case[] {
  return rowsOf(directory, 'rpm').map(({ set, name, file, keys }) => ({
    label: `${set}: ${name}`,
    path: file,
    keys,
  }))
}

/** `Header V4 RSA/SHA256 Signature, key ID 1964c5fc: OK` taken apart. */
interface Line {
  readonly subject: string
  readonly result: string
}

const LINE = /^ {4}(.*?): (OK|BAD|NOKEY|NOTTRUSTED|NOTFOUND)(?: \(.*\))?$/gm

/** Our lines, with the keys in a directory of their own. */
async function ours({ path, keys }: Case, directory: string): Promise<Told> {
  const keyring = mkdtempSync(join(directory, 'keyring-'))
  // where rpm has no key, one that signed nothing
  const files = keys.length === 0 ? [key('packager-ed25519')] : keys
  for (const [index, file] of files.entries()) copyFileSync(file, join(keyring, `${index}.asc`))
  const command = `${root}dist/manager/cli/rpmkeys.js`
  const args = [command, '-Kv', '--style', '4.18', '--keyring', keyring, path]
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, stdout) => {
      const lines = [...stdout.matchAll(LINE)].map(([, subject = '', result = '']) => ({
        subject,
        result,
      }))
      resolve({ exitCode: error === null ? 0 : Number(error.code), lines })
    })
  })
}

interface Told {
  readonly exitCode: number
  readonly lines: readonly Line[]
}

/** What is not computed here. */
const isWeakDigest = ({ subject }: Line): boolean => /(?:SHA1|MD5) digest$/.test(subject)
const isThere = ({ result }: Line): boolean => result !== 'NOTFOUND'

/** What each result may be here: rpm 4.18 knows neither policy nor the ends of keys, and refuses some keys. */
const MAY_BE: ReadonlyMap<string, readonly string[]> = new Map([
  ['OK', ['OK', 'NOTTRUSTED']],
  ['BAD', ['BAD', 'NOTTRUSTED']],
  ['NOKEY', ['NOKEY', 'NOTTRUSTED']],
])

describe.skipIf(!hasRpm)('C7: lines of rpmkeys 4.18', () => {
  let directory = ''
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'pgp-airlock-style-'))
  })
  afterAll(() => rmSync(directory, { recursive: true }))

  const cases = [...FIXTURES, ...(vectors === undefined ? [] : realCases(vectors))]
  test.each(cases)('$label', async (one) => {
    const dbpath = mkdtempSync(join(directory, 'db-'))
    const { verdicts, refused } = await rpmkeysVerdict([one.path], { keys: one.keys, dbpath })
    const [theirs] = verdicts
    const told = await ours(one, directory)
    if (told.lines.length === 0) {
      // its headers are refused as a whole, or all of its keys
      expect(told.exitCode).toBeGreaterThan(0)
      return
    }
    const expected = (theirs?.lines ?? []).filter((line) => !isWeakDigest(line))
    const subjects = (lines: readonly Line[]): string[] => lines.map(({ subject }) => subject)
    const found = told.lines.filter(isThere)
    const foundThere = expected.filter(isThere)
    expect(subjects(found)).toEqual(subjects(foundThere))
    for (const [index, { result }] of found.entries()) {
      const theirResult = foundThere[index]?.result ?? ''
      const permitted = MAY_BE.get(theirResult) ?? []
      expect(refused.length > 0 ? [...permitted, 'OK'] : permitted).toContain(result)
    }
    // what was looked for and not found follows from the rest, and with rpm from weak digests as well
    const results = (lines: readonly Line[]): string => lines.map(({ result }) => result).join()
    const isWeakBad = theirs?.lines.some((line) => isWeakDigest(line) && line.result === 'BAD')
    if (isWeakBad !== true && results(found) === results(foundThere)) {
      expect(told.lines).toEqual(expected.map(({ subject, result }) => ({ subject, result })))
    }
    if (told.exitCode === 0 && refused.length === 0) expect(theirs?.exitCode).toBe(0)
  })
})
