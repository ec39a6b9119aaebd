/** `pgp-airlock key` as a process: asking, pins, listing, JSON, exit codes; and what `verify` does without --keyring. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import * as schemas from '../../manager/schemas.ts'
import { certificateBytes, makeKey, signaturePacket } from '../support/openpgp-writer.ts'
import { concat, key4, packet } from '../unit/build.ts'
import { keyData } from '../unit/openpgp-make.ts'
import { COMMAND, command, fixture, type Run, root, temporary, write } from './support.ts'

const at = temporary()
const P256 = '9cc7716fa518689d2f87933c0daf3fdebb544897'
const SUBKEY = 'e8a7d577b8642607889dbd5c8ba0f043ef993a67'
const HELD = '2d6b79196147e1e4256b10cea38e1d8037eeb4e5' // the subkey of that

/** Of the certificates in a file. */
const fingerprintsIn = (file: string): string[] => {
  const { stdout } = command(['key', 'list', '--keyring', file])
  return [...stdout.matchAll(/^[0-9A-F]{40}/gm)].map(([fingerprint]) => fingerprint)
}

let homes = 0
const home = (): { readonly XDG_DATA_HOME: string } => ({ XDG_DATA_HOME: at(`data ${homes++}`) })

const { keyListDocument, keyShowDocument } = schemas
const DOCUMENTS: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ['pgp-airlock/key-import/1', schemas.keyImportDocument],
  ['pgp-airlock/key-list/1', keyListDocument],
  ['pgp-airlock/key-show/1', keyShowDocument],
  ['pgp-airlock/key-remove/1', schemas.keyRemoveDocument],
  ['pgp-airlock/key-export/1', schemas.keyExportDocument],
])

/** What the command printed: a document of the schema that it names, by what is published. */
function document({ stdout }: Run) {
  const parsed = JSON.parse(stdout)
  const schema = DOCUMENTS.get(parsed.schema)
  if (schema === undefined) throw new Error(`expected a schema for ${parsed.schema}`)
  schema.parse(parsed)
  return parsed
}

/** The command on a terminal, where somebody types. */
function onTerminal(args: readonly string[], typed: string, env: Record<string, string>): Run {
  const quoted = [process.execPath, COMMAND, ...args].map((one) => `'${one}'`).join(' ')
  const options = {
    input: typed,
    encoding: 'utf8',
    env: { ...env, PATH: '/usr/bin:/bin' },
  } as const
  return spawnSync('script', ['-qefc', quoted, '/dev/null'], options)
}

describe('key import', () => {
  it('asks on a terminal, and stores only after yes', () => {
    const env = home()
    for (const typed of ['n\n', '\n', 'yess\n']) {
      const no = onTerminal(['key', 'import', fixture('p256.pub.asc')], typed, env)
      expect(no.stdout).toContain('store 1 certificate in')
      expect(no.stdout).toContain('9CC7 716F A518 689D 2F87 933C 0DAF 3FDE BB54 4897')
      expect(no.stdout).toContain('(declined)')
      expect(no.status).toBe(1)
    }
    expect(existsSync(join(env.XDG_DATA_HOME, 'pgp-airlock'))).toBe(false)
    const yes = onTerminal(['key', 'import', fixture('p256.pub.asc')], 'y\n', env)
    expect(yes.stdout).toContain('stored 1 certificate')
    expect(yes.status).toBe(0)
    expect(command(['key', 'show', P256], env).status).toBe(0)
    // nothing is new: nothing is asked
    const again = onTerminal(['key', 'import', fixture('p256.pub.asc')], '', env)
    expect(again.stdout).toContain('nothing to store')
    expect(again.status).toBe(0)
  })

  it('does not take what comes from a pipe for an answer', () => {
    const env = home()
    const run = command(['key', 'import', fixture('p256.pub.asc')], env)
    expect(run.status).toBe(2)
    expect(run.stderr).toContain('expected --yes or --fingerprint FPR')
    expect(document(command(['key', 'list', '--json'], env)).certificates).toEqual([])
  })

  it('stores what is pinned, and refuses the whole input for anything else in it', () => {
    const env = home()
    const pin = ['key', 'import', '--json', '--fingerprint', P256.toUpperCase()]
    const more = command([...pin, fixture('p256.pub.asc'), fixture('p384.pub.asc')], env)
    expect(more.status).toBe(1)
    expect(document(more).error.code).toBe('fingerprint-mismatch')
    const other = command([...pin, fixture('p384.pub.asc')], env)
    expect(document(other).error.code).toBe('fingerprint-mismatch')
    const missing = command([...pin, '--fingerprint', SUBKEY, fixture('p256.pub.asc')], env)
    expect(document(missing).error.code).toBe('fingerprint-mismatch')
    expect(document(command(['key', 'list', '--json'], env)).certificates).toEqual([])
    const right = command([...pin, fixture('p256.pub.asc')], env)
    expect(document(right)).toMatchObject({ written: 1, certificates: [{ change: 'new' }] })
    expect(right.status).toBe(0)
  })

  it('tells of certificates that are not supported: the others are stored, and pins refuse them', () => {
    // an algorithm that nobody has
    const foreign = packet(6, key4({ algorithm: 99 }))
    const both = write(at('both.gpg'), concat(foreign, readFileSync(fixture('subkey.pub.gpg'))))
    const env = home()
    const [pin = ''] = fingerprintsIn(fixture('subkey.pub.gpg'))
    const pinned = command(['key', 'import', '--json', '--fingerprint', pin, both], env)
    expect(pinned.status).toBe(1)
    expect(document(pinned)).toMatchObject({
      unsupported: 1,
      written: 0,
      error: { code: 'fingerprint-mismatch' },
    })
    const all = command(['key', 'import', '--yes', both], env)
    expect(all.stdout).toContain('stored 1 certificate\n')
    expect(all.stderr).toBe(
      'not stored: 1 certificate of a version or algorithm that is not supported\n',
    )
    expect(all.status).toBe(1)
    const alone = write(at('alone.gpg'), foreign)
    const none = command(['key', 'import', '--json', '--yes', alone], env)
    expect(document(none)).toMatchObject({ unsupported: 1, error: { code: 'keyring-empty' } })
  })

  it('C5: shows a certificate of very many user ids', () => {
    const key = makeKey('ed25519')
    const user = (index: number): Uint8Array => packet(13, Buffer.from(index.toString(36)))
    const users = Array.from({ length: 200_000 }, (_, index) => user(index))
    const file = write(at('users.gpg'), Buffer.concat([packet(6, key.packet.body), ...users]))
    const shown = command(['key', 'show', '--keyring', file, key.packet.fingerprint])
    expect([shown.status, shown.stderr]).toEqual([0, ''])
    expect(shown.stdout.split('\n').filter((line) => line.includes('user id'))).toHaveLength(
      200_000,
    )
  })

  it('says what is new, and why a certificate is not usable', () => {
    const env = home()
    command(['key', 'import', '--yes', fixture('revoked-before.pub.asc')], env)
    const run = command(['key', 'import', '--yes', fixture('revoked.pub.asc')], env)
    expect(run.stdout).toContain('updated 360D')
    expect(run.stdout).toMatch(/adds +1 revocation\n/)
    expect(run.stdout).toContain('(key-revoked)')
  })

  it('shows no octet of a user id that a terminal obeys, and gives its bytes in JSON', () => {
    const env = home()
    const name = 'Mallory\u001b[2J\u202e\r\nfaked <m@example.org>'
    const key = makeKey('ed25519')
    const latin = Uint8Array.from(Buffer.from('Ren\xe9', 'latin1'))
    const over = [keyData(key), Uint8Array.of(0xb4, 0, 0, 0, latin.length), latin]
    const self = signaturePacket(key, over, { type: 0x13 })
    const file = write(
      at('mallory.gpg'),
      concat(certificateBytes(key, { userIds: [name] }), packet(13, latin), self),
    )
    const shown = command(['key', 'import', '--yes', file], env)
    expect(shown.status).toBe(0)
    const list = command(['key', 'list'], env)
    for (const { stdout } of [shown, list, command(['key', 'show', key.packet.fingerprint], env)]) {
      expect(stdout).toContain('Mallory\ufffd[2J')
      expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
    }
    const json = command(['key', 'import', '--yes', '--json', file], env)
    expect(json.stdout).toMatch(/^[\x20-\x7e]+\n$/)
    expect(document(json).certificates[0].userIds).toEqual([
      { userId: name, valid: true },
      { userId: 'Ren\ufffd', userIdBytes: Buffer.from(latin).toString('base64'), valid: true },
    ])
  })

  it('tells inputs that are wrong from those that cannot be read, and changes nothing', () => {
    const env = home()
    const broken = write(at('broken.asc'), 'no key\n')
    const run = command(['key', 'import', '--yes', '--json', fixture('p256.pub.asc'), broken], env)
    expect(document(run).error).toMatchObject({ code: 'keyring-malformed', file: broken })
    expect(run.status).toBe(1)
    expect(command(['key', 'import', '--yes', at('absent')], env).status).toBe(3)
    expect(document(command(['key', 'list', '--json'], env)).certificates).toEqual([])
  })

  it('needs a certificate directory', () => {
    mkdirSync(at('keys'))
    write(at('keys/one.asc'), 'x')
    for (const place of [at('keys'), fixture('keyring.gpg')]) {
      const args = ['key', 'import', '--yes', '--keyring', place, fixture('p256.pub.asc')]
      expect(command(args).status).toBe(2)
    }
  })
})

describe('key list, show, export, remove', () => {
  it('work on the default keyring, a file and a directory of key files', () => {
    const env = home()
    command(['key', 'import', '--yes', fixture('keyring.gpg'), fixture('subkey.pub.asc')], env)
    const list = command(['key', 'list'], env)
    expect(list.stdout.split('\n').length).toBe(5)
    expect(list.stdout).toContain(
      '9CC7716FA518689D2F87933C0DAF3FDEBB544897  2025-01-01  signs                   p256 example <p256@example.org>\n',
    )
    const other = command(['key', 'list', '--json', '--keyring', join(root, 'fixtures/keys')])
    expect(document(other).certificates.length).toBe(15)
    const expired = document(other).certificates.find(({ signs }: { signs: boolean }) => !signs)
    expect(expired.reasons[0].code).toMatch(/^key-(revoked|expired)$/)
    // by the fingerprint of a subkey, too
    const shown = command(['key', 'show', HELD], env)
    expect(shown.stdout).toContain('primary key  E8A7 D577')
    expect(shown.stdout).toContain('subkey  2D6B 7919')
    expect(command(['key', 'show', 'f'.repeat(40)], env).status).toBe(1)
    expect(command(['key', 'show', 'BB544897'], env).status).toBe(2)
  })

  it('export what can be imported again', () => {
    const [one, two] = [home(), home()]
    command(['key', 'import', '--yes', fixture('keyring.gpg'), fixture('subkey.pub.asc')], one)
    const file = write(at('all.asc'), command(['key', 'export'], one).stdout)
    command(['key', 'import', '--yes', file], two)
    expect(command(['key', 'list'], two).stdout).toBe(command(['key', 'list'], one).stdout)
    const [part] = document(command(['key', 'export', '--json', SUBKEY], one)).certificates
    const packets = write(at('one.gpg'), Buffer.from(part.certificateBytes, 'base64'))
    const args = ['key', 'import', '--fingerprint', SUBKEY, packets]
    expect(command(args, two).stdout).toContain('unchanged E8A7')
    const gpg = spawnSync('gpg', ['--show-keys', '--with-colons', file], { encoding: 'utf8' })
    if (gpg.error !== undefined)
      console.warn('SKIPPED: gpg reads an export, because there is no gpg')
    else expect(gpg.stdout.match(/^pub/gm)?.length).toBe(4)
  })

  it('remove by full fingerprint', () => {
    const env = home()
    command(['key', 'import', '--yes', fixture('keyring.gpg')], env)
    expect(command(['key', 'remove', P256], env).status).toBe(0)
    const again = command(['key', 'remove', '--json', P256], env)
    expect(again.status).toBe(1)
    expect(document(again)).toMatchObject({ removed: [], error: { code: 'no-key' } })
    expect(document(command(['key', 'list', '--json'], env)).certificates.length).toBe(2)
  })
})

describe('the JSON documents', () => {
  it('are of their schemas whether something was done, refused, not found, or stopped', () => {
    const env = home()
    const absent = 'f'.repeat(40)
    const damaged = ['--keyring', write(at('no.gpg'), 'no keys')]
    const json = (...args: readonly string[]) => document(command(['key', ...args, '--json'], env))
    const imported = json('import', '--yes', fixture('subkey.pub.asc'))
    expect(imported.certificates[0].added).toEqual({
      userIds: 1,
      subkeys: 1,
      signatures: 2,
      revocations: 0,
    })
    expect(json('import', '--fingerprint', absent, fixture('p256.pub.asc')).written).toBe(0)
    expect(json('import', '--yes', at('no.gpg')).certificates).toBeUndefined()
    expect(json('list').certificates.length).toBe(1)
    expect(json('show', SUBKEY).certificates[0].keys.length).toBe(2)
    expect(json('export').certificates[0].fingerprint).toBe(SUBKEY)
    for (const name of ['show', 'export', 'remove']) {
      expect(json(name, absent).error.code).toBe('no-key')
    }
    for (const args of [['list'], ['show', absent], ['export']]) {
      expect(json(...args, ...damaged).error.code).toBe('keyring-malformed')
    }
    expect(json('remove', SUBKEY, ...damaged).error.code).toMatch(/^store-/)
    expect(json('remove', SUBKEY).removed).toEqual([SUBKEY])
  })

  it('are refused with a field that is not named', () => {
    const list = document(command(['key', 'list', '--json'], home()))
    expect(keyListDocument.safeParse({ ...list, more: 1 }).success).toBe(false)
    expect(keyShowDocument.safeParse(list).success).toBe(false)
  })

  it('are all named in docs/cli.md, each as it is exported', () => {
    const page = readFileSync(join(root, 'docs/cli.md'), 'utf8')
    const rows = [...page.matchAll(/^\| `(pgp-airlock\/key-\w+\/1)` \|.*\| `(\w+)` \|$/gm)]
    const stated = new Map(rows.map(([, schema = '', name = '']) => [schema, name]))
    expect([...stated.keys()]).toEqual([...DOCUMENTS.keys()])
    const exported = new Map<string, unknown>(Object.entries(schemas))
    for (const [schema, name] of stated) expect(exported.get(name)).toBe(DOCUMENTS.get(schema))
  })
})

describe('verify without --keyring', () => {
  const signed = ['fixtures/signed/release.txt.p256.sig', 'fixtures/signed/release.txt']
  const args = ['verify', ...signed.map((name) => join(root, name))]

  it('uses the default keyring', () => {
    const env = home()
    command(['key', 'import', '--yes', fixture('p256.pub.asc')], env)
    expect(command(args, env).status).toBe(0)
    const path = join(env.XDG_DATA_HOME, 'pgp-airlock/certs')
    chmodSync(path, 0o777)
    const run = command(args, env)
    expect(run.status).toBe(2)
    expect(run.stderr).toContain('store-writable')
  })

  it('says how to fill it while it is empty, and exits 2', () => {
    const env = home()
    const missing = command(args, env)
    expect(missing.status).toBe(2)
    expect(missing.stderr).toContain('pgp-airlock key import FILE')
    mkdirSync(join(env.XDG_DATA_HOME, 'pgp-airlock/certs'), { recursive: true })
    const empty = command(args, env)
    expect(empty.status).toBe(2)
    expect(empty.stderr).toContain('pgp-airlock key import FILE')
  })

  it('finds it in the home directory, and a relative XDG_DATA_HOME counts as unset', () => {
    const env = { HOME: at('home'), XDG_DATA_HOME: 'relative' }
    command(['key', 'import', '--yes', fixture('p256.pub.asc')], env)
    expect(existsSync(at('home/.local/share/pgp-airlock/certs/writelock'))).toBe(true)
    expect(command(args, env).status).toBe(0)
  })
})
