/** `pgp-airlock-rpmkeys` as a process: rpmkeys' lines and exit codes. (C7) */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type Ended, key, root } from './command.ts'
import { rpm } from './rpm.ts'

const directory = mkdtempSync(join(tmpdir(), 'pgp-airlock-'))
afterAll(() => rmSync(directory, { recursive: true }))

function rpmkeys(args: readonly string[]): Promise<Pick<Ended, 'code' | 'stdout' | 'stderr'>> {
  const child = spawn(process.execPath, [`${root}dist/manager/cli/rpmkeys.js`, ...args])
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

const PACKAGER = ['--keyring', key('packager')]
const FINGERPRINT = '3e2e7a6e599c03b525be9ca327ba81ee9cbf14de'

describe('C7: --checksig', () => {
  test.each([
    ['good', 'packager', 'digests signatures OK', 0],
    ['tampered', 'packager', 'DIGESTS SIGNATURES NOT OK', 1],
    ['tampered-header', 'packager', 'DIGESTS SIGNATURES NOT OK', 1],
    ['unsigned', 'packager', 'digests SIGNATURES NOT OK', 1],
    ['stranger', 'packager', 'digests SIGNATURES NOT OK', 1],
    ['revoked', 'packager-revoked', 'digests SIGNATURES NOT OK', 1],
    ['expired', 'packager-expired', 'digests SIGNATURES NOT OK', 1],
  ])('%s with %s: %s', async (name, keyring, words, exit) => {
    const { code, stdout } = await rpmkeys(['-K', '--keyring', key(keyring), rpm(name)])
    expect(stdout).toBe(`${rpm(name)}: ${words}\n`)
    expect(code).toBe(exit)
  })

  test('-v tells each signature and digest, in the words of rpm 6', async () => {
    const { stdout } = await rpmkeys(['-Kv', ...PACKAGER, rpm('good')])
    expect(stdout).toBe(
      `${rpm('good')}:\n` +
        `    Header OpenPGP V4 RSA/SHA256 signature, key fingerprint: ${FINGERPRINT}: OK\n` +
        '    Header SHA256 digest: OK\n' +
        '    Payload SHA256 ALT digest: OK\n' +
        '    Payload SHA256 digest: OK\n',
    )
  })

  test('--style 4.18 uses the older ones', async () => {
    const { stdout } = await rpmkeys(['-K', '-v', '--style', '4.18', ...PACKAGER, rpm('stranger')])
    expect(stdout).toContain('    Header V4 RSA/SHA256 Signature, key ID 473578bb: NOKEY\n')
    const { stdout: unsigned } = await rpmkeys([
      '-Kv',
      '--style',
      '4.18',
      ...PACKAGER,
      rpm('unsigned'),
    ])
    expect(unsigned).toContain(
      '    Header RSA signature: NOTFOUND\n    Header DSA signature: NOTFOUND\n',
    )
  })

  test('--nosignature and --nodigest leave out their half', async () => {
    const digests = await rpmkeys(['-K', '--nosignature', ...PACKAGER, rpm('unsigned')])
    expect(digests).toMatchObject({ code: 0, stdout: `${rpm('unsigned')}: digests OK\n` })
    const signatures = await rpmkeys(['-K', '--nodigest', ...PACKAGER, rpm('good')])
    expect(signatures).toMatchObject({ code: 0, stdout: `${rpm('good')}: signatures OK\n` })
  })

  test('the exit code counts what failed, and never wraps', async () => {
    const three = await rpmkeys([
      '-K',
      ...PACKAGER,
      rpm('good'),
      rpm('unsigned'),
      rpm('stranger'),
      'missing.rpm',
    ])
    expect(three.code).toBe(3)
    expect(three.stderr).toContain('error: missing.rpm: ')
    const many = Array.from({ length: 256 }, () => 'missing.rpm')
    expect((await rpmkeys(['-K', ...PACKAGER, ...many])).code).toBe(254)
  })
})

describe('--import and --list', () => {
  test('fill the keyring that packages are checked with', async () => {
    const store = ['--keyring', join(directory, 'store')]
    const imported = await rpmkeys(['--import', ...store, key('packager'), key('packager-ed25519')])
    expect(imported).toMatchObject({ code: 0, stdout: '', stderr: '' })
    const { stdout } = await rpmkeys(['--list', ...store])
    expect(stdout).toMatch(new RegExp(`^${FINGERPRINT} .* public key$`, 'm'))
    const { code } = await rpmkeys(['-K', ...store, rpm('good'), rpm('ed25519')])
    expect(code).toBe(0)
  })

  test('a file that is no key fails, the others are imported', async () => {
    const store = ['--keyring', join(directory, 'other')]
    const { code, stderr } = await rpmkeys(['--import', ...store, rpm('good'), key('packager')])
    expect(code).toBe(1)
    expect(stderr).toContain('key 1 import failed.')
    expect((await rpmkeys(['-K', ...store, rpm('good')])).code).toBe(0)
  })
})

test.each([
  [[]],
  [['-K']],
  [['-K', '--import', 'x']],
  [['--delete', 'x']],
  [['-K', '--style', '5', 'x']],
])('wrong call %j: 255', async (args) => {
  const { code, stderr } = await rpmkeys(args)
  expect(code).toBe(255)
  expect(stderr).toContain('usage: pgp-airlock-rpmkeys')
})
