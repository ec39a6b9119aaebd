/** Every verdict of `pgp-airlock verify` on the fixtures, its exit code, and its JSON document. (C1, C7) */
import { describe, expect, test } from 'vitest'
import { type VerifyDocument, verifyDocument } from '../../manager/schemas.ts'
import { DATA, type Ended, key, root, run, signature, verify } from './command.ts'

const TAMPERED = `${root}fixtures/signed/tampered.txt`
const RSA4096 = '07ebd502beba08d8deddb50865ebdff9d2b11824'
const ED25519 = 'e523eff5f322f786e5530de656acfd51ce9f6d44'

/** The document that a run printed, read strictly. */
function document({ stdout }: Ended): VerifyDocument {
  expect(stdout).toMatch(/^[\x20-\x7e]*\n$/) // one line of ASCII
  return verifyDocument.parse(JSON.parse(stdout))
}

describe('C1: good signatures', () => {
  test.each(['rsa4096', 'rsa2048', 'ed25519', 'p256', 'p384', 'p521', 'subkey', 'stranger'])(
    '%s: good, exit 0',
    async (name) => {
      const { code, stdout, stderr } = await verify(name)
      expect(stdout).toMatch(
        /^good .*release\.txt\n {6}signed by {2,4}[0-9A-F]{4}( [0-9A-F]{4}){9}\n/,
      )
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    },
  )

  test('a subkey is named beside its primary key', async () => {
    const { stdout } = await verify('subkey')
    expect(stdout).toMatch(/signed by .*\n {6}with subkey .*\n/)
  })

  test('armored, text mode, a binary keyring, a keyring of several', async () => {
    const several = `${root}fixtures/keys/keyring.gpg`
    const calls = [
      ['--keyring', key('rsa4096'), signature('rsa4096.asc'), DATA],
      ['--keyring', key('rsa4096'), signature('rsa4096.text.sig'), DATA],
      ['--keyring', `${root}fixtures/keys/subkey.pub.gpg`, signature('subkey.sig'), DATA],
      ['--keyring', several, signature('p256.sig'), DATA],
      ['--keyring', key('stranger'), '--keyring', several, signature('stranger.sig'), DATA],
    ]
    for (const args of calls) expect((await run(['verify', ...args])).code).toBe(0)
  })

  test('- reads the data, or the signature, from standard input', async () => {
    const { readFileSync } = await import('node:fs')
    const keyring = ['verify', '--keyring', key('ed25519')]
    const data = await run([...keyring, signature('ed25519.sig'), '-'], {
      input: readFileSync(DATA),
    })
    expect(data.stdout).toMatch(/^good standard input\n/)
    expect(data.code).toBe(0)
    const other = await run([...keyring, signature('ed25519.sig'), '-'], { input: 'other' })
    expect(other.code).toBe(1)
    const input = readFileSync(signature('ed25519.sig'))
    expect((await run([...keyring, '-', DATA], { input })).code).toBe(0)
  })
})

describe('C7: what is not good', () => {
  const cases: readonly (readonly [string, string, string, readonly string[]])[] = [
    ['tampered data', 'bad', 'digest-mismatch', [key('rsa4096'), 'rsa4096.sig', TAMPERED]],
    ['a stranger', 'no-key', 'no-key', [key('rsa4096'), 'stranger.sig', DATA]],
    ['a revoked key', 'untrusted', 'key-revoked', [key('revoked'), 'revoked.sig', DATA]],
    ['an expired key', 'untrusted', 'key-expired', [key('expired'), 'expired.sig', DATA]],
    ['a weak hash', 'untrusted', 'weak-hash', [key('rsa4096'), 'rsa4096.sha1.sig', DATA]],
  ]

  test.each(cases)('%s: %s (%s), exit 1', async (_what, kind, reason, [keyring, name, data]) => {
    const args = ['verify', '--keyring', keyring ?? '', '--json', signature(name ?? ''), data ?? '']
    const ended = await run(args)
    const { verdict, reasons } = document(ended)
    expect({ verdict, code: reasons[0]?.code, exit: ended.code }).toEqual({
      verdict: kind,
      code: reason,
      exit: 1,
    })
    const told = await run(args.filter((argument) => argument !== '--json'))
    expect(told.stdout).toMatch(new RegExp(`^${kind} .*\\n( {6}because: .* \\([a-z0-9-]+\\)\\n)+$`))
    expect(told.stdout).toContain(`(${reason})`)
    expect(told.code).toBe(1)
  })

  test('something that is no signature: unusable, exit 1', async () => {
    const ended = await run(['verify', '--keyring', key('rsa4096'), '--json', DATA, DATA])
    expect([document(ended).verdict, ended.code]).toEqual(['unusable', 1])
  })

  test('a certificate, and a cleartext frame, are no detached signature', async () => {
    for (const input of [key('rsa4096'), `${root}fixtures/keys/keyring.gpg`]) {
      const ended = await run(['verify', '--keyring', key('rsa4096'), '--json', input, DATA])
      expect([document(ended).verdict, ended.code]).toEqual(['unusable', 1])
    }
  })
})

describe('C7: time, signers, thresholds', () => {
  test('the same certificate before its owner revoked it is good', async () => {
    expect((await verify('revoked', { keyring: 'revoked-before' })).code).toBe(0)
  })

  test('a key that was revoked as compromised is not good at any time', async () => {
    const more = ['--at', '2025-06-02T00:00:00Z']
    expect((await verify('revoked', { more })).code).toBe(1)
  })

  test('a certificate beside its own revoked copy is revoked, in either order', async () => {
    for (const pair of [
      ['revoked', 'revoked-before'],
      ['revoked-before', 'revoked'],
    ]) {
      const keyrings = pair.flatMap((name) => ['--keyring', key(name)])
      const ended = await run(['verify', ...keyrings, signature('revoked.sig'), DATA])
      expect(ended.stdout).toContain('(key-revoked)')
      expect(ended.code).toBe(1)
    }
  })

  test('an expired key is good at a time when it was not', async () => {
    for (const date of ['2025-06-15', '2025-06-15T12:00:00Z', '2025-06-15T12:00:00.5+02:00']) {
      expect((await verify('expired', { more: ['--at', date] })).code).toBe(0)
    }
    expect((await verify('expired', { more: ['--at', '2025-07-02'] })).code).toBe(1)
  })

  test('a signature is not good before it was made', async () => {
    const { code, stdout } = await verify('ed25519', { more: ['--at', '2025-05-01'] })
    expect(stdout).toContain('(signature-from-future)')
    expect(code).toBe(1)
  })

  test('--signer: the right one, by primary or signing key, is good; another is not', async () => {
    const upper = ED25519.toUpperCase().replace(/.{4}/g, '$& ').trim()
    for (const signer of [ED25519, upper]) {
      expect((await verify('ed25519', { more: ['--signer', signer] })).code).toBe(0)
    }
    const other = await verify('ed25519', { more: ['--signer', RSA4096] })
    expect(other.stdout).toContain('(signer-not-wanted)')
    expect(other.code).toBe(1)
    const both = ['--signer', RSA4096, '--signer', ED25519]
    expect((await verify('ed25519', { more: both })).code).toBe(0)
  })

  test('--threshold counts certificates, not signatures', async () => {
    const two = (...keyrings: readonly string[]): Promise<Ended> => {
      const keys = keyrings.flatMap((name) => ['--keyring', key(name)])
      return run(['verify', ...keys, '--threshold', '2', '--json', signature('two.sig'), DATA])
    }
    const good = await two('rsa4096', 'ed25519')
    const { verdict, signatures } = document(good)
    expect([verdict, signatures.map((one) => one.verdict), good.code]).toEqual([
      'good',
      ['good', 'good'],
      0,
    ])
    const one = await two('rsa4096')
    expect(document(one).reasons.map(({ code }) => code)).toContain('threshold-not-met')
    expect(one.code).toBe(1)
  })
})

describe('the document', () => {
  test('names exact bytes, keys and the cage', async () => {
    const ended = await verify('subkey', { more: ['--json', '--at', '2026-01-02T03:04:05Z'] })
    expect(document(ended)).toMatchObject({
      schema: 'pgp-airlock/verify/1',
      data: DATA,
      verdict: 'good',
      judgedAt: '2026-01-02T03:04:05Z',
      signatures: [
        {
          verdict: 'good',
          created: '2025-06-01T12:00:00Z',
          version: 4,
          mode: 'binary',
          digest: {
            algorithm: 'SHA256',
            hex: 'aaf205257cc3768587cfa808131846a51448bae3cbb6482056e0f59aeb95a7a7',
          },
        },
      ],
    })
    expect(ended.stdout).toContain('"layer":"filter","state":"in force"')
  })

  test('says when bubblewrap is not there', async () => {
    const args = ['verify', '--keyring', key('p256'), '--json', signature('p256.sig'), DATA]
    const ended = await run(args, { env: { PATH: '/nonexistent' } })
    expect(document(ended)).toMatchObject({ verdict: 'good' })
    expect(ended.stdout).toContain('"layer":"namespaces","state":"missing"')
  })

  test('--quiet says nothing', async () => {
    for (const more of [['--quiet'], ['--quiet', '--json']]) {
      expect(await verify('ed25519', { more })).toMatchObject({ code: 0, stdout: '', stderr: '' })
      const bad = await verify('ed25519', { keyring: 'rsa2048', more })
      expect(bad).toMatchObject({ code: 1, stdout: '', stderr: '' })
      const missing = await verify('ed25519', { data: '/nonexistent', more })
      expect(missing).toMatchObject({ code: 3, stdout: '', stderr: '' })
    }
  })
})
