/**
 * A package of more than 2 GiB, signed by gpg over its header, which states the digest of the payload, and over both: good, in
 * flat memory. The file is sparse: it takes no room on disk. (C1, C5)
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  closeSync,
  createReadStream,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Peak } from '../bounds/peak.ts'
import { bin, makeParts, type PackageOptions, writePackage } from '../support/rpm-writer.ts'

/** More octets than 31 bits can count. */
const LENGTH = 2 ** 31 + 4097
/** Mebibytes: Node.js with its code takes about 60 MiB, the rest is slack for its garbage. */
const MOST = 160

let directory = ''
const at = (name: string): string => join(directory, name)

function gpg(...args: readonly string[]): Buffer {
  const home = ['--homedir', directory, '--batch', '--quiet', '--no-tty']
  return execFileSync('gpg', [...home, '--pinentry-mode', 'loopback', '--passphrase', '', ...args])
}

/** `front`, then the payload: zeros, but for a few octets. */
function writeSparse(path: string, front: Uint8Array): void {
  const file = openSync(path, 'w')
  writeSync(file, front)
  ftruncateSync(file, front.length + LENGTH)
  for (const offset of [0, 2 ** 30, LENGTH - 1]) writeSync(file, 'x', front.length + offset)
  closeSync(file)
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 4_194_304 })) hash.update(chunk)
  return hash.digest('hex')
}

/** What is run and measured: the package against the key, by the interface of the built library. */
const PROGRAM = `import { Airlock } from ${JSON.stringify(new URL('../../dist/manager/index.js', import.meta.url).href)}
const airlock = await Airlock.open()
const keyring = await airlock.loadKeyring([{ path: process.argv[2] }])
const verdict = await airlock.judgeRpm({ package: { path: process.argv[3] }, keyring })
const { kind, reasons = [], signatures } = verdict
console.log(JSON.stringify([kind, reasons.map(({ code }) => code), signatures.map((one) => one.verdict.kind)]))
await airlock[Symbol.asyncDispose]()
`

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'pgp-airlock-large-rpm-'))
  gpg('--quick-generate-key', 'large example <large@example.org>', 'ed25519', 'sign', 'never')
  writeFileSync(at('key.gpg'), gpg('--export', 'large@example.org'))
  writeFileSync(at('judge.mjs'), PROGRAM)
  writeSparse(at('payload'), new Uint8Array(0))
  const options: PackageOptions = {
    payload: new Uint8Array(0),
    sizes: { size: 'absent', payloadSize: 'absent' },
    digests: {
      payloadSha256: { text: await sha256(at('payload')) },
      payloadSha256Alt: 'absent',
      md5: 'absent',
    },
  }
  rmSync(at('payload'))
  const { header } = makeParts(options)
  writeFileSync(at('header'), header)
  writeSparse(at('both'), header)
  const sign = (name: string): Buffer => gpg('--output', '-', '--detach-sign', at(name))
  const signatures = [bin(267, sign('header')), bin(1005, sign('both'))]
  rmSync(at('both'))
  const parts = makeParts({
    ...options,
    editSignature: (entries) =>
      [...entries, ...signatures].toSorted((one, other) => one.tag - other.tag),
  })
  writeSparse(at('large.rpm'), writePackage(parts))
}, 600_000)

afterAll(() => {
  execFileSync('gpgconf', ['--homedir', directory, '--kill', 'all'])
  rmSync(directory, { recursive: true, force: true })
})

function judge(): { readonly told: unknown; readonly peak: number } {
  const peak = new Peak(directory)
  const args = [at('judge.mjs'), at('key.gpg'), at('large.rpm')]
  const stdout = execFileSync(process.execPath, [...peak.args, ...args], { encoding: 'utf8' })
  return { told: JSON.parse(stdout), peak: peak.mebibytes }
}

test('C5: it is good, and the manager never takes 160 MiB', { timeout: 600_000 }, () => {
  const { told, peak } = judge()
  console.info(`peak resident set with a package of 2 GiB: ${Math.round(peak)} MiB`)
  expect(told).toEqual(['good', [], ['good', 'good']])
  expect(peak).toBeLessThan(MOST)
})

test('C1: with its last octet changed it is bad', { timeout: 600_000 }, () => {
  const file = openSync(at('large.rpm'), 'r+')
  writeSync(file, 'y', statSync(at('large.rpm')).size - 1)
  closeSync(file)
  expect(judge().told).toEqual([
    'bad',
    ['digest-mismatch', 'payload-digest-mismatch'],
    ['good', 'bad'],
  ])
})
