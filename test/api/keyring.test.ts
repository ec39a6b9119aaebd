/** `loadKeyring`: all sources or none, merged by primary key, public keys only. (C2, C7) */
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Airlock, type Input, type Keyring, KeyringError } from '../../manager/index.ts'
import { bytes, DATA, key, path, pieces, signature } from './fixtures.ts'

let airlock: Airlock

beforeAll(async () => {
  airlock = await Airlock.open()
})
afterAll(async () => {
  await airlock[Symbol.asyncDispose]()
})

async function kind(keyring: Keyring, name: string): Promise<string> {
  const verdict = await airlock.judgeDetached({ keyring, signature: signature(name), data: DATA })
  return verdict.kind
}

describe('C2: certificates of one primary key are merged before anything is judged', () => {
  const before = key('revoked-before')
  const revoked = key('revoked')

  test.each([
    ['the stale copy first', [before, revoked]],
    ['the revoked copy first', [revoked, before]],
    ['with others between', [before, key('rsa4096'), revoked, key('ed25519')]],
    ['the stale copy many times', [before, before, revoked, before, before]],
  ])('%s: the revocation counts', async (_how, sources) => {
    const keyring = await airlock.loadKeyring(sources)
    const owners = keyring.certificates.map(({ certificate }) => certificate.fingerprint)
    expect(new Set(owners).size).toBe(owners.length)
    expect(await kind(keyring, 'revoked')).toBe('untrusted')
  })

  test('in one text, and from bytes and streams', async () => {
    const text = Buffer.concat([
      bytes('keys/revoked-before.pub.asc'),
      bytes('keys/revoked.pub.asc'),
    ])
    const sources: readonly (readonly Input[])[] = [
      [text],
      [Readable.from(pieces(text, 7))],
      [new Blob([new Uint8Array(text)]).stream()],
      [bytes('keys/revoked-before.pub.asc'), revoked],
    ]
    for (const source of sources) {
      expect(await kind(await airlock.loadKeyring(source), 'revoked')).toBe('untrusted')
    }
    expect(await kind(await airlock.loadKeyring([before]), 'revoked')).toBe('good')
  })
})

describe('C7: one source that fails makes the whole load fail', () => {
  const armored = (): string => Buffer.from(bytes('keys/rsa4096.pub.asc')).toString('latin1')
  const binary = (): Uint8Array => bytes('keys/subkey.pub.gpg')
  const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
  const secret = (): Uint8Array => {
    const octets = binary()
    octets[0] = ((octets[0] ?? 0) & ~0x3c) | (5 << 2) // tag 5: a secret key
    return octets
  }

  test.each<[string, () => Uint8Array, string]>([
    ['nothing', () => new Uint8Array(0), 'keyring-malformed'],
    ['text', () => ascii('no key'), 'keyring-malformed'],
    ['a signature', () => signature('ed25519'), 'keyring-malformed'],
    ['a certificate that is cut off', () => binary().slice(0, -5), 'keyring-malformed'],
    [
      'a certificate and a half',
      () => Buffer.concat([binary(), binary().slice(0, 300)]),
      'keyring-malformed',
    ],
    [
      'an octet behind a certificate',
      () => Buffer.concat([binary(), Uint8Array.of(0)]),
      'keyring-malformed',
    ],
    ['a block cut off', () => ascii(armored().slice(0, 700)), 'keyring-malformed'],
    [
      'a block and one cut off',
      () => ascii(armored() + armored().slice(0, 700)),
      'keyring-malformed',
    ],
    ['a private key', secret, 'keyring-private-key'],
    [
      'a private key block',
      () => ascii(armored().replaceAll('PUBLIC', 'PRIVATE')),
      'keyring-private-key',
    ],
    [
      'a private key behind a certificate',
      () => Buffer.concat([binary(), secret()]),
      'keyring-private-key',
    ],
    ['too much', () => new Uint8Array(16 * 1_048_576 + 1).fill(0x99), 'keyring-too-large'],
  ])('%s: %s', async (_what, source, code) => {
    const wanted = { name: 'KeyringError', code }
    for (const sources of [[source()], [key('ed25519'), source()], [source(), key('ed25519')]]) {
      await expect(airlock.loadKeyring(sources)).rejects.toMatchObject(wanted)
    }
  })

  test('files that are not there; the error names the file', async () => {
    const sources = [key('ed25519'), { path: '/nonexistent' }]
    await expect(airlock.loadKeyring(sources)).rejects.toMatchObject({
      name: 'InputError',
      code: 'not-found',
      path: '/nonexistent',
    })
    const error = await airlock.loadKeyring([path('signed/release.txt')]).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(KeyringError)
    expect(error).toMatchObject({ path: path('signed/release.txt').path, offset: 0 })
  })

  test('no source at all', async () => {
    await expect(airlock.loadKeyring([])).rejects.toMatchObject({ code: 'keyring-empty' })
  })
})
