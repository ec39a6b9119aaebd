/**
 * The door for packets, form by form: what the clean model holds, what the manager refuses alone, and what it says where
 * an input cannot be read.
 */
import { createHash } from 'node:crypto'
import * as openpgp from 'openpgp'
import { describe, expect, it } from 'vitest'
import type {
  FlawedPacket,
  KeyPacket,
  Packet,
  SignaturePacket,
} from '../../manager/openpgp/model.ts'
import { openPackets } from '../../manager/sanitise/index.ts'
import { FLAW, type Item, ROLE } from '../../protocol/messages.ts'
import { Tainted } from '../../protocol/tainted.ts'
import {
  certificate,
  concat,
  fill,
  key4,
  key6,
  mpi,
  oldPacket,
  packet,
  signature3,
  signature4,
  signature6,
  sub,
  subpacket,
  text,
  u32,
} from './build.ts'
import { contradictionOf, fixturePackets, readPackets, said } from './sanitise-build.ts'

function only(input: Uint8Array): Packet {
  const { packets, stop } = readPackets(input)
  expect(stop).toBeUndefined()
  expect(packets).toHaveLength(1)
  return packets[0] ?? expect.unreachable()
}

function keyOf(body: Uint8Array, tag = 6): KeyPacket {
  const found = only(packet(tag, body))
  return found.kind === 'key' ? found.key : expect.unreachable(found.kind)
}

function signatureOf(body: Uint8Array): SignaturePacket {
  const found = only(packet(2, body))
  return found.kind === 'signature' ? found.signature : expect.unreachable(found.kind)
}

function flawOf(tag: number, body: Uint8Array): FlawedPacket {
  const found = only(packet(tag, body))
  return found.kind === 'flawed' ? found.flawed : expect.unreachable(found.kind)
}

describe('C2: packets tile the input', () => {
  it('names every packet at its place', () => {
    const { packets } = readPackets(
      concat(packet(13, text('A')), oldPacket(12, [1, 2]), packet(61, []), packet(17, [3])),
    )
    expect(packets).toEqual([
      {
        kind: 'user',
        user: { kind: 'userId', place: { offset: 0, length: 3 }, body: Uint8Array.of(0x41) },
      },
      { kind: 'other', other: { tag: 12, place: { offset: 3, length: 5 } } },
      { kind: 'other', other: { tag: 61, place: { offset: 8, length: 2 } } },
      {
        kind: 'user',
        user: { kind: 'userAttribute', place: { offset: 10, length: 3 }, body: Uint8Array.of(3) },
      },
    ])
  })

  it('reads secret keys, trust and markers as other packets', () => {
    const { packets } = readPackets(
      concat(packet(5, key4()), packet(7, [9]), packet(10, text('PGP'))),
    )
    expect(packets.map(({ kind }) => kind)).toEqual(['other', 'other', 'other'])
  })

  it.each([
    ['bit 7 clear', [0x41], 'expected a packet header'],
    ['no length', [0xcd], 'expected a packet length'],
    ['partial length', [0xcb, 0xe0, 0], 'expected a definite length (partial ones are not read)'],
    ['no definite length', [0xaf], 'expected a definite length (indeterminate ones are not read)'],
    ['body cut', [0xcd, 2, 0x41], 'expected a packet that ends with the input'],
  ])('stops, and says where and why: %s', (_, octets, detail) => {
    const { packets, stop } = readPackets(concat(packet(13, text('Alice')), octets))
    expect(packets).toHaveLength(1)
    expect(stop).toEqual({ offset: 7, detail })
  })

  it('opens an empty reply to an empty input', () => {
    expect(readPackets(new Uint8Array())).toEqual({ packets: [], stop: undefined })
  })
})

describe('C3: keys are made of the input alone', () => {
  it('keeps copies, not views, of the input', () => {
    const input = Buffer.from(certificate())
    const { packets } = readPackets(input)
    const before = structuredClone(packets)
    input.fill(0)
    expect(packets).toEqual(before)
  })

  it('refuses shared memory', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(2))
    expect(() => openPackets(shared, new Tainted(new Uint8Array()))).toThrow(TypeError)
  })

  it('version 4: fingerprint and key id', () => {
    const body = key4()
    const digest = createHash('sha1')
      .update(concat([0x99, 0, body.length], body))
      .digest('hex')
    expect(keyOf(body)).toMatchObject({
      role: 'primary',
      version: 4,
      created: 1_600_000_000,
      algorithm: 1,
      fingerprint: digest,
      keyId: digest.slice(24),
      material: {
        family: 'rsa',
        n: Uint8Array.of(0xc1, 2, 3),
        e: Uint8Array.of(1, 0, 1),
      },
    })
  })

  it('version 6: fingerprint and key id', () => {
    const body = key6()
    const framed = concat([0x9b], u32(body.length), body)
    const digest = createHash('sha256').update(framed).digest('hex')
    expect(keyOf(body, 14)).toMatchObject({
      role: 'subkey',
      version: 6,
      fingerprint: digest,
      keyId: digest.slice(0, 16),
      material: { family: 'ed25519', point: fill(32) },
    })
  })

  it('reads the keys of the fixtures as openpgp.js does', async () => {
    let count = 0
    for (const [name, input] of fixturePackets()) {
      if (!name.startsWith('keys/')) continue
      const theirs = (await openpgp.readKeys({ binaryKeys: input })).flatMap((key) => key.getKeys())
      const ours = readPackets(input).packets.flatMap((found) =>
        found.kind === 'key' ? [found.key] : [],
      )
      expect(ours.map((key) => key.fingerprint)).toEqual(theirs.map((key) => key.getFingerprint()))
      expect(ours.map((key) => key.keyId)).toEqual(theirs.map((key) => key.getKeyID().toHex()))
      expect(ours.map((key) => key.created * 1000)).toEqual(
        theirs.map((key) => key.getCreationTime().getTime()),
      )
      count += ours.length
    }
    expect(count).toBeGreaterThan(10)
  })
})

const P256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]
const ED25519_LEGACY = [0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x0f, 0x01]
const CURVE25519_LEGACY = [0x2b, 0x06, 0x01, 0x04, 0x01, 0x97, 0x55, 0x01, 0x05, 0x01]
const counted = (octets: readonly number[]): Uint8Array => concat([octets.length], octets)
const ONE = mpi([1])

describe('key material', () => {
  const point = concat([4], fill(64))
  it.each([
    ['DSA', 17, concat(mpi([7]), mpi([5]), mpi([3]), mpi([2])), 'dsa'],
    ['ElGamal', 16, concat(ONE, ONE, ONE), 'encryption'],
    ['RSA, encrypt only', 2, concat(mpi([0xc1]), mpi([3])), 'encryption'],
    ['ECDSA', 19, concat(counted(P256), mpi(point)), 'ecdsa'],
    ['ECDH', 18, concat(counted(P256), mpi(point), [3, 1, 8, 7]), 'encryption'],
    ['EdDSA', 22, concat(counted(ED25519_LEGACY), mpi(concat([0x40], fill(32)))), 'ed25519'],
    ['X25519', 25, fill(32), 'encryption'],
    ['X448', 26, fill(56), 'encryption'],
    ['Ed25519', 27, fill(32), 'ed25519'],
    ['Ed448', 28, fill(57), 'ed448'],
  ])('of %s', (_, algorithm, material, family) => {
    expect(keyOf(key4({ algorithm, material })).material.family).toBe(family)
  })

  it('holds points in the form of their family', () => {
    const ecdsa = keyOf(key4({ algorithm: 19, material: concat(counted(P256), mpi(point)) }))
    expect(ecdsa.material).toEqual({ family: 'ecdsa', curve: 'nistp256', point })
    const legacy = concat(counted(ED25519_LEGACY), mpi(concat([0x40], fill(32))))
    expect(keyOf(key4({ algorithm: 22, material: legacy })).material).toEqual({
      family: 'ed25519',
      point: fill(32),
    })
  })

  const P256_POINT = concat(counted(P256), mpi(point))
  it.each([
    ['RSA, even modulus', 1, concat(mpi([0xc2]), mpi([3])), 'malformed'],
    ['RSA, even exponent', 1, concat(mpi([0xc1]), mpi([4])), 'malformed'],
    ['RSA, exponent 1', 3, concat(mpi([0xc1]), ONE), 'malformed'],
    ['ECDSA, unknown curve', 19, concat([1, 0x2a], mpi(point)), 'unsupported-algorithm'],
    ['ECDSA, compressed point', 19, concat(counted(P256), mpi(concat([2], fill(32)))), 'malformed'],
    ['ECDSA, short point', 19, concat(counted(P256), mpi(concat([4], fill(63)))), 'malformed'],
    ['EdDSA, unknown curve', 22, P256_POINT, 'unsupported-algorithm'],
    ['EdDSA, no prefix', 22, concat(counted(ED25519_LEGACY), mpi(fill(32))), 'malformed'],
    ['ML-DSA-65+Ed25519', 30, fill(1984), 'unsupported-algorithm'],
    ['SLH-DSA-SHAKE-256s', 34, fill(64), 'unsupported-algorithm'],
    ['ML-KEM-1024+X448', 36, fill(1624), 'unsupported-algorithm'],
  ])('refuses alone what the handler need not: %s', (_, algorithm, material, reason) => {
    expect(flawOf(6, key4({ algorithm, material }))).toMatchObject({ tag: 6, reason })
  })

  it.each([
    ['EdDSA', 22, concat(counted(ED25519_LEGACY), mpi(concat([0x40], fill(32))))],
    ['ECDH', 18, concat(counted(CURVE25519_LEGACY), mpi(concat([0x40], fill(32))), [3, 1, 8, 7])],
  ])('refuses legacy curves in version 6: %s', (_, algorithm, material) => {
    expect(keyOf(key4({ algorithm, material })).version).toBe(4)
    expect(flawOf(6, key6({ algorithm, material })).reason).toBe('malformed')
  })

  it.each([
    ['version 3', concat([3], fill(9)), 'unsupported-version', 2],
    ['unknown algorithm', key4({ algorithm: 99 }), 'unsupported-algorithm', 7],
    ['no body', new Uint8Array(), 'malformed', 2],
    ['left over', concat(key4(), [0]), 'malformed', 18],
    ['version 6, length too small', concat(key6().subarray(0, 9), [31], fill(32)), 'malformed', 8],
    ['version 6, length too large', concat(key6().subarray(0, 9), [33], fill(32)), 'malformed', 8],
    ['no curve', key4({ algorithm: 19, material: concat([0], ONE) }), 'malformed', 8],
    [
      'reserved length of a curve',
      key4({ algorithm: 19, material: concat([255], fill(255), ONE) }),
      'malformed',
      9,
    ],
    [
      'reserved length of a derivation',
      key4({ algorithm: 18, material: concat([1, 1], ONE, [255], fill(255)) }),
      'malformed',
      14,
    ],
    ['integer zero', key4({ material: concat([0, 0], ONE) }), 'malformed', 8],
    ['bit count too small', key4({ material: concat(mpi([0xc1], 7), ONE) }), 'malformed', 8],
    ['bit count too large', key4({ material: concat(mpi([0x41], 8), ONE) }), 'malformed', 8],
    ['too many bits', key4({ material: concat([0x40, 1], fill(2100)) }), 'malformed', 9],
  ])('says why both sides cannot read it: %s', (_, body, reason, offset) => {
    const flawed = flawOf(6, body)
    expect(flawed).toMatchObject({ reason, offset, body })
    expect(flawed.detail).toMatch(/^expected [a-z0-9 ,'-]+$/)
  })
})

describe('signatures', () => {
  it('version 4', () => {
    const hashed = concat(sub.created(5), sub.issuerFingerprint(4, fill(20, 0xf4)))
    const unhashed = concat(
      sub.created(9),
      sub.issuerKeyId(fill(8, 0x1d)),
      sub.issuerFingerprint(4, fill(20, 0xf4)),
    )
    const body = signature4({ hashed, unhashed })
    expect(signatureOf(body)).toMatchObject({
      version: 4,
      type: 0,
      algorithm: 1,
      hash: 8,
      hashedPart: body.subarray(0, 6 + hashed.length),
      created: 5,
      left16: 0xabcd,
      salt: undefined,
      material: { form: 'mpis', values: [Uint8Array.of(0x81, 2)] },
      issuers: [
        { kind: 'fingerprint', fingerprint: 'f4'.repeat(20) },
        { kind: 'keyId', keyId: '1d'.repeat(8) },
      ],
      embedded: [],
      notes: [],
    })
  })

  it('version 6', () => {
    const body = signature6({
      hashed: concat(sub.created(7), subpacket(99, [1], { critical: true })),
    })
    const found = signatureOf(body)
    expect(found).toMatchObject({
      version: 6,
      hashedPart: body.subarray(0, 8 + 6 + 3),
      created: 7,
      salt: fill(16),
      material: { form: 'native', value: fill(64) },
    })
    expect(found.hashed).toMatchObject([
      { type: 2, critical: false, data: u32(7) },
      { type: 99, critical: true, data: Uint8Array.of(1) },
    ])
  })

  it('version 3: type and time are hashed, the key id is a hint', () => {
    const body = signature3({ type: 1, created: 11 })
    expect(signatureOf(body)).toMatchObject({
      version: 3,
      type: 1,
      created: 11,
      hashedPart: Uint8Array.of(1, 0, 0, 0, 11),
      hashed: [],
      issuers: [{ kind: 'keyId', keyId: '1d'.repeat(8) }],
      material: { values: [Uint8Array.of(1), Uint8Array.of(2)] },
    })
  })

  it('C1: an unhashed creation time never counts', () => {
    const found = signatureOf(signature4({ hashed: [], unhashed: sub.created(9) }))
    expect(found.created).toBeUndefined()
    expect(found.hashed).toEqual([])
  })

  it('notes an RSA value that declares leading zero bits', () => {
    const found = signatureOf(signature4({ material: mpi([0, 0x41], 16) }))
    expect(found.notes).toEqual(['mpi-leading-zero'])
    expect(found.material).toEqual({ form: 'mpis', values: [Uint8Array.of(0, 0x41)] })
  })

  it.each([2, 3, 9, 25, 27, 29])('C1: refuses alone a second hashed subpacket %i', (type) => {
    const one = subpacket(type, fill(type === 25 || type === 27 || type === 29 ? 1 : 4))
    expect(signatureOf(signature4({ hashed: one })).hashed).toHaveLength(1)
    const flawed = flawOf(2, signature4({ hashed: concat(one, subpacket(16, fill(8)), one) }))
    expect(flawed.reason).toBe('malformed')
    expect(flawed.detail).toMatch(/^expected one /)
    expect(flawed.offset).toBe(2 + 6 + one.length + 10 + 2)
  })

  it('lets issuers, notations and unhashed subpackets repeat', () => {
    const hashed = concat(
      sub.created(),
      sub.issuerKeyId(fill(8, 1)),
      sub.issuerKeyId(fill(8, 2)),
      subpacket(20, fill(9)),
      subpacket(20, fill(9)),
    )
    const unhashed = concat(sub.created(), sub.created(), sub.issuerKeyId(fill(8, 1)))
    expect(signatureOf(signature4({ hashed, unhashed })).issuers).toHaveLength(2)
  })

  it('C5: refuses alone an unhashed area full of issuers', () => {
    const issuers = Array.from({ length: 257 }, (_, index) =>
      sub.issuerKeyId(concat(u32(0), u32(index))),
    )
    expect(signatureOf(signature4({ unhashed: concat(...issuers.slice(1)) })).issuers).toHaveLength(
      256,
    )
    expect(flawOf(2, signature4({ unhashed: concat(...issuers) })).reason).toBe('malformed')
  })

  it.each([
    ['version 5', concat([5], fill(9)), 'unsupported-version', 2],
    ['unknown algorithm', signature4({ algorithm: 99 }), 'unsupported-algorithm', 4],
    ['unknown hash', signature4({ hash: 99 }), 'unsupported-algorithm', 5],
    ['unknown hash, cut', signature3({ hash: 0 }).subarray(0, 17), 'unsupported-algorithm', 18],
    ['cut before the hash', signature3({ algorithm: 0 }).subarray(0, 16), 'malformed', 18],
    ['subpacket too long', signature4({ hashed: [3, 99, 0] }), 'malformed', 10],
    ['empty subpacket', signature4({ unhashed: [0] }), 'malformed', 16],
    ['wrong size', signature4({ hashed: subpacket(2, [1]) }), 'malformed', 8],
    ['wrong salt', signature6({ salt: [3, 1, 2, 3] }), 'malformed', 2 + 8 + 6 + 4 + 2],
    ['left over', concat(signature3(), [0]), 'malformed', 2 + 25],
  ])('says why both sides cannot read it: %s', (_, body, reason, offset) => {
    const flawed = flawOf(2, body)
    expect(flawed).toMatchObject({ reason, offset, body })
    expect(flawed.detail).toMatch(/^expected [a-z0-9 ,'-]+$/)
  })
})

describe('embedded signatures', () => {
  const inner = signature4({ type: 0x19, unhashed: sub.issuerKeyId() })

  it.each([
    ['hashed', { hashed: concat(sub.created(), sub.embedded(inner)) }, 2 + 6 + 6 + 2],
    ['unhashed', { unhashed: sub.embedded(inner) }, 2 + 6 + 6 + 2 + 2],
  ])('are read in the %s area', (_, parts, offset) => {
    const [embedded] = signatureOf(signature4(parts)).embedded
    expect(embedded).toMatchObject({
      type: 0x19,
      place: { offset, length: inner.length },
      body: inner,
      issuers: [{ kind: 'keyId' }],
      embedded: [],
    })
  })

  it.each([
    ['malformed', inner.subarray(1)],
    ['of an unknown version', Uint8Array.of(5)],
    ['holding another', signature4({ unhashed: sub.embedded(inner) })],
    ['refused by the model', signature4({ hashed: concat(sub.created(), sub.created()) })],
  ])('are ignored when %s', (_, data) => {
    const unhashed = concat(sub.embedded(data), sub.embedded(inner))
    expect(signatureOf(signature4({ unhashed })).embedded.map(({ type }) => type)).toEqual([0x19])
  })
})

describe('C2: a lie by hand is a violation', () => {
  const input = concat(packet(6, key4()), packet(2, signature4()))
  const key: Item = { kind: 'packet', tag: 6, offset: 0, bodyOffset: 2, bodyLength: 16 }
  const n: Item = { kind: 'field', role: ROLE.mpi, offset: 8, length: 5 }
  const e: Item = { kind: 'field', role: ROLE.mpi, offset: 13, length: 5 }
  const signature: Item = { kind: 'packet', tag: 2, offset: 18, bodyOffset: 20, bodyLength: 20 }
  const hashed: Item = { kind: 'field', role: ROLE.hashed, offset: 26, length: 6 }
  const unhashed: Item = { kind: 'field', role: ROLE.unhashed, offset: 34, length: 0 }
  const value: Item = { kind: 'field', role: ROLE.mpi, offset: 36, length: 4 }
  const malformed: Item = { kind: 'flaw', flaw: FLAW.malformed }
  const unsupported: Item = { kind: 'flaw', flaw: FLAW.unsupported }
  const truth = [key, n, e, signature, hashed, unhashed, value]

  it('and the truth is none', () => {
    expect(contradictionOf(() => openPackets(input, said(truth)))).toBe('none')
  })

  it.each<[string, Item[], string]>([
    ['nothing at all', [], 'missing'],
    ['the second packet skipped', [key, n, e], 'missing'],
    ['a stop before the second packet', [key, n, e, { kind: 'stop', offset: 18 }], 'missing'],
    ['a stop after the end', [...truth, { kind: 'stop', offset: input.length }], 'surplus'],
    ['a packet twice', [key, n, e, ...truth], 'packet'],
    ['packets swapped', [signature, hashed, unhashed, value, key, n, e], 'packet'],
    [
      'a good key called malformed',
      [key, malformed, signature, hashed, unhashed, value],
      'flaw-denied',
    ],
    ['a good signature called malformed', [key, n, e, signature, malformed], 'flaw-denied'],
    ['a good signature called unsupported', [key, n, e, signature, unsupported], 'flaw-denied'],
    ['a flaw beside the fields', [...truth, malformed], 'flaw-denied'],
    ['another tag', [{ ...key, tag: 14 }, ...truth.slice(1)], 'packet'],
    ['a packet made longer', [{ ...key, bodyLength: 38 }], 'packet'],
    ['a hashed area made shorter', [key, n, e, signature, { ...hashed, length: 5 }], 'field'],
    [
      'unhashed called hashed',
      [key, n, e, signature, hashed, { ...unhashed, role: ROLE.hashed }],
      'field',
    ],
    ['an invented hint', [...truth.slice(0, 6), { ...value, role: ROLE.issuerKeyId }], 'field'],
    ['a field that is missing', [key, n, signature], 'missing'],
    ['fields swapped', [key, e, n], 'field'],
    ['an item of another reply', [{ kind: 'frame', begin: 0, text: 0, textEnd: 0 }], 'missing'],
  ])('%s', (_, items, contradiction) => {
    expect(contradictionOf(() => openPackets(input, said(items)))).toBe(contradiction)
  })

  it.each<[string, Uint8Array, Item[], string]>([
    ['called fine', key4({ algorithm: 99 }), [], 'flaw-missed'],
    ['called malformed, is unsupported', key4({ algorithm: 99 }), [malformed], 'flaw'],
    ['called unsupported, is malformed', concat(key4(), [0]), [unsupported], 'flaw'],
  ])('a flawed key is %s', (_, body, items, contradiction) => {
    const header: Item = { ...key, bodyLength: body.length }
    const open = (): unknown => openPackets(packet(6, body), said([header, ...items]))
    expect(contradictionOf(open)).toBe(contradiction)
  })

  it.each([
    ['no item', [0]],
    ['a role outside its table', [2, 99, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['a cut item', [1, 6, 0]],
    ['an octet left over', [...concat(packet(9, [])), 0]],
  ])('%s', (_, octets) => {
    const open = (): unknown => openPackets(input, new Tainted(Uint8Array.from(octets)))
    expect(contradictionOf(open)).toBe('undecodable')
  })

  it('C6: a violation says nothing that the handler chose', () => {
    const reply = said([{ ...key, offset: 0xdeadbeef }])
    expect(() => openPackets(input, reply)).toThrow(/^a packet is named .* \(byte 0\)$/)
  })
})
