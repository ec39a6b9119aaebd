/** `pgp-airlock-rpmkeys` as a process: rpmkeys' lines and exit codes. (C7) */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { key } from './command.ts'
import { rpm, rpmkeys } from './rpm.ts'

const directory = mkdtempSync(join(tmpdir(), 'pgp-airlock-'))
afterAll(() => rmSync(directory, { recursive: true }))

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

  test.each([
    ['good', 0, /: OK$/],
    ['tampered', 1, /: BAD/],
    ['stranger', 1, /: NOKEY$/],
  ] as const)('called as dnf does, %s', async (name, exit, expected) => {
    const level = '--define=_pkgverify_level signature'
    const args = ['--checksig', '--root', '/', '--verbose', level, ...PACKAGER, '-']
    const { code, stdout } = await rpmkeys(args, { input: readFileSync(rpm(name)) })
    const [subject, ...lines] = stdout.trimEnd().split('\n')
    expect([code, subject]).toEqual([exit, '-:'])
    expect(lines.some((line) => expected.test(line))).toBe(true)
    if (exit === 0) for (const line of lines) expect(line).toMatch(/: OK$/)
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

  test('-v and --quiet go with everything, as with rpmkeys; --test stores nothing', async () => {
    const store = ['--keyring', join(directory, 'tested')]
    const tried = await rpmkeys(['--import', '--test', '-v', ...store, key('packager')])
    expect(tried).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect(await rpmkeys(['--import', '--test', ...store, rpm('good')])).toMatchObject({ code: 1 })
    expect(existsSync(join(directory, 'tested'))).toBe(false)
    expect((await rpmkeys(['--import', '--quiet', ...store, key('packager')])).code).toBe(0)
    expect((await rpmkeys(['--list', '-v', ...store])).stdout).toContain(FINGERPRINT)
    expect((await rpmkeys(['--list', '--quiet', ...store])).stdout).toBe('')
  })

  test('--checksig takes the keys of several keyrings', async () => {
    const both = ['--keyring', key('packager'), '--keyring', key('packager-ed25519')]
    expect((await rpmkeys(['-K', ...both, rpm('good'), rpm('ed25519')])).code).toBe(0)
    expect((await rpmkeys(['-K', ...both.slice(2), rpm('good')])).code).toBe(1)
  })

  test('a file that is no key fails, the others are imported', async () => {
    const store = ['--keyring', join(directory, 'other')]
    const { code, stderr } = await rpmkeys(['--import', ...store, rpm('good'), key('packager')])
    expect(code).toBe(1)
    expect(stderr).toContain('key 1 import failed.')
    expect((await rpmkeys(['-K', ...store, rpm('good')])).code).toBe(0)
  })
})

describe('C7: keyrings', () => {
  const NONE = { XDG_DATA_HOME: '/nonexistent' }

  test('without keys every signature is NOKEY, and digests can be asked all the same', async () => {
    const ended = await rpmkeys(['-Kv', rpm('good')], { env: NONE })
    expect(ended.stdout).toContain('key ID 27ba81ee9cbf14de: NOKEY\n')
    expect(ended.code).toBe(1)
    const digests = await rpmkeys(['-K', '--nosignature', rpm('good')], { env: NONE })
    expect(digests).toMatchObject({ code: 0, stdout: `${rpm('good')}: digests OK\n` })
    expect(await rpmkeys(['-l'], { env: NONE })).toMatchObject({ code: 0, stdout: '', stderr: '' })
  })

  test('one that is not usable: 255, and nothing is said of packages', async () => {
    for (const args of [['-K', rpm('good')], ['--list'], ['--import', key('packager')]]) {
      const { code, stdout, stderr } = await rpmkeys(['--keyring', rpm('good'), ...args])
      expect({ code, stdout }).toEqual({ code: 255, stdout: '' })
      expect(stderr).toContain('because: ')
    }
  })

  test.each([
    ['revoked', 'key is revoked'],
    ['expired', 'key has expired'],
  ])('a key that is %s is NOTTRUSTED, and why is told', async (name, why) => {
    const { code, stdout, stderr } = await rpmkeys([
      '-Kv',
      '--keyring',
      key(`packager-${name}`),
      rpm(name),
    ])
    expect(stdout).toMatch(/signature, key fingerprint: [0-9a-f]{40}: NOTTRUSTED\n/)
    expect(stderr).toContain(why)
    expect(code).toBe(1)
  })
})

describe('what is told, and what is not', () => {
  test('standard input by its argument', async () => {
    const input = readFileSync(rpm('good'))
    const ended = await rpmkeys(['-K', ...PACKAGER, '-'], { input })
    expect(ended).toMatchObject({ code: 0, stdout: '-: digests signatures OK\n' })
  })

  test('--quiet leaves the exit code, and what failed on standard error', async () => {
    const good = await rpmkeys(['-K', '--quiet', ...PACKAGER, rpm('good')])
    expect(good).toMatchObject({ code: 0, stdout: '', stderr: '' })
    const bad = await rpmkeys(['-K', '--quiet', ...PACKAGER, rpm('tampered')])
    expect(bad).toMatchObject({ code: 1, stdout: '' })
  })

  test('all that was looked for, where the payload is not covered', async () => {
    const { stdout } = await rpmkeys(['-Kv', ...PACKAGER, rpm('tampered')])
    expect(stdout).toMatch(
      /Payload SHA512 digest: NOTFOUND\n {4}Payload SHA256 ALT digest: BAD \(Expected \w+ != \w+\)\n/,
    )
    expect(stdout).toMatch(
      /Legacy OpenPGP DSA signature: NOTFOUND\n {4}Legacy OpenPGP RSA signature: NOTFOUND\n$/,
    )
  })

  test('no line of a file that is no package, and none OK', async () => {
    const path = join(directory, 'text.rpm')
    writeFileSync(path, 'OK\n')
    const short = await rpmkeys(['-K', ...PACKAGER, path])
    expect(short).toMatchObject({ code: 1, stdout: `${path}: NOT OK\n` })
    const long = await rpmkeys(['-Kv', ...PACKAGER, path, directory, join(directory, 'missing')])
    expect(long).toMatchObject({ code: 3, stdout: `${path}:\n` })
    expect(long.stderr.match(/^error: .*: open failed: /gm)).toHaveLength(2)
    // the kernel's words, which scripts look for
    expect(long.stderr).toContain('missing: open failed: No such file or directory\n')
  })

  test('C6: names with escape sequences are cleaned', async () => {
    const path = join(directory, 'evil\u001b[31m\u202e\n: digests signatures OK.rpm')
    writeFileSync(path, readFileSync(rpm('tampered')))
    for (const option of ['-K', '-Kv']) {
      const { code, stdout, stderr } = await rpmkeys([option, ...PACKAGER, path, `${path}-missing`])
      expect(code).toBe(2)
      expect(`${stdout}${stderr}`.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
      expect(stdout.split('\n')[0]).toContain(
        'evil\ufffd[31m\ufffd\ufffd: digests signatures OK.rpm:',
      )
    }
  })
})

test.each([
  [[]],
  [['-K']],
  [['-l', 'x']],
  [['--import', '--nodigest', 'x']],
  [['-K', '-', '-']],
  [['-K', '--test', 'x']],
  [['--import', '--keyring', 'a', '--keyring', 'b', 'x']],
  [['--list', '--keyring', 'a', '--keyring', 'b']],
  [['-K', '--nosignature', '--nodigest', 'x']],
  [['-Kq', 'x']],
  [['-K', '--import', 'x']],
  [['--delete', 'x']],
  [['-K', '--style', '5', 'x']],
])('wrong call %j: 255', async (args) => {
  const { code, stderr } = await rpmkeys(args)
  expect(code).toBe(255)
  expect(stderr).toContain('usage: pgp-airlock-rpmkeys')
})

test.each([
  [['-K', '--dbpath', '/x', 'y.rpm'], '--keyring PATH in place of --dbpath'],
  [['-K', '--dbpath=/x', 'y.rpm'], '--keyring PATH in place of --dbpath'],
  [['--import', '--root', '/x', 'y'], '--keyring PATH in place of --root'],
  [['-K', '-r', '/x', 'y.rpm'], '--keyring PATH in place of --root'],
  [['-K', '--root', '/', '--root', '/x', 'y.rpm'], '--keyring PATH in place of --root'],
  [['-K', '--define', '_pkgverify_level digest', 'y.rpm'], 'no other --define'],
  [['-K', '-D', '_pkgverify_level none', 'y.rpm'], 'no other --define'],
  [['-K', '-D', '_pkgverify_level all none', 'y.rpm'], 'no other --define'],
  [['-K', '-D', '_pkgverify_level all', '-D', '_dbpath /x', 'y.rpm'], 'no other --define'],
  [['--delete', 'x'], 'pgp-airlock key remove FINGERPRINT'],
  [['--export', 'x'], 'pgp-airlock key export FINGERPRINT'],
  [['-K', '--other', 'x'], 'expected only the options below'],
  // behind the double dash they are files
  [['-K', '--other', '--', '--dbpath'], 'expected only the options below'],
])("C7: an option that is rpm's alone, %j: 255, and what to use", async (args, instead) => {
  const { code, stdout, stderr } = await rpmkeys(args)
  expect({ code, stdout }).toEqual({ code: 255, stdout: '' })
  expect(stderr).toContain(instead)
})
