/**
 * C5: packages made to take time or memory. Each is judged in a process of its own with the verdict of its row, below a stated
 * resident set; the verdicts tell that no handler met its deadline. The same numbers stand in docs/verification.md.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Airlock } from '../../manager/index.ts'
import { RPM_LIMITS } from '../../protocol/limits.ts'
import { type MeasuredRpm, measuredCommand, measuredRpm } from './measured-rpm.ts'
import * as inputs from './rpm-inputs.ts'

/** Mebibytes of the manager for a header of the largest size. */
const MOST = 256
/** Mebibytes where a package is refused by what it claims: the process without any package takes about 55. */
const MOST_REFUSED = 96
/** Mebibytes of the command about many packages at once. */
const MOST_OF_BATCH = 512
const MIB = 1_048_576
const GIB = 1024 * MIB

let directory = ''
const at = (name: string): string => join(directory, name)

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'pgp-airlock-rpm-'))
  writeFileSync(at('key'), inputs.CERTIFICATE)
})

afterAll(() => rmSync(directory, { recursive: true, force: true }))

async function judged(file: Uint8Array): Promise<MeasuredRpm> {
  writeFileSync(at('package'), file)
  return shown(await measuredRpm(directory, at('key'), at('package')))
}

/** The package comes through a pipe that stays open behind it. */
async function piped(chunks: Iterable<Uint8Array>): Promise<MeasuredRpm> {
  return shown(await measuredRpm(directory, at('key'), '-', chunks))
}

function shown(found: MeasuredRpm): MeasuredRpm {
  const { said, milliseconds, peak } = found
  console.info(`${said}, ${Math.round(milliseconds)} ms, peak ${Math.round(peak)} MiB`)
  return found
}

const HEADERS: readonly (readonly [string, () => Uint8Array, string])[] = [
  ['65,535 entries', () => inputs.headerEntries(65_535), 'good'],
  ['65,536 entries', () => inputs.headerEntries(65_536), 'unusable too-large'],
  ['16 MiB', () => inputs.headerOctets(0), 'good'],
  ['one octet more than 16 MiB', () => inputs.headerOctets(1), 'unusable too-large'],
  ['a million empty strings', inputs.emptyStrings, 'good'],
  ['16 Mi NULs that are strings', inputs.onlyNuls, 'good'],
  ['65,535 arrays of strings, 16 MiB', inputs.manyStrings, 'good'],
  ['65,535 entries, every other one padded', inputs.padded, 'good'],
  ['a million strings that do not end', inputs.endless, 'unusable rpm-malformed'],
]

describe('C5: a main header of', () => {
  test.each(HEADERS)('%s', { timeout: 120_000 }, async (_name, file, expected) => {
    const { said, peak } = await judged(file())
    expect(said).toBe(expected)
    expect(peak).toBeLessThan(MOST)
  })
})

describe('C5: a signature header of', () => {
  test.each([
    [`${RPM_LIMITS.maxSignatureEntries} entries`, () => inputs.signatureEntries(32), 'good'],
    ['one entry more', () => inputs.signatureEntries(33), 'unusable too-large'],
    [`${RPM_LIMITS.maxSignatures} signatures`, () => inputs.signatures(32), 'good'],
    ['one signature more', () => inputs.signatures(33), 'unusable too-large'],
    ['a million signatures', () => inputs.signatures(1_000_000), 'unusable too-large'],
  ] as const)('%s', { timeout: 60_000 }, async (_name, file, expected) => {
    const { said, peak } = await judged(file())
    expect(said).toBe(expected)
    expect(peak).toBeLessThan(MOST)
  })
})

const CLAIMS: readonly (readonly [string, number, number, string])[] = [
  ['256 MiB', 1, 256 * MIB, 'unusable too-large'],
  ['4 GiB', 1, 4 * GIB - 1, 'unusable too-large'],
  ['2^31 octets', 1, 2 * GIB, 'unusable too-large'],
  ['2^32 - 1 entries', 2 ** 32 - 1, 2 ** 32 - 1, 'unusable too-large'],
  ['2^28 entries, 16 octets each', 2 ** 28, 0, 'unusable too-large'],
  ['16 MiB and one octet', 1, 16 * MIB - 31, 'unusable too-large'],
  ['16 MiB', 1, 16 * MIB - 32, 'unusable rpm-malformed'],
  ['no entry', 0, 64, 'unusable rpm-malformed'],
]

describe('C5: a file of 200 octets that claims', () => {
  test.each(CLAIMS)('%s', { timeout: 60_000 }, async (_name, entries, length, expected) => {
    for (const file of [inputs.claiming(entries, length), inputs.claimingMain(entries, length)]) {
      const { said, peak } = await judged(file)
      expect(said).toBe(expected)
      expect(peak).toBeLessThan(MOST_REFUSED)
    }
  })

  test.each(CLAIMS.filter(([, , , expected]) => expected.endsWith('too-large')))(
    '%s through a pipe that stays open: it is not waited for',
    { timeout: 60_000 },
    async (_name, entries, length, expected) => {
      const { said, peak } = await piped([inputs.claiming(entries, length)])
      expect(said).toBe(expected)
      expect(peak).toBeLessThan(MOST_REFUSED)
    },
  )
})

/** A header that claims 16 MiB and more octets than any reader should want, counted as they are asked for. */
class Flood implements Iterable<Uint8Array> {
  written = 0
  readonly #front: Uint8Array

  constructor(front: Uint8Array) {
    this.#front = front
  }

  *[Symbol.iterator](): Generator<Uint8Array> {
    yield this.#front
    const zeros = new Uint8Array(MIB)
    for (this.written = 0; this.written < GIB; this.written += MIB) yield zeros
  }
}

describe('C5: a flood through a pipe', () => {
  test.each([
    ['behind a claim above the limit', inputs.claiming(1, 4 * GIB - 1), 'unusable too-large', 4],
    ['behind no lead', new Uint8Array(200), 'unusable not-an-rpm', 4],
    ['as a signature header', inputs.claiming(1, 16 * MIB - 32), 'unusable rpm-malformed', 64],
  ] as const)(
    '%s: is not read further',
    { timeout: 60_000 },
    async (_name, front, expected, most) => {
      const flood = new Flood(front)
      const { said, peak } = await piped(flood)
      expect(said).toBe(expected)
      expect(flood.written).toBeLessThan(most * MIB)
      expect(peak).toBeLessThan(MOST)
    },
  )
})

test('C5: a batch of the largest headers, within what the command may take', {
  timeout: 300_000,
}, async () => {
  const tree = at('tree')
  mkdirSync(tree)
  const octets = inputs.manyStrings()
  for (let index = 0; index < 16; index += 1) writeFileSync(join(tree, `${index}.rpm`), octets)
  const args = ['verify', '--keyring', at('key'), tree]
  const { code, peak } = await measuredCommand(directory, args)
  console.info(`16 at once: peak ${Math.round(peak)} MiB`)
  expect(code).toBe(0)
  expect(peak).toBeLessThan(MOST_OF_BATCH)
})

test('C5: an entry at its edges is malformed, whatever signs it', { timeout: 60_000 }, async () => {
  await using airlock = await Airlock.open({ poolSize: 1 })
  const keyring = await airlock.loadKeyring([inputs.CERTIFICATE])
  for (const [name, file] of inputs.edges()) {
    const verdict = await airlock.judgeRpm({ keyring, package: file })
    const code = 'reasons' in verdict ? verdict.reasons[0].code : verdict.kind
    expect([name, code]).toEqual([name, 'rpm-malformed'])
  }
})

describe('C5: what an unsigned header says, told', () => {
  test.each([
    ['digests', () => inputs.longPaths(0xff), ['--unauthenticated', '--json'], 0],
    ['digests', () => inputs.longPaths(0x01), ['--unauthenticated', '--json'], 0],
    ['digests', () => inputs.longPaths(0xff), ['--unauthenticated'], 0],
    ['show', () => inputs.longName(0xff), ['--json'], 1],
    ['show', () => inputs.longName(0x01), [], 1],
  ] as const)('%s', { timeout: 120_000 }, async (command, file, options, expected) => {
    writeFileSync(at('package'), file())
    const args = [command, ...options, '--keyring', at('key'), at('package')]
    const { code, peak } = await measuredCommand(directory, args)
    console.info(`${command} ${options.join(' ')}: peak ${Math.round(peak)} MiB`)
    expect(code).toBe(expected)
    expect(peak).toBeLessThan(MOST)
  })
})

test('the page states these numbers', () => {
  const page = readFileSync(new URL('../../docs/verification.md', import.meta.url), 'utf8')
  const section = page.split('\n## ').find((part) => part.startsWith('Bounds')) ?? ''
  const counts = [
    RPM_LIMITS.maxSignatureEntries,
    RPM_LIMITS.maxHeaderEntries,
    RPM_LIMITS.maxValues,
    RPM_LIMITS.maxSignatures,
  ].map((count) => count.toLocaleString('en'))
  const sizes = [RPM_LIMITS.maxHeader / MIB, RPM_LIMITS.maxPaths / MIB, MOST, MOST_REFUSED].map(
    (size) => `${size} MiB`,
  )
  const rows = section.split('\n').filter((line) => /package|header/.test(line))
  for (const number of [...counts, ...sizes]) {
    expect(
      rows.some((row) => row.includes(number)),
      number,
    ).toBe(true)
  }
})
