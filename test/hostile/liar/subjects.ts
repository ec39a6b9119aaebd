/**
 * What is lied about: detached signatures, key files, armored and cleartext-signed texts, good and bad ones. Fixtures
 * give what GnuPG makes; the writer gives what must be refused for one exact reason.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ArmoredText, PacketSequence } from '../../../manager/openpgp/model.ts'
import type { Cleartext } from '../../../manager/sanitise/index.ts'
import { Tainted } from '../../../protocol/tainted.ts'
import {
  armored,
  certificateBytes,
  makeKey,
  signaturePacket,
  signDetached,
} from '../../support/openpgp-writer.ts'
import {
  cleartext,
  concat,
  key4,
  key6,
  packet,
  signature3,
  signature4,
  signature6,
  sub,
  text,
} from '../../unit/build.ts'
import { keyData } from '../../unit/openpgp-make.ts'
import {
  honestPackets,
  keyringOf,
  ofArmoredKeys,
  ofArmoredSignatures,
  ofKeys,
  ofSignatures,
  type Probe,
} from './consequences.ts'
import { ARMOR, CLEARTEXT, PACKETS } from './kinds.ts'
import { NOTHING, type Subject } from './oracle.ts'

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(join(import.meta.dirname, '../../../fixtures', name)))

function dearmored(name: string): Uint8Array {
  const asc = fixture(name)
  return concat(...ARMOR.open(asc, new Tainted(ARMOR.honest(asc))).blocks.map(({ data }) => data))
}

const KEYS = ['rsa2048', 'rsa4096', 'p256', 'p384', 'ed25519', 'revoked', 'expired', 'subkey']
const data = fixture('signed/release.txt')
const tampered = fixture('signed/tampered.txt')
const keyFile = (name: string): Uint8Array => dearmored(`keys/${name}.pub.asc`)
const signatureBy = (name: string): Uint8Array => fixture(`signed/release.txt.${name}.sig`)

const alice = makeKey('ed25519')
const bob = makeKey('p256')
const mallory = makeKey('ed25519')
const signer = makeKey('ed25519')
const retired = makeKey('p256')
const ring = keyringOf(
  ...KEYS.map((name) => honestPackets(keyFile(name))),
  honestPackets(certificateBytes(alice)),
  honestPackets(certificateBytes(bob, { revoked: { reason: 2 } })),
)

function detached(name: string, input: Uint8Array, over = data): Subject<PacketSequence> {
  return { name, kind: PACKETS, input, consequences: ofSignatures(over, ring) }
}

const good = signDetached(alice, data)
const forged = signDetached(mallory, data, { issuerKey: alice })
const overOther = signDetached(alice, tampered)
const embedding = concat(
  sub.issuerKeyId(Buffer.from(alice.packet.keyId, 'hex')),
  sub.embedded(signature4({ type: 0x19 })),
)

export const DETACHED: readonly Subject<PacketSequence>[] = [
  ...['rsa2048', 'rsa4096', 'p256', 'p384', 'ed25519', 'subkey', 'two', 'rsa4096.text'].flatMap(
    (name) => [
      detached(`${name}, good`, signatureBy(name)),
      detached(`${name}, tampered data`, signatureBy(name), tampered),
    ],
  ),
  ...['revoked', 'expired', 'stranger', 'rsa4096.sha1'].map((name) =>
    detached(`${name}, refused`, signatureBy(name)),
  ),
  detached('by another key than it says', forged),
  detached('by a key that is revoked', signDetached(bob, data)),
  detached('two, one over other data', concat(overOther, good)),
  detached('two, both bad', concat(forged, overOther)),
  detached('without an issuer', signDetached(alice, data, { issuer: 'none' })),
  detached('issuer not hashed', signDetached(alice, data, { issuer: 'unhashed', hash: 10 })),
  detached('its value is spoilt', signDetached(alice, data, { corrupt: 'value' })),
  detached('its 16 bits are spoilt', signDetached(alice, data, { corrupt: 'left16' })),
  detached('of a type for keys', signDetached(alice, data, { type: 0x13 })),
  detached('in text mode', signDetached(alice, data, { type: 1 })),
  detached(
    'between markers and unknown packets',
    concat(packet(10, text('PGP')), good, packet(60, [])),
  ),
  detached('a good one inside a user id', packet(13, good)),
  detached('a good one behind rubbish', concat(packet(2, [4, 0]), good)),
  detached('a good one, then rubbish', concat(good, [0x00, 0x01])),
  detached('a good one, then a key', concat(good, packet(6, key4()))),
  detached(
    'of unknown version and algorithm',
    concat(packet(2, [9, 1]), packet(2, [4, 0, 99, 8, 0, 0, 0, 0])),
  ),
  detached('of versions 3 and 6', concat(packet(2, signature3()), packet(2, signature6()))),
  detached('with an embedded one', packet(2, signature4({ unhashed: embedding }))),
  detached('none', packet(13, text('no signature'))),
]

function probe(name: string, signature: Uint8Array, over = data): Probe {
  return { name, signature: honestPackets(signature), data: over }
}

const probes: readonly Probe[] = [
  ...[...KEYS, 'two', 'stranger'].map((name) => probe(name, signatureBy(name))),
  probe('tampered', signatureBy('ed25519'), tampered),
  ...[
    ['alice', alice],
    ['bob', bob],
    ['mallory', mallory],
    ['signer', signer],
    ['retired', retired],
  ].flatMap(([name, key]) =>
    typeof name === 'string' && typeof key === 'object'
      ? [probe(name, signDetached(key, data))]
      : [],
  ),
]

function keys(name: string, input: Uint8Array): Subject<PacketSequence> {
  return { name, kind: PACKETS, input, consequences: ofKeys(probes) }
}

const subkeys = [{ key: signer }, { key: retired, revoked: { reason: 2 } }]
const revoked = certificateBytes(alice, { revoked: { reason: 2 }, subkeys })
const certificates: ReadonlyMap<string, Uint8Array> = new Map([
  ...KEYS.map((name) => [name, keyFile(name)] as const),
  ['a keyring of three', fixture('keys/keyring.gpg')],
  ['alice', certificateBytes(alice)],
  ['alice, revoked, and her subkeys', revoked],
  ['alice, retired', certificateBytes(alice, { revoked: { reason: 3, created: 1_720_000_000 } })],
  ['subkeys, one revoked', certificateBytes(alice, { subkeys })],
  [
    'a subkey without back-signature',
    certificateBytes(alice, { subkeys: [{ key: signer, back: false }] }),
  ],
  [
    'a user id revoked',
    certificateBytes(alice, { userIds: ['one', 'two'], userIdRevoked: { reason: 32 } }),
  ],
  ['alice twice, once revoked', concat(certificateBytes(alice), revoked)],
  [
    'alice, and bob revoked',
    concat(certificateBytes(alice), certificateBytes(bob, { revoked: {} })),
  ],
  [
    'certified by others, with an attribute and a trust packet',
    concat(
      certificateBytes(alice),
      signaturePacket(mallory, [keyData(alice)], { type: 0x10 }),
      packet(12, [1, 2]),
      packet(17, [2, 1, 7]),
    ),
  ],
  [
    'another certificate inside a packet of private use',
    concat(certificateBytes(alice), packet(60, concat([0], certificateBytes(mallory)))),
  ],
  [
    'a revocation that cannot be read',
    concat(certificateBytes(alice), packet(2, [4, 0x20, 99, 8, 0, 0, 0, 0, 1, 2])),
  ],
  [
    'a revocation that is cut',
    concat(
      packet(6, alice.packet.body),
      packet(2, [4, 0x20, 22, 8, 0, 9]),
      certificateBytes(alice).slice(53),
    ),
  ],
  [
    'keys of version 6 and of unknown kinds',
    concat(packet(6, key6()), packet(14, [9]), packet(14, key4({ algorithm: 99 }))),
  ],
])

export const CERTIFICATES: readonly Subject<PacketSequence>[] = [...certificates].map(
  ([name, input]) => keys(name, input),
)

const keyBlock = (input: Uint8Array, width = 64): string =>
  armored(input, { label: 'PUBLIC KEY BLOCK', width })
const signatureBlock = (input: Uint8Array, checksum?: string): string =>
  armored(input, { label: 'SIGNATURE', ...(checksum === undefined ? {} : { checksum }) })

function armoredKeys(name: string, input: Uint8Array): Subject<ArmoredText> {
  return { name, kind: ARMOR, input, consequences: ofArmoredKeys(probes) }
}

function armoredSignature(name: string, input: string, over = data): Subject<ArmoredText> {
  return { name, kind: ARMOR, input: text(input), consequences: ofArmoredSignatures(over, ring) }
}

export const ARMORED: readonly Subject<ArmoredText>[] = [
  ...KEYS.map((name) => armoredKeys(name, fixture(`keys/${name}.pub.asc`))),
  // lines of a length at which packets begin and end, so that whole packets can be left out
  ...[...certificates].map(([name, input]) => armoredKeys(name, text(keyBlock(input, 4)))),
  armoredKeys(
    'two blocks, one revoked',
    text(`${keyBlock(certificateBytes(alice))}${keyBlock(revoked)}`),
  ),
  armoredKeys('text around a block', text(`before\n\n${keyBlock(revoked)}after: text\n`)),
  armoredKeys('broken behind a block', text(`${keyBlock(revoked)}-----BEGIN PGP MESSAGE-----\nno`)),
  armoredSignature('armored', signatureBlock(good, 'abcd')),
  armoredSignature('armored, tampered data', signatureBlock(good), tampered),
  armoredSignature('two in two blocks', signatureBlock(forged) + signatureBlock(overOther)),
  armoredSignature('called a message', armored(good, { label: 'MESSAGE' })),
  armoredSignature('no block', 'just text\n-----END PGP SIGNATURE-----\n'),
]

export const CLEARTEXTS: readonly Subject<Cleartext>[] = [
  ['signed', cleartext(['text', '- -dash', 'more  '], { signature: signatureBlock(good) })],
  ['two headers', cleartext(['x'], { headers: ['Hash: SHA256', 'Hash: SHA512'] })],
  ['text around it', `before\n${cleartext(['y'])}after\n`],
  ['two messages', cleartext(['one']) + cleartext(['two'])],
  ['no message', 'text\n'],
].map(([name = '', input = '']) => ({
  name,
  kind: CLEARTEXT,
  input: text(input),
  // the pages that judge it are of a later issue: here the result itself must be the honest one
  consequences: () => NOTHING,
}))
