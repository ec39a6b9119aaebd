/**
 * C5: inputs made to take time or memory. Each ends with the verdict of its row by the real command, below a stated resident
 * set, and no handler misses its deadline. The same numbers stand in docs/verification.md.
 */
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { JUDGE_LIMITS } from '../../manager/openpgp/limits.ts'
import { OPENPGP_LIMITS } from '../../protocol/limits.ts'
import { armored, text } from '../unit/build.ts'
import * as inputs from './inputs.ts'
import { measured } from './measured.ts'

/** Mebibytes of the manager for an input of the largest size. */
const MOST = 512
/** Mebibytes where an input is refused by its size: the command without any input takes about 70. */
const MOST_REFUSED = 160

const MIB = 1_048_576
const GIB = 1024 * MIB

let directory = ''
const at = (name: string): string => join(directory, name)

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'pgp-airlock-bounds-'))
  writeFileSync(at('data'), inputs.DATA)
  writeFileSync(at('key'), inputs.CERTIFICATE)
  writeFileSync(at('signature'), inputs.SIGNATURE)
})

afterAll(() => rmSync(directory, { recursive: true, force: true }))

interface Outcome {
  /** `verdict code...` of the whole */
  readonly said: string
  readonly peak: number
}

async function verify(files: {
  readonly keyring?: Uint8Array
  readonly signature?: Uint8Array
}): Promise<Outcome> {
  const place = (name: 'keyring' | 'signature', otherwise: string): string => {
    const octets = files[name]
    if (octets === undefined) return at(otherwise)
    writeFileSync(at(name === 'keyring' ? 'k' : 's'), octets)
    return at(name === 'keyring' ? 'k' : 's')
  }
  return told(['--keyring', place('keyring', 'key'), place('signature', 'signature'), at('data')])
}

async function told(args: readonly string[], input?: Iterable<Uint8Array>): Promise<Outcome> {
  const { code, document, peak } = await measured(directory, args, input)
  const said = [document.verdict, ...document.reasons.map((reason) => reason.code)].join(' ')
  expect(code, said).toBe(document.verdict === 'good' ? 0 : document.verdict === 'error' ? code : 1)
  console.info(`${said}, peak ${Math.round(peak)} MiB`)
  return { said, peak }
}

const KEYRINGS: readonly (readonly [string, () => Uint8Array, string])[] = [
  ['100,000 third-party signatures', () => inputs.flooded(100_000), 'good'],
  ['10^6 unhashed subpackets', () => inputs.subpackets('unhashed', 1_000_000), 'good'],
  ['10^6 hashed subpackets', () => inputs.subpackets('hashed', 1_000_000), 'good'],
  ['50,000 tiny packets', () => inputs.tinyPackets(50_000), 'good'],
  ['700,000 tiny packets', () => inputs.tinyPackets(700_000), 'error keyring-too-large'],
  ['10,000 user ids', () => inputs.userIds(10_000, false), 'good'],
  ['500 user ids with self-signatures', () => inputs.userIds(500, true), 'good'],
  [
    '10,000 user ids with self-signatures',
    () => inputs.userIds(10_000, true),
    'untrusted key-unusable',
  ],
  ['a user attribute of 15 MiB', () => inputs.attribute(15 * MIB, 0), 'good'],
  ['a user attribute of 16 MiB', () => inputs.attribute(16 * MIB, 0), 'error keyring-too-large'],
  [
    'an attribute of 8 MiB with 50,000 claims',
    () => inputs.attribute(8 * MIB, 50_000),
    'untrusted key-unusable',
  ],
  [
    '20,000 subkeys and revocations',
    () => inputs.subkeysAndRevocations(20_000, false),
    'untrusted key-unusable key-not-bound',
  ],
  [
    '20,000 subkeys and broken revocations',
    () => inputs.subkeysAndRevocations(20_000, true),
    'good',
  ],
]

describe('C5: a certificate with', () => {
  test.each(KEYRINGS)('%s', { timeout: 180_000 }, async (_name, keyring, expected) => {
    const { said, peak } = await verify({ keyring: keyring() })
    expect(said).toBe(expected)
    expect(peak).toBeLessThan(MOST)
  })
})

const SIGNATURES: readonly (readonly [string, () => Uint8Array, string])[] = [
  ['an unhashed area full of subpackets', inputs.filled, 'good'],
  ['257 hashed subpackets', inputs.overfilled, 'unusable malformed'],
  ['embedded signatures 2,000 deep', () => inputs.nested(2_000), 'good'],
  [`${JUDGE_LIMITS.maxSignatures} signatures`, () => inputs.signatures(64), 'good'],
  ['one signature more', () => inputs.signatures(65), 'unusable too-large'],
  ['more than 1 MiB', () => inputs.signatures(20_000), 'unusable too-large'],
]

describe('C5: a signature file with', () => {
  test.each(SIGNATURES)('%s', { timeout: 180_000 }, async (_name, signature, expected) => {
    const { said, peak } = await verify({ signature: signature() })
    expect(said).toBe(expected)
    expect(peak).toBeLessThan(MOST_REFUSED)
  })
})

describe('C5: a signature that names', () => {
  test.each([
    [JUDGE_LIMITS.maxCandidates, 'good'],
    [JUDGE_LIMITS.maxCandidates + 1, 'unusable too-large'],
  ])('%i keys', { timeout: 60_000 }, async (count, expected) => {
    const signature = inputs.namingCrowd(count)
    const { said } = await verify({ keyring: inputs.crowd(count), signature })
    expect(said).toBe(expected)
  })
})

test('C5: several signatures, each by one of many keys', { timeout: 60_000 }, async () => {
  const keys = JUDGE_LIMITS.maxCandidates
  const keyring = inputs.crowd(keys)
  const verdicts: string[] = []
  for (const count of [8, 9]) {
    const signature = inputs.repeated(inputs.namingCrowd(keys), count)
    verdicts.push((await verify({ keyring, signature })).said)
  }
  expect([8, 9].map((count) => count * keys > JUDGE_LIMITS.maxTries)).toEqual([false, true])
  expect(verdicts).toEqual(['good', 'unusable too-large'])
})

/** Armor without an end, a mebibyte at a time; how many were asked for is counted. */
class EndlessArmor implements Iterable<Uint8Array> {
  written = 0
  readonly #label: string

  constructor(label: string) {
    this.#label = label
  }

  *[Symbol.iterator](): Generator<Uint8Array> {
    const lines = inputs.repeated(text(`${'A'.repeat(63)}\n`), MIB / 64)
    yield text(`-----BEGIN PGP ${this.#label}-----\n\n`)
    for (this.written = 0; this.written < GIB; this.written += MIB) yield lines
  }
}

/** The first lines of an armored file, then nothing but a hole up to 1 GiB: it takes no room on disk. */
function sparse(name: string, label: string): string {
  const start = armored(inputs.repeated(Uint8Array.of(1, 2, 3), 10_000), { label })
  writeFileSync(at(name), start.slice(0, start.lastIndexOf('-----END')))
  const file = openSync(at(name), 'r+')
  ftruncateSync(file, GIB)
  closeSync(file)
  return at(name)
}

describe('C5: 1 GiB of armor', () => {
  test('as a signature file', { timeout: 60_000 }, async () => {
    const { said, peak } = await told([
      '--keyring',
      at('key'),
      sparse('large.asc', 'SIGNATURE'),
      at('data'),
    ])
    expect(said).toBe('unusable too-large')
    expect(peak).toBeLessThan(MOST_REFUSED)
  })

  test('as a signature from a pipe, which is not read to its end', {
    timeout: 60_000,
  }, async () => {
    const armor = new EndlessArmor('SIGNATURE')
    const { said, peak } = await told(['--keyring', at('key'), '-', at('data')], armor)
    expect(said).toBe('unusable too-large')
    expect(armor.written).toBeLessThan(64 * MIB)
    expect(peak).toBeLessThan(MOST_REFUSED)
  })

  test('as a keyring', { timeout: 60_000 }, async () => {
    const keyring = sparse('large.asc', 'PUBLIC KEY BLOCK')
    const { said, peak } = await told(['--keyring', keyring, at('signature'), at('data')])
    expect(said).toBe('error keyring-too-large')
    expect(peak).toBeLessThan(MOST_REFUSED)
  })

  test('as a cleartext message', { timeout: 60_000 }, async () => {
    const message = sparse('large.asc', 'SIGNED MESSAGE')
    const { said, peak } = await told(['--keyring', at('key'), '--cleartext', message])
    expect(said).toBe('unusable too-large')
    expect(peak).toBeLessThan(MOST_REFUSED)
  })
})

describe('C5: one line of armor that is as long as a key file may be', () => {
  test('is refused, with its place', { timeout: 60_000 }, async () => {
    const line = 'A'.repeat(16 * MIB - 128)
    const label = 'PGP PUBLIC KEY BLOCK-----'
    const armor = `-----BEGIN ${label}\n\n${line}\n-----END ${label}\n`
    const { said, peak } = await verify({ keyring: Buffer.from(armor) })
    expect(said).toBe('error keyring-malformed')
    expect(peak).toBeLessThan(MOST)
  })
})

test('the page states these numbers', () => {
  const page = readFileSync(new URL('../../docs/verification.md', import.meta.url), 'utf8')
  const section = page.split('\n## ').find((part) => part.startsWith('Bounds')) ?? ''
  const numbers = [
    OPENPGP_LIMITS.maxRequest / MIB,
    OPENPGP_LIMITS.maxReply / MIB,
    OPENPGP_LIMITS.maxSignatureFile / MIB,
    JUDGE_LIMITS.maxCertificateHashed / MIB,
    MOST,
    MOST_REFUSED,
  ].map((size) => `${size} MiB`)
  const counts = [
    JUDGE_LIMITS.maxSignatures,
    JUDGE_LIMITS.maxCandidates,
    JUDGE_LIMITS.maxTries,
    JUDGE_LIMITS.maxCertificateChecks,
    OPENPGP_LIMITS.maxSubpackets,
    OPENPGP_LIMITS.maxArmorLine,
  ].map((count) => count.toLocaleString('en'))
  for (const number of [...numbers, ...counts]) expect(section).toContain(number)
})
