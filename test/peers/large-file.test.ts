/** A 4 GiB file with a signature by gpg: good, in flat memory. The file is sparse: it takes no room on disk. (C5) */
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Peak } from '../bounds/peak.ts'

/** One octet more than 32 bits can count. */
const LENGTH = 4 * 1_073_741_824 + 1
/** Mebibytes: a Node.js process with its code takes about 60 MiB, the rest is slack for its garbage. */
const MOST = 200

const main = fileURLToPath(new URL('../../dist/manager/cli/main.js', import.meta.url))
let directory = ''
const at = (name: string): string => join(directory, name)

function gpg(...args: readonly string[]): Buffer {
  const home = ['--homedir', directory, '--batch', '--quiet', '--no-tty']
  return execFileSync('gpg', [...home, '--pinentry-mode', 'loopback', '--passphrase', '', ...args])
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'pgp-airlock-large-'))
  const file = openSync(at('large'), 'w')
  ftruncateSync(file, LENGTH)
  // something at the start, behind 32 bits of length, and between
  for (const offset of [0, 2 ** 31, LENGTH - 1]) writeSync(file, 'x', offset)
  closeSync(file)
  gpg('--quick-generate-key', 'large example <large@example.org>', 'ed25519', 'sign', 'never')
  writeFileSync(at('key.gpg'), gpg('--export', 'large@example.org'))
  gpg('--output', at('large.sig'), '--detach-sign', at('large'))
}, 600_000)

afterAll(() => {
  execFileSync('gpgconf', ['--homedir', directory, '--kill', 'all'])
  rmSync(directory, { recursive: true, force: true })
})

function verify(): { readonly verdict: string; readonly peak: number } {
  const args = ['verify', '--json', '--keyring', at('key.gpg'), at('large.sig'), at('large')]
  const peak = new Peak(directory)
  let stdout: string
  try {
    stdout = execFileSync(process.execPath, [...peak.args, main, ...args], { encoding: 'utf8' })
  } catch (error) {
    stdout = String((error as { readonly stdout?: string }).stdout) // what execFileSync throws
  }
  const { verdict } = JSON.parse(stdout) as { readonly verdict: string }
  return { verdict, peak: peak.mebibytes }
}

test('C5: it is good, and the command never takes 200 MiB', { timeout: 600_000 }, () => {
  const { verdict, peak } = verify()
  console.info(`peak resident set with 4 GiB of data: ${Math.round(peak)} MiB`)
  expect(verdict).toBe('good')
  expect(peak).toBeLessThan(MOST)
})

test('C1: with its last octet changed it is bad', { timeout: 600_000 }, () => {
  const file = openSync(at('large'), 'r+')
  writeSync(file, 'y', LENGTH - 1)
  closeSync(file)
  expect(verify().verdict).toBe('bad')
})
