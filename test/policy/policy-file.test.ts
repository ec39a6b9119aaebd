/** Policy files in Sequoia's format: every key becomes a row with its source, and what is not understood is refused. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { UnixSeconds } from '../../manager/openpgp/model.ts'
import {
  APT_PLACES,
  type LoadPolicyOptions,
  loadPolicy,
  type PolicyPlace,
  RPM_PLACES,
  SYSTEM_PLACES,
} from '../../manager/policy/load-policy.ts'
import { hashObjection, keyObjection, versionObjection } from '../../manager/policy/objections.ts'
import { defaultPolicy, type Policy } from '../../manager/policy/policy.ts'
import { PolicyError } from '../../manager/policy/policy-error.ts'
import { parsePolicy } from '../../manager/policy/policy-file.ts'
import { type KeyKind, makeKey, makeSignature } from '../unit/openpgp-make.ts'

const time = (iso: string): UnixSeconds => (Date.parse(iso) / 1000) as UnixSeconds
const TODAY = time('2026-11-20T00:00:00Z')
const parse = (...lines: readonly string[]): Promise<Policy> =>
  parsePolicy(lines.join('\n'), TODAY, '/etc/policy.config')
const refusal = async (...lines: readonly string[]): Promise<string> => {
  const error = await parse(...lines).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof PolicyError)) throw new Error('expected a PolicyError')
  return `${error.code}: ${error.message}`
}
const key = (kind: KeyKind) => makeKey({ kind, name: 'shared' }).packet

describe('a policy file', () => {
  it('that is empty is the default policy', async () => {
    const policy = await parse('')
    for (const hash of [1, 2, 3, 8, 9, 10, 11, 12, 14, 99]) {
      for (const use of ['collision', 'secondPreimage'] as const) {
        const expected = hashObjection(defaultPolicy(TODAY), hash, use)
        expect(hashObjection(policy, hash, use)).toBe(expected)
      }
    }
    for (const kind of [
      'rsa',
      'rsa1024',
      'dsa',
      'p256',
      'brainpool',
      'ed25519',
      'ed448',
    ] as const) {
      expect(keyObjection(policy, key(kind))).toBe(keyObjection(defaultPolicy(TODAY), key(kind)))
    }
  })

  it('SHA-1 over documents stays refused unless the file says otherwise', async () => {
    const silent = await parse('[hash_algorithms]', 'sha1.second_preimage_resistance = "always"')
    expect(hashObjection(silent, 2, 'collision')).toContain('refused since 2013-02-01')
    expect(hashObjection(silent, 2, 'secondPreimage')).toBeUndefined()
    const loud = await parse('[hash_algorithms]', 'sha1.collision_resistance = 2030-01-01')
    expect(hashObjection(loud, 2, 'collision')).toBeUndefined()
    expect(hashObjection({ ...loud, asOf: time('2030-01-01T00:00:00Z') }, 2, 'collision')).toBe(
      'SHA1, refused since 2030-01-01 (policy file: hash_algorithms.sha1)',
    )
    expect(hashObjection(loud, 2, 'secondPreimage')).toContain('refused since 2023-02-01')
  })

  it('default_disposition refuses what the file does not name, and reasons name the rule', async () => {
    const policy = await parse(
      '[hash_algorithms]',
      'default_disposition = "never"',
      'sha512 = "always"',
      '[asymmetric_algorithms]',
      'default_disposition = "never"',
      'rsa4096 = "always"',
    )
    expect(hashObjection(policy, 10, 'collision')).toBeUndefined()
    expect(hashObjection(policy, 8, 'collision')).toBe(
      'SHA256, refused at any date (policy file: hash_algorithms.default_disposition)',
    )
    expect(keyObjection(policy, key('rsa'))).toMatch(
      /^rsa of 2048 bits, refused at any date \(policy file: asymmetric_algorithms\.default_disposition\)$/,
    )
    expect(keyObjection(policy, key('p256'))).toContain('policy file: asymmetric_algorithms')
    expect(keyObjection(policy, key('ed25519'))).toContain('default_disposition')
  })

  it('sizes: a name stands for keys from its size up to the next', async () => {
    const policy = await parse('[asymmetric_algorithms]', 'rsa2048 = 2026-01-01')
    expect(keyObjection(policy, key('rsa'))).toContain(
      '(policy file: asymmetric_algorithms.rsa2048)',
    )
    const larger = await parse('[asymmetric_algorithms]', 'rsa3072 = "never"')
    expect(keyObjection(larger, key('rsa'))).toBeUndefined()
    expect(keyObjection(larger, key('rsa1024'))).toContain('Sequoia StandardPolicy')
  })

  const EDDSA: readonly (readonly [string, boolean, boolean])[] = [
    ['eddsa = "never"', false, true],
    ['ed25519 = "never"\neddsa = "always"', true, false],
    ['cv25519 = "never"', false, true],
    ['cv25519 = "never"\neddsa = "always"', true, true],
    ['ed25519 = "never"', false, false],
    ['default_disposition = "never"\ned25519 = "always"', false, true],
  ]
  it.each(EDDSA)('%s: legacy %s, native %s', async (text, legacy, native) => {
    const policy = await parse('[asymmetric_algorithms]', text)
    expect(keyObjection(policy, key('legacy')) === undefined).toBe(legacy)
    expect(keyObjection(policy, key('ed25519')) === undefined).toBe(native)
  })

  it('versions of signatures', async () => {
    const three = makeSignature(makeKey(), [], { version: 3 })
    const four = makeSignature(makeKey(), [])
    const always = await parse('[packets]', 'signature.v3 = "always"')
    expect(versionObjection(always, three, 'document')).toBeUndefined()
    const never = await parse('[packets]', 'signature.v3 = 2021-02-01T00:00:00Z')
    expect(versionObjection(never, three, 'rpm-header')).toBe(
      'version 3, refused since 2021-02-01 (policy file: packets.signature.v3)',
    )
    expect(versionObjection(never, four, 'document')).toBeUndefined()
    const none = await parse('[packets]', 'signature = "never"', 'signature.v6 = "always"').catch(
      (error: unknown) => error,
    )
    expect(none).toBeInstanceOf(PolicyError)
    const some = await parse('[packets.signature]', 'default_disposition="never"', 'v6="always"')
    expect(versionObjection(some, four, 'document')).toContain('packets.signature')
    expect(versionObjection(await parse(''), three, 'rpm-header')).toBeUndefined()
  })

  it('dates: TOML dates and times, and the same as text; a local time is none', async () => {
    for (const value of ['2030-01-01', '"2030-01-01"', '2030-01-01T02:00:00+02:00']) {
      const { hashes } = await parse('[hash_algorithms]', `sha256 = ${value}`)
      expect(hashes.find(({ hash }) => hash === 8)?.collision).toBe(time('2030-01-01T00:00:00Z'))
    }
    for (const value of [
      '2030-01-01T00:00:00',
      '07:00:00',
      '"2030-02-30"',
      '"2030-02-30T00:00:00Z"',
      '"2030-04-31 00:00:00+01:00"',
      '1',
      '[]',
      '"Always"',
    ]) {
      expect(await refusal('[hash_algorithms]', `sha256 = ${value}`)).toMatch(
        /^policy-malformed: hash_algorithms\.sha256.*: expected "always"/,
      )
    }
  })

  const BROKEN: readonly (readonly [string, string])[] = [
    ['sha256 = "always"', 'sha256: unknown key'],
    ['[hash_algorithm]', 'hash_algorithm: unknown key'],
    ['[hash_algorithms]\nsha4 = "never"', 'hash_algorithms.sha4: unknown key'],
    ['[hash_algorithms]\nsha1.preimage = "never"', 'hash_algorithms.sha1.preimage: unknown key'],
    ['[symmetric_algorithms]\naes64 = "never"', 'symmetric_algorithms.aes64: unknown key'],
    ['[packets]\nsignature.v7 = "never"', 'packets.signature.v7: unknown key'],
    ['[hash_algorithms]\ndefault_disposition = "always"', 'default_disposition: Invalid input'],
    ['default_disposition = "never"', 'default_disposition: unknown key'],
    ['[hash_algorithms]\nignore_invalid = 1', 'hash_algorithms.ignore_invalid'],
    ['hash_algorithms = "never"', 'hash_algorithms: '],
    ['[hash_algorithms', 'expected TOML: line 1'],
    ['[hash_algorithms]\nsha1 = "never"\nsha1 = "always"', 'expected TOML: line 3'],
    ['[hash_algorithms]\n__proto__ = "always"', 'expected TOML: line 2'],
    ['[hash_algorithms]\n"\\u001b[31m" = "always"', 'hash_algorithms.(a key): unknown key'],
  ]
  it.each(BROKEN)('C6: %j is refused with the place', async (text, expected) => {
    const message = await refusal(text)
    expect(message).toMatch(/^policy-malformed: [ -~]+$/)
    expect(message).toContain(expected)
  })

  it('ignore_invalid lists unknown keys, of its own table only', async () => {
    await parse('ignore_invalid = "x"', '[x]', 'y = 1')
    const policy = await parse(
      '[hash_algorithms]',
      'ignore_invalid = ["sha4", "sha1"]',
      'sha4 = 7',
      'sha1 = "never"',
    )
    expect(hashObjection(policy, 2, 'secondPreimage')).toContain(
      'policy file: hash_algorithms.sha1',
    )
    await parse('[packets.signature]', 'ignore_invalid = ["v7"]', 'v7 = "never"')
    expect(await refusal('ignore_invalid = "sha4"', '[hash_algorithms]', 'sha4 = 7')).toContain(
      'hash_algorithms.sha4: unknown key',
    )
  })

  it('a file that refuses keys or user ids altogether is not followed by halves', async () => {
    for (const line of ['publickey = "never"', 'userid = 2020-01-01', 'publickey.v4 = "never"']) {
      expect(await refusal('[packets]', line)).toMatch(/^policy-unsupported: expected packets\./)
    }
    await parse('[packets]', 'publickey.v5 = "never"', 'sed = "never"', 'userid = 2030-01-01')
  })

  it('the file of Fedora, by its shape', async () => {
    const policy = await parse(
      '[hash_algorithms]',
      'sha1.collision_resistance = "never"',
      'sha1.second_preimage_resistance = "never"',
      'sha224.collision_resistance = "always"',
      'sha224.second_preimage_resistance = "always"',
      'sha3-256 = "always"',
      'default_disposition = "never"',
      '[symmetric_algorithms]',
      'aes128 = "always"',
      'default_disposition = "never"',
      '[asymmetric_algorithms]',
      'ignore_invalid = [ "brainpoolp384", "mldsa65-ed25519", "something-new" ]',
      'something-new = "always"',
      'rsa2048 = "always"',
      'mldsa65-ed25519 = "always"',
      'nistp256 = "always"',
      'default_disposition = "never"',
      '[aead_algorithms]',
      'default_disposition = "never"',
      'ignore_invalid = [ "gcm" ]',
      'gcm = "always"',
    )
    expect(keyObjection(policy, key('rsa'))).toBeUndefined()
    expect(keyObjection(policy, key('p256'))).toBeUndefined()
    expect(keyObjection(policy, key('brainpool'))).toBeDefined()
    expect(hashObjection(policy, 8, 'collision')).toBeDefined()
  })

  it('every row has a source', async () => {
    const policy = await parse('[asymmetric_algorithms]', 'nistp256 = "never"')
    for (const { source } of [...policy.hashes, ...policy.keys, ...policy.curves]) {
      expect(source).toMatch(/Sequoia StandardPolicy|RFC 9580|policy file: /)
    }
  })
})

describe('where a policy comes from', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'policy-'))
    writeFileSync(join(folder, 'one'), '[hash_algorithms]\nsha256 = "never"\n')
    writeFileSync(join(folder, 'two'), '[hash_algorithms]\nsha512 = "never"\n')
    writeFileSync(join(folder, 'broken'), 'x = ')
    writeFileSync(join(folder, 'latin'), Uint8Array.of(0x23, 0xe4))
    mkdirSync(join(folder, 'folder'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const load = (
    from: LoadPolicyOptions['from'],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Policy> => loadPolicy({ from, asOf: TODAY, environment })
  const codeOf = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => 'loaded',
      (error: unknown) => (error instanceof PolicyError ? error.code : String(error)),
    )
  const refuses = (policy: Policy, hash: number): boolean =>
    hashObjection(policy, hash, 'collision') !== undefined

  it('the first file that is present, and no other', async () => {
    const places = [
      { path: join(folder, 'missing') },
      { path: join(folder, 'one') },
      { path: join(folder, 'broken') },
    ]
    const policy = await load(places)
    expect([refuses(policy, 8), refuses(policy, 10)]).toEqual([true, false])
  })

  it('a variable: its file, nothing for the default, an absolute path or an error', async () => {
    const places = [{ variable: 'P' }, { path: join(folder, 'one') }]
    expect(refuses(await load(places, { P: join(folder, 'two') }), 10)).toBe(true)
    expect(refuses(await load(places, { P: '' }), 8)).toBe(false)
    expect(refuses(await load(places), 8)).toBe(true)
    expect(await codeOf(load(places, { P: 'one' }))).toBe('policy-relative-path')
    expect(await codeOf(load(places, { P: './one' }))).toBe('policy-relative-path')
    expect(await codeOf(load(places, { P: join(folder, 'missing') }))).toBe('policy-not-found')
  })

  it('C7: a file that is there and cannot be used is an error, never the default', async () => {
    for (const [name, code] of [
      ['broken', 'policy-malformed'],
      ['latin', 'policy-malformed'],
      ['folder', 'policy-unreadable'],
    ] as const) {
      expect(await codeOf(load([{ path: join(folder, name) }]))).toBe(code)
      expect(await codeOf(load({ path: join(folder, name) }))).toBe(code)
    }
    expect(await codeOf(load({ path: join(folder, 'missing') }))).toBe('policy-not-found')
  })

  it('no file anywhere is the default policy', async () => {
    expect(await load([{ path: join(folder, 'missing') }])).toEqual(defaultPolicy(TODAY))
  })

  it('docs/cli.md lists the places as the code has them', () => {
    const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8')
    const rows = page.slice(page.indexOf('| rpm | apt |')).split('\n').slice(2)
    const table = rows.slice(0, rows.indexOf(''))
    const column = (index: number): string[] =>
      table
        .map((row) => (row.split('|')[index] ?? '').replace(/[` $]/g, ''))
        .filter((cell) => cell !== '')
    const names = (places: readonly PolicyPlace[]): string[] =>
      places.map((place) => ('path' in place ? place.path : place.variable))
    expect(column(1)).toEqual(names(RPM_PLACES))
    expect(column(2)).toEqual(names(APT_PLACES))
  })

  it('the places of rpm and apt', () => {
    expect(SYSTEM_PLACES).toEqual([...RPM_PLACES, ...APT_PLACES])
    for (const place of SYSTEM_PLACES) {
      if ('path' in place) expect(place.path).toMatch(/^\/(?:etc|usr|var)\/.*\.config$/)
      else expect(place.variable).toMatch(/SEQUOIA_CRYPTO_POLICY$/)
    }
  })
})
