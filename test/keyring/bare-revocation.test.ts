/** C2: a key revocation that stands alone revokes the certificate whose primary key made it, wherever that is. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { keyImportDocument } from '../../manager/schemas.ts'
import {
  armored,
  certificateBytes,
  type MadeKey,
  makeKey,
  signaturePacket,
  type WriteOptions,
} from '../support/openpgp-writer.ts'
import { concat } from '../unit/build.ts'
import { keyData, sub } from '../unit/openpgp-make.ts'
import {
  codeOf,
  command,
  fingerprints,
  importInto,
  sharedAirlock,
  temporary,
  write,
} from './support.ts'

const at = temporary()
const airlock = sharedAirlock()

const alice = makeKey('ed25519')
const bob = makeKey('p256')
const [ofAlice, ofBob] = [certificateBytes(alice), certificateBytes(bob, { userIds: ['Bob'] })]

/** A revocation of a key, by whoever. */
const revocation = (key: MadeKey, by = key, options: WriteOptions = {}): Uint8Array =>
  signaturePacket(by, [keyData(key)], { type: 0x20, hashed: [sub.reason(2)], ...options })

/** Of each certificate, how many revocations of its primary key hold. */
async function revocationsIn(...sources: readonly Uint8Array[]): Promise<readonly number[]> {
  const { certificates } = await airlock().loadKeyring(sources)
  return certificates.map(({ facts }) => facts.revocations.length)
}

describe('C2: as a source of a keyring', () => {
  it('revokes, in whatever order and form it comes', async () => {
    const bare = revocation(alice)
    const block = Buffer.from(armored(bare, { label: 'PUBLIC KEY BLOCK' }))
    expect(await revocationsIn(ofAlice, ofBob)).toEqual([0, 0])
    for (const form of [bare, block, concat(bare, bare), concat(bare, ofAlice)]) {
      expect(await revocationsIn(ofAlice, ofBob, form)).toEqual([1, 0])
      expect(await revocationsIn(ofBob, ofAlice, form)).toEqual([0, 1])
      expect((await revocationsIn(form, ofBob, ofAlice)).toSorted()).toEqual([0, 1])
    }
  })

  it('revokes also where the certificate is in a store, and as a file of a directory', async () => {
    const path = at('sources')
    await importInto(airlock(), path, ofAlice)
    mkdirSync(at('directory'))
    write(at('directory/one.gpg'), ofBob)
    write(at('directory/two.rev'), revocation(alice))
    const keyring = await airlock().loadKeyring([{ path }, { path: at('directory') }])
    expect(keyring.certificates.map(({ facts }) => facts.revocations.length)).toEqual([1, 0])
  })

  it('is found by its mathematics where it names nobody, or where its unhashed name is a lie', async () => {
    expect(
      await revocationsIn(ofBob, ofAlice, revocation(alice, alice, { issuer: 'none' })),
    ).toEqual([0, 1])
    const renamed = { issuer: 'unhashed', issuerKey: makeKey('ed25519') } as const
    expect(await revocationsIn(ofBob, ofAlice, revocation(alice, alice, renamed))).toEqual([0, 1])
  })

  it('stops the load where it names a key that did not make it', async () => {
    const forged = revocation(alice, bob, { issuerKey: alice })
    const spoilt = revocation(alice, alice, { corrupt: 'value' })
    for (const bare of [forged, spoilt]) {
      for (const sources of [
        [ofAlice, ofBob, bare],
        [bare, ofAlice],
      ]) {
        expect(await codeOf(airlock().loadKeyring(sources))).toBe('keyring-stray-revocation')
      }
    }
  })

  it('is passed over where its key is not there, and is no keyring alone', async () => {
    expect(await revocationsIn(ofBob, revocation(alice))).toEqual([0])
    expect(await codeOf(airlock().loadKeyring([revocation(alice)]))).toBe('keyring-empty')
  })

  it('counts whatever 16 bits of its digest it states', async () => {
    expect(await revocationsIn(ofAlice, revocation(alice, alice, { corrupt: 'left16' }))).toEqual([
      1,
    ])
  })

  it('is no other kind of signature, and behind a certificate it is of that', async () => {
    for (const type of [0x00, 0x13, 0x1f, 0x28, 0x30]) {
      const other = revocation(alice, alice, { type })
      expect(await codeOf(airlock().loadKeyring([ofAlice, other]))).toBe('keyring-malformed')
    }
    expect(await revocationsIn(concat(ofBob, revocation(alice)), ofAlice)).toEqual([0, 0])
  })

  it('in great numbers is refused', async () => {
    const many = concat(...Array.from({ length: 1025 }, () => revocation(alice)))
    expect(await codeOf(airlock().loadKeyring([ofAlice, many]))).toBe('keyring-too-large')
  })
})

describe('C2: key import of it', () => {
  it('stores it with the stored certificate, once, and a later copy does not hide it', async () => {
    const path = at('store')
    const bare = revocation(alice)
    expect(await importInto(airlock(), path, ofAlice, ofBob)).toEqual(['new', 'new'])
    expect(await importInto(airlock(), path, bare)).toEqual(['updated'])
    expect(await importInto(airlock(), path, bare)).toEqual(['unchanged'])
    expect(await importInto(airlock(), path, ofAlice)).toEqual(['unchanged'])
    const { certificates } = await airlock().loadKeyring([{ path }])
    expect(new Map(certificates.map((one) => [one.certificate.fingerprint, one]))).toMatchObject(
      new Map([
        [alice.packet.fingerprint, { facts: { revocations: [{ hard: true }] } }],
        [bob.packet.fingerprint, { facts: { revocations: [] } }],
      ]),
    )
  })

  it('takes it with its certificate from another file of the same import', async () => {
    const path = at('together')
    expect(await importInto(airlock(), path, revocation(alice), ofBob, ofAlice)).toHaveLength(2)
    const keyring = await airlock().loadKeyring([{ path }])
    expect(fingerprints(keyring)).toHaveLength(2)
    const [one] = keyring.byFingerprint(alice.packet.fingerprint)
    expect(one?.owner.facts.revocations).toHaveLength(1)
  })

  it('says what it did, or why not', async () => {
    const keyring = ['--keyring', at('told')]
    const certificate = write(at('alice.gpg'), ofAlice)
    const bare = write(at('alice.rev'), armored(revocation(alice), { label: 'PUBLIC KEY BLOCK' }))
    const told = (...args: readonly string[]) => {
      const { status, stdout } = command(['key', 'import', '--json', ...keyring, ...args])
      return { status, document: keyImportDocument.parse(JSON.parse(stdout)) }
    }
    expect(told('--yes', bare)).toMatchObject({
      status: 1,
      document: { written: 0, strayRevocations: 1, error: { code: 'no-key' } },
    })
    expect(told('--yes', write(at('bob.gpg'), ofBob), bare)).toMatchObject({
      status: 1,
      document: { written: 1, strayRevocations: 1, certificates: [{ change: 'new' }] },
    })
    const pin = ['--fingerprint', alice.packet.fingerprint]
    expect(told(...pin, certificate)).toMatchObject({ status: 0, document: { written: 1 } })
    expect(told(...pin, bare)).toMatchObject({
      status: 0,
      document: {
        written: 1,
        strayRevocations: 0,
        certificates: [
          {
            fingerprint: alice.packet.fingerprint,
            change: 'updated',
            added: { revocations: 1, signatures: 0 },
            signs: false,
            reasons: [{ code: 'key-revoked' }],
          },
        ],
      },
    })
    const foreign = write(at('eve.rev'), revocation(makeKey('p256')))
    expect(told(...pin, certificate, foreign)).toMatchObject({
      status: 1,
      document: { error: { code: 'fingerprint-mismatch' } },
    })
    const forged = write(at('forged.rev'), revocation(alice, bob, { issuerKey: alice }))
    expect(told('--yes', forged)).toMatchObject({
      status: 1,
      document: { error: { code: 'keyring-stray-revocation', file: forged } },
    })
  })

  it('takes what gpg writes, once its colon is gone', () => {
    const home = at('gpg')
    mkdirSync(home, { mode: 0o700 })
    const gpg = (...args: readonly string[]): Buffer =>
      execFileSync('gpg', ['--homedir', home, '--batch', '--passphrase', '', ...args], {
        stdio: ['ignore', 'pipe', 'ignore'],
      })
    if (spawnSync('gpg', ['--version']).error !== undefined) {
      console.warn('SKIPPED: a revocation certificate by gpg, because there is no gpg')
      return
    }
    gpg('--quick-generate-key', 'Carol', 'ed25519', 'sign', 'never')
    const folder = join(home, 'openpgp-revocs.d')
    const [name = ''] = readdirSync(folder)
    const text = readFileSync(join(folder, name), 'latin1')
    const keyring = ['--keyring', at('of gpg')]
    const importing = ['key', 'import', '--yes', ...keyring]
    expect(command([...importing, write(at('carol'), gpg('--export'))]).status).toBe(0)
    // as it is, it is not armor: it must not be used by mistake
    expect(command([...importing, write(at('safe.rev'), text)]).status).toBe(1)
    const ready = write(at('carol.rev'), text.replace(':-----BEGIN', '-----BEGIN'))
    expect(command([...importing, ready]).stdout).toMatch(/adds +1 revocation\n/)
    expect(command(['key', 'list', ...keyring]).stdout).toContain('key-revoked')
    spawnSync('gpgconf', ['--homedir', home, '--kill', 'all'])
  })
})
