/** `pgp-airlock rpm verify` as a process: every verdict on the fixtures, its exit code, and its JSON document. (C1, C7) */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type RpmVerifyDocument, rpmVerifyDocument } from '../../manager/schemas.ts'
import { type Ended, run } from './command.ts'
import { rpm, rpmRun } from './rpm.ts'

/** The documents that a run printed, read strictly. */
function documents({ stdout }: Ended): RpmVerifyDocument[] {
  expect(stdout).toMatch(/^([\x20-\x7e]*\n)+$/) // lines of ASCII
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => rpmVerifyDocument.parse(JSON.parse(line)))
}

async function json(args: readonly string[], keyring = 'packager', env = {}) {
  const ended = await rpmRun('verify', ['--json', ...args], { keyring, env })
  const [document] = documents(ended)
  if (document === undefined) throw new Error('expected a document')
  const { verdict, authenticated, reasons } = document
  const codes = reasons.map(({ code }) => code)
  return { exit: ended.code, verdict, authenticated, codes, document }
}

describe('C1: packages', () => {
  test('a good one is told in a short block, exit 0', async () => {
    const { code, stdout, stderr } = await rpmRun('verify', [rpm('good')])
    expect(stdout).toMatch(
      /^good .*good\.rpm\n {6}signed by {2}3E2E [0-9A-F ]{44}\n {6}made {7}2025-06-01T12:00:00Z, RSA with SHA256\n {6}covers {5}header and payload\n$/,
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  test('-v lists every signature and digest', async () => {
    const { stdout } = await rpmRun('verify', ['-v', rpm('good')])
    expect(stdout).toMatch(/Header V4 RSA\/SHA256 signature, key fingerprint [0-9a-f]{40} {2}OK\n/)
    expect(stdout).toMatch(/Header SHA256 digest +OK\n/)
    expect(stdout).toMatch(/Payload SHA256 digest +OK\n/)
    expect(stdout).toMatch(/MD5 digest +ignored: too weak\n/)
  })

  test('the document of a good one', async () => {
    const { exit, verdict, authenticated, codes, document } = await json([rpm('good')])
    expect({ exit, verdict, authenticated, codes }).toEqual({
      exit: 0,
      verdict: 'good',
      authenticated: 'package',
      codes: [],
    })
    expect(document).toMatchObject({ contents: { name: 'airlock-example', version: '1.0' } })
  })

  test('by Ed25519', async () => {
    expect((await json([rpm('ed25519')], 'packager-ed25519')).verdict).toBe('good')
  })

  test('from standard input', async () => {
    const input = readFileSync(rpm('good'))
    const { code, stdout } = await rpmRun('verify', ['-'], { input })
    expect(stdout).toMatch(/^good standard input\n/)
    expect(code).toBe(0)
    const cut = await rpmRun('verify', ['-'], { input: input.subarray(0, -1) })
    expect(cut.stdout).toMatch(/^bad standard input\n/)
    expect(cut.code).toBe(1)
  })
})

describe('C7: what is not good', () => {
  test.each([
    ['tampered', 'packager', 'bad', 'header', 'payload-digest-mismatch'],
    ['tampered-header', 'packager', 'bad', 'nothing', 'digest-mismatch'],
    ['unsigned', 'packager', 'unusable', 'nothing', 'no-signature'],
    ['stranger', 'packager', 'no-key', 'nothing', 'no-key'],
    ['revoked', 'packager-revoked', 'untrusted', 'nothing', 'key-revoked'],
    ['expired', 'packager-expired', 'untrusted', 'nothing', 'key-expired'],
  ])('%s: %s %s, exit 1', async (name, keyring, verdict, authenticated, code) => {
    const found = await json([rpm(name)], keyring)
    expect(found).toMatchObject({ exit: 1, verdict, authenticated })
    expect(found.codes[0]).toBe(code)
    const told = await rpmRun('verify', [rpm(name)], { keyring })
    expect(told.code).toBe(1)
    expect(told.stdout).toMatch(new RegExp(`^${verdict} .*${name}\\.rpm\n`))
    expect(told.stdout).toContain(`(${code})\n`)
    const quiet = await rpmRun('verify', ['--quiet', rpm(name)], { keyring })
    expect(quiet).toMatchObject({ code: 1, stdout: '', stderr: '' })
  })

  test('an expired key is good as of a time when it was not', async () => {
    const at = ['--at', '2025-06-15']
    expect(await json([...at, rpm('expired')], 'packager-expired')).toMatchObject({ exit: 0 })
  })

  test('a signer that is not wanted, a demand that is not met', async () => {
    const other = '0e4d4ebe48641b20b8c0ed677e3aa24125dba300'
    const unwanted = await json(['--signer', other, rpm('good')])
    expect(unwanted).toMatchObject({ exit: 1, codes: ['signer-not-wanted'] })
    const two = await json(['--threshold', '2', rpm('good')])
    expect(two).toMatchObject({ exit: 1, codes: ['threshold-not-met'] })
  })

  test('an empty default keyring: exit 2, and how to fill it', async () => {
    const env = { XDG_DATA_HOME: '/nonexistent' }
    const { code, stderr } = await run(['rpm', 'verify', rpm('good')], { env })
    expect(code).toBe(2)
    expect(stderr).toContain('pgp-airlock key import FILE')
    const asked = await run(['rpm', 'verify', '--json', rpm('good')], { env })
    const [document] = documents(asked)
    expect(document?.reasons[0]?.code).toBe('keyring-empty')
  })
})

describe('C7: a part is never taken for the whole', () => {
  test('--header-only says what it covers, and never good', async () => {
    for (const name of ['good', 'tampered']) {
      const { code, stdout } = await rpmRun('verify', ['--header-only', rpm(name)])
      expect(stdout).toMatch(/^header-only /)
      expect(stdout).toContain('covers     the header only; the payload was not read\n')
      expect(code).toBe(0)
    }
    const found = await json(['--header-only', rpm('tampered-header')])
    expect(found).toMatchObject({ exit: 1, verdict: 'bad', authenticated: 'nothing' })
  })

  test('--level digest says digests-only, and never good', async () => {
    for (const name of ['good', 'unsigned', 'stranger']) {
      const found = await json(['--level', 'digest', rpm(name)])
      expect(found).toMatchObject({ exit: 0, verdict: 'digests-only', authenticated: 'nothing' })
      expect(found.document).not.toHaveProperty('contents')
    }
    for (const name of ['tampered', 'tampered-header']) {
      expect(await json(['--level', 'digest', rpm(name)])).toMatchObject({
        exit: 1,
        verdict: 'bad',
      })
    }
  })

  test('--level signature leaves out the digests that nobody signs', async () => {
    const { document } = await json(['--level', 'signature', rpm('good')])
    const states = new Map(document.digests.map(({ tag, state }) => [tag, state]))
    expect(states.get('SHA256HEADER')).toBe('not-asked')
    expect(states.get('PAYLOADSHA256')).toBe('match')
    expect(await json(['--level', 'signature', rpm('unsigned')])).toMatchObject({ exit: 1 })
  })
})

describe('wrong calls', () => {
  test.each([
    [[]],
    [['--level', 'none', rpm('good')]],
    [['-0', rpm('good')]],
    [['--unauthenticated', rpm('good')]],
    [['--nonsense', rpm('good')]],
    [['-', '-']],
    [['--at', '2025-02-30', rpm('good')]],
  ])('%j: exit 2 and the help', async (args) => {
    const { code, stdout, stderr } = await rpmRun('verify', args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('usage: pgp-airlock rpm verify')
  })

  test('no command, an unknown one', async () => {
    for (const args of [['rpm'], ['rpm', 'install']]) expect((await run(args)).code).toBe(2)
    const { code, stdout } = await run(['rpm', '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain('digests')
  })
})

describe('C7: what an option must not loosen', () => {
  test('digests of a header alone are no question', async () => {
    const args = ['--level', 'digest', '--header-only', rpm('tampered')]
    expect(await rpmRun('verify', args)).toMatchObject({ code: 2, stdout: '' })
  })

  // signed at 12:00; over packages clocks may differ by 5 minutes
  test.each([[[]], [['--policy', 'rpm']], [['--policy-as-of', '2025-06-01']]])(
    'the clock tolerance over packages with %j',
    async (policy) => {
      // not the policy of this machine
      const env = { RPM_SEQUOIA_CRYPTO_POLICY: '' }
      const at = (time: string) =>
        json([...policy, '--at', `2025-06-01T${time}Z`, rpm('good')], 'packager', env)
      expect(await at('11:50:00')).toMatchObject({ exit: 1, codes: ['signature-from-future'] })
      expect(await at('11:56:00')).toMatchObject({ exit: 0, verdict: 'good' })
    },
  )
})
