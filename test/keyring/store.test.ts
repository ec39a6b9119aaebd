/** What importing stores, and what it leaves out: merging loses nothing, others add nothing. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { certificateOctets } from '../../manager/keyring/certificate-octets.ts'
import { curate } from '../../manager/keyring/curate.ts'
import { certificateBytes, day, makeKey, signaturePacket, sub } from '../support/openpgp-writer.ts'
import { concat, packet } from '../unit/build.ts'
import {
  CertificateMaker,
  FLAG,
  keyData,
  makeUser,
  makeKey as unitKey,
} from '../unit/openpgp-make.ts'
import {
  certificateFiles,
  codeOf,
  fingerprints,
  fixture,
  importInto,
  sharedAirlock,
  temporary,
  write,
} from './support.ts'

const at = temporary()
const airlock = sharedAirlock()

describe('importing', () => {
  it('makes the directory, and files certificates under their fingerprints', async () => {
    const path = at('new/deep/certs')
    expect(await importInto(airlock(), path, fixture('keyring.gpg'))).toEqual(['new', 'new', 'new'])
    const loaded = await airlock().loadKeyring([{ path }])
    const names = certificateFiles(path).map((name) => name.slice(path.length).replaceAll('/', ''))
    expect(names).toEqual(fingerprints(loaded))
    expect(await importInto(airlock(), path, fixture('rsa4096.pub.asc'))).toEqual(['unchanged'])
  })

  it('lets a stale copy hide no revocation, in whatever order the copies come', async () => {
    for (const order of [
      ['revoked-before.pub.asc', 'revoked.pub.asc'],
      ['revoked.pub.asc', 'revoked-before.pub.asc'],
    ]) {
      const path = at(`stale ${order[0]}`)
      for (const name of order) await importInto(airlock(), path, fixture(name))
      const [one] = (await airlock().loadKeyring([{ path }])).certificates
      expect(one?.facts.revocations.length).toBe(1)
    }
    // also where the copies are sources of one load: a store, a file and a directory
    const store = at('one stale')
    await importInto(airlock(), store, fixture('revoked-before.pub.asc'))
    mkdirSync(at('with revocation'))
    writeFileSync(at('with revocation/key'), readFileSync(fixture('revoked.pub.asc')))
    const sources = [store, fixture('revoked-before.pub.asc'), at('with revocation')]
    const keyring = await airlock().loadKeyring(sources.map((path) => ({ path })))
    expect(keyring.certificates.map(({ facts }) => facts.revocations.length)).toEqual([1])
  })

  it('joins what two copies have, by user id, subkey and signature', async () => {
    const key = makeKey('ed25519')
    const [first, second] = [makeKey('ed25519'), makeKey('ed25519')]
    const path = at('joined')
    const one = certificateBytes(key, { userIds: ['one'], subkeys: [{ key: first }] })
    const two = certificateBytes(key, { userIds: ['two'], subkeys: [{ key: second }] })
    await importInto(airlock(), path, one)
    const store = airlock().openStore(path)
    const plan = await store.plan([two])
    expect(plan.imports.map(({ change, added }) => ({ change, added }))).toEqual([
      { change: 'updated', added: { userIds: 1, subkeys: 1, signatures: 2, revocations: 0 } },
    ])
    expect(await store.execute(plan)).toBe(1)
    const [joined] = (await airlock().loadKeyring([{ path }])).certificates
    expect(joined?.facts.users.length).toBe(2)
    expect(joined?.facts.subkeys.length).toBe(2)
    expect(await importInto(airlock(), path, one, two)).toEqual(['unchanged'])
  })

  it('stores packets of the input only, octet by octet', async () => {
    const key = makeKey('p256')
    const input = certificateBytes(key, {
      userIds: ['Alice', 'Al'],
      subkeys: [{ key: makeKey('ed25519'), revoked: { reason: 1 } }],
      userIdRevoked: { reason: 32 },
    })
    const path = at('exact')
    await importInto(airlock(), path, input)
    const [file = ''] = certificateFiles(path)
    // the writer makes the headers that the store writes, and what it makes is valid: nothing is left out
    expect(Buffer.compare(readFileSync(file), input)).toBe(0)
  })

  it('leaves out what does not verify and what others made', async () => {
    const [key, other] = [makeKey('ed25519'), makeKey('ed25519')]
    const user = makeUser('Alice')
    const over = [keyData(key), Uint8Array.from([0xb4, 0, 0, 0, 5]), user.body]
    const third = signaturePacket(other, over, { type: 0x10 })
    const broken = signaturePacket(key, over, { type: 0x13, corrupt: 'value' })
    const foreign = signaturePacket(other, over, { type: 0x13, issuerKey: key })
    const good = certificateBytes(key, { userIds: ['Alice'] })
    const unbound = packet(14, makeKey('ed25519').packet.body)
    const stranger = packet(13, makeUser('nobody certified me').body)
    const path = at('curated')
    await importInto(airlock(), path, concat(good, third, broken, foreign, stranger, unbound))
    const [file = ''] = certificateFiles(path)
    expect(Buffer.compare(readFileSync(file), good)).toBe(0)
  })

  it('keeps a revocation that cannot be evaluated, wherever it stood', async () => {
    const key = makeKey('ed25519')
    const odd = signaturePacket(key, [keyData(key)], { type: 0x20, hash: 8 })
    // hash 13 is nobody's: the packet cannot be used, and still says what it is
    const hashAt = 2 + 3
    odd[hashAt] = 13
    const path = at('open')
    const octets = concat(certificateBytes(key), odd)
    expect(await importInto(airlock(), path, octets)).toEqual(['new'])
    const [one] = (await airlock().loadKeyring([{ path }])).certificates
    expect(one?.facts.unusable).toBeDefined()
    // a copy without it does not take it away
    expect(await importInto(airlock(), path, certificateBytes(key))).toEqual(['unchanged'])
    const [again] = (await airlock().loadKeyring([{ path }])).certificates
    expect(again?.facts.unusable).toBeDefined()
  })

  it('stores nothing of a key that made nothing that holds', async () => {
    const path = at('nothing')
    const key = makeKey('ed25519')
    expect(await importInto(airlock(), path, packet(6, key.packet.body))).toEqual(['empty'])
    expect(await codeOf(airlock().loadKeyring([{ path }]))).toBe('not-found')
  })

  it('refuses certificates with more signatures than judging checks', async () => {
    const key = makeKey('ed25519')
    const one = signaturePacket(key, [keyData(key)], { type: 0x20 })
    const many: Uint8Array[] = []
    for (let index = 0; index < 1100; index += 1) {
      // unhashed key ids make them different packets of one signature
      const copy = Uint8Array.from(one)
      new DataView(copy.buffer).setUint16(copy.length - 74, index)
      many.push(copy)
    }
    const octets = concat(certificateBytes(key), ...many)
    expect(await codeOf(importInto(airlock(), at('many'), octets))).toBe('store-too-large')
  })

  it('refuses private keys, broken files and directories that are no store', async () => {
    const broken = write(at('broken'), readFileSync(fixture('subkey.pub.gpg')).subarray(0, 500))
    const path = at('refused')
    expect(await codeOf(importInto(airlock(), path, broken))).toBe('keyring-malformed')
    expect(await codeOf(importInto(airlock(), path, at('absent')))).toBe('not-found')
    mkdirSync(at('plain'), { mode: 0o755 })
    write(at('plain/notes.txt'), 'mine')
    const plain = importInto(airlock(), at('plain'), fixture('subkey.pub.gpg'))
    expect(await codeOf(plain)).toBe('store-not-a-store')
    const file = importInto(airlock(), fixture('keyring.gpg'), fixture('subkey.pub.gpg'))
    expect(await codeOf(file)).toBe('store-stray')
  })
})

describe('what is curated', () => {
  it('curates to itself, and moves what counts anywhere to where it belongs', () => {
    const primary = unitKey()
    const subkey = unitKey({ role: 'subkey' })
    const maker = new CertificateMaker(primary)
      .user('Alice', { hashed: [sub.flags(FLAG.certify)] })
      .subkey(subkey)
      // behind the subkey: a revocation and a direct-key signature of the primary key
      .revokeKey({ hashed: [sub.reason(1)], created: day(3) })
      .direct({ created: day(2) })
      .put({ kind: 'user', user: makeUser('unbound') })
      // behind an unbound user id: the revocation of the subkey
      .revokeSubkey(subkey, { created: day(4) })
    const once = curate(maker.build())
    expect(
      once.components.map(({ subject, signatures }) => [subject.kind, signatures.length]),
    ).toEqual([
      ['primary', 2],
      ['user', 1],
      ['subkey', 2],
    ])
    const twice = curate(once)
    expect(Buffer.compare(certificateOctets(once), certificateOctets(twice))).toBe(0)
  })
})

describe('removing', () => {
  it('takes certificates out, and says which were there', async () => {
    const path = at('removal')
    await importInto(airlock(), path, fixture('keyring.gpg'))
    const all = await airlock().loadKeyring([{ path }])
    const [first, ...rest] = all.certificates.map(({ certificate }) => certificate.fingerprint)
    if (first === undefined) throw new Error('expected certificates')
    expect(await airlock().openStore(path).remove([first])).toEqual([first])
    expect(await airlock().openStore(path).remove([first])).toEqual([])
    expect(fingerprints(await airlock().loadKeyring([{ path }]))).toEqual(rest.toSorted())
    expect(await airlock().openStore(at('never made')).remove([first])).toEqual([])
  })
})

describe('C7: how long a writer waits', () => {
  const WRONG = [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31]
  it.each(WRONG)('%s milliseconds are none', (lockPatience) => {
    const open = () => airlock().openStore(at('patience'), { lockPatience })
    expect(open).toThrow(/^expected `lockPatience`/)
  })
})
