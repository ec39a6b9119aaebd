/** The packages among the fixtures are what their README says: by their octets, and by the real rpmkeys. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { entryOf, parsePackageForTests, textsOf } from '../support/rpm-writer.ts'
import { hasRpm, type RpmkeysVerdict, rpmkeysVerdict } from '../support/rpmkeys.ts'

const fixtures = join(import.meta.dirname, '../../fixtures')

const NAMES = [
  'good',
  'ed25519',
  'tampered',
  'tampered-header',
  'unsigned',
  'stranger',
  'revoked',
  'expired',
] as const
type Name = (typeof NAMES)[number]

const read = (name: Name): Buffer => readFileSync(join(fixtures, 'packages', `${name}.rpm`))

describe.each(NAMES)('%s.rpm', (name) => {
  it('is small, and says nothing about where it was made', () => {
    const octets = read(name)
    expect(octets.length).toBeLessThan(10_000)
    const { header } = parsePackageForTests(octets)
    expect(textsOf(entryOf(header, 1007))).toEqual(['build.example.org'])
    expect(octets.includes('/tmp/')).toBe(false)
  })
})

it('is tampered with in the payload alone, or in the header alone', () => {
  const good = read('good')
  const { header, payloadStart } = parsePackageForTests(good)
  const changed = (name: Name): number[] => {
    const octets = read(name)
    expect(octets.length).toBe(good.length)
    return [...octets.keys()].filter((at) => octets[at] !== good[at])
  }
  expect(Math.min(...changed('tampered'))).toBeGreaterThanOrEqual(payloadStart)
  const inHeader = changed('tampered-header')
  expect(Math.min(...inHeader)).toBeGreaterThanOrEqual(header.start)
  expect(Math.max(...inHeader)).toBeLessThan(header.end)
})

describe.skipIf(!hasRpm)('by the real rpmkeys', () => {
  const KEYS = ['packager', 'packager-ed25519', 'packager-revoked', 'packager-expired'] as const
  const verdicts = new Map<Name, RpmkeysVerdict>()
  let dbpath = ''

  beforeAll(async () => {
    dbpath = mkdtempSync(join(tmpdir(), 'pgp-airlock-rpm-'))
    const paths = NAMES.map((name) => join(fixtures, 'packages', `${name}.rpm`))
    const keys = KEYS.map((name) => join(fixtures, 'keys', `${name}.pub.asc`))
    const run = await rpmkeysVerdict(paths, { keys, dbpath })
    expect(run.refused).toEqual([])
    for (const [at, name] of NAMES.entries()) {
      const verdict = run.verdicts[at]
      if (verdict !== undefined) verdicts.set(name, verdict)
    }
  })

  afterAll(() => rmSync(dbpath, { recursive: true, force: true }))

  it.each([
    ['good', 0, 'Header V4 RSA/SHA256 Signature', 'OK'],
    ['ed25519', 0, 'Header V4 EdDSA/SHA256 Signature', 'OK'],
    ['tampered', 1, 'Header V4 RSA/SHA256 Signature', 'OK'],
    ['tampered', 1, 'Payload SHA256 digest', 'BAD'],
    ['tampered-header', 1, 'Header V4 RSA/SHA256 Signature', 'BAD'],
    ['tampered-header', 1, 'Payload SHA256 digest', 'OK'],
    ['unsigned', 1, 'Header RSA signature', 'NOTFOUND'],
    ['stranger', 1, 'Header V4 RSA/SHA256 Signature', 'NOKEY'],
    // rpm 4.18 takes no notice of revocations and ends of keys
    ['revoked', 0, 'Header V4 RSA/SHA256 Signature', 'OK'],
    ['expired', 0, 'Header V4 RSA/SHA256 Signature', 'OK'],
  ] as const)('%s.rpm: exit code %i, %s %s', (name, exitCode, subject, result) => {
    const verdict = verdicts.get(name)
    expect(verdict?.exitCode).toBe(exitCode)
    const line = verdict?.lines.find((one) => one.subject.startsWith(subject))
    expect(line?.result).toBe(result)
  })
})
