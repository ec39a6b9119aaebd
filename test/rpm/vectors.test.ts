/**
 * Real packages, each with the answer that it must get: from its path, in memory, in two chunks and octet by octet. Where
 * the answer is another one, docs/differences.md says who is right and why; that page and this test must agree. (C1, C2)
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  Airlock,
  type Input,
  type Keyring,
  KeyringError,
  type RpmVerdict,
  type UnixSeconds,
} from '../../manager/index.ts'
import { Agreement, documented, type Row, rowsOf, vectorsDirectory } from '../vectors/manifest.ts'
import { chunks, codesOf, judge, NOW, shortly, strangerCertificate } from './support.ts'

const directory = vectorsDirectory('rpm/vectors')
const MUSTS = ['accept', 'accept-at-signing-time', 'reject', 'policy'] as const

/** Packages up to this size are fed octet by octet as well. */
const SMALL = 65_536

/** The manifests' words for what a package is. */
function wordFor(verdict: RpmVerdict): string {
  const codes = codesOf(verdict)
  const [first = ''] = codes
  switch (verdict.kind) {
    case 'good':
    case 'bad':
      return verdict.kind
    case 'no-key':
      return 'nokey'
    case 'untrusted':
      if (codes.includes('weak-hash') || codes.includes('weak-key')) return 'weak'
      return (
        new Map([
          ['key-expired', 'expired'],
          ['key-revoked', 'revoked'],
        ]).get(first) ?? first
      )
    case 'unusable':
      if (first === 'no-signature') return 'unsigned'
      return first.startsWith('unsupported') ? 'unsupported' : 'malformed'
    default:
      return shortly(verdict)
  }
}

/** When the package says that it was signed, by its last signature. */
function signedAt({ signatures }: RpmVerdict): UnixSeconds | undefined {
  const times = signatures.flatMap(({ verdict }) => verdict?.created ?? [])
  // the greatest of such times is such a time
  return times.length === 0 ? undefined : (Math.max(...times) as UnixSeconds)
}

describe.skipIf(directory === undefined)('C1, C2: packages', { timeout: 600_000 }, () => {
  const rows = directory === undefined ? [] : rowsOf(directory, 'rpm')
  const agreement = new Agreement()
  const differences = new Map<string, string>()
  const lines: string[] = []
  let airlock: Airlock

  beforeAll(async () => {
    airlock = await Airlock.open()
  })
  afterAll(async () => {
    await airlock[Symbol.asyncDispose]()
  })

  /** The row's keys. Without any that can be used, those of a stranger: a keyring is never empty. */
  async function keyringOf({ keys }: Row): Promise<Keyring> {
    const stranger = [strangerCertificate()]
    if (keys.length === 0) return airlock.loadKeyring(stranger)
    try {
      return await airlock.loadKeyring(keys.map((path) => ({ path })))
    } catch (error) {
      if (error instanceof KeyringError) return airlock.loadKeyring(stranger)
      throw error
    }
  }

  /** The verdict, the same however the octets come. */
  async function ask({ file }: Row, keyring: Keyring, at: UnixSeconds): Promise<RpmVerdict> {
    const octets = new Uint8Array(readFileSync(file))
    const from = (input: Input): Promise<RpmVerdict> =>
      judge(airlock, { package: input, keyring, at })
    const whole = await from({ path: file })
    const told = comparable(whole)
    expect(comparable(await from(octets))).toEqual(told)
    expect(comparable(await from(chunks(octets, octets.length >>> 1)))).toEqual(told)
    if (octets.length < SMALL) expect(comparable(await from(chunks(octets, 1)))).toEqual(told)
    return whole
  }

  test.each([...new Set(rows.map(({ set }) => set))])('%s', async (set) => {
    for (const row of rows.filter((one) => one.set === set)) {
      const keyring = await keyringOf(row)
      const now = await ask(row, keyring, NOW)
      const ours = wordFor(now)
      let isSame = ours === row.expected
      if (row.must === 'accept-at-signing-time') {
        const then = await ask(row, keyring, signedAt(now) ?? NOW)
        isSame = ours === 'expired' && then.kind === 'good'
      }
      agreement.count(set, row.must, isSame)
      lines.push(
        [row.set, row.name, row.must, row.expected, ours, shortly(now)].join(' | ') +
          (isSame ? '' : ' | DIFFERS'),
      )
      if (!isSame) differences.set(`${set} ${row.name}`, ours)
      if (row.must === 'reject' || row.must === 'policy') expect(now.kind).not.toBe('good')
    }
  })

  test('differ only where docs/differences.md says why', () => {
    console.info(`set | case | must | expected | ours | verdict\n${lines.join('\n')}`)
    console.info(agreement.table(MUSTS))
    expect(rows.length).toBeGreaterThan(0)
    expect(differences).toEqual(documented('RPM packages'))
  })
})

/** A verdict as plain data: what a header says of itself is read from it on demand. */
function comparable(verdict: RpmVerdict): unknown {
  if (!('contents' in verdict)) return verdict
  const { contents, ...told } = verdict
  const { name, version, release, epoch, arch, sourceRpm } = contents
  const files = contents.files()
  return {
    ...told,
    name,
    version,
    release,
    epoch,
    arch,
    sourceRpm,
    files: 'code' in files ? files : [...files],
  }
}
