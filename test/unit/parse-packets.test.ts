/** The handler's reading of packet headers and keys: each form, and each way to be wrong. */
import { describe, expect, it } from 'vitest'
import { concat, fill, key4, key6, mpi, oldPacket, packet, text, u16, u32 } from './build.ts'
import { packetItems, shapeOf } from './parse.ts'

const USER = text('Alice')

describe('packet headers (RFC 9580 section 4.2)', () => {
  it.each([
    ['new, one octet', packet(13, USER), 2, 5],
    ['new, two octets', packet(13, fill(192)), 3, 192],
    ['new, two octets, longest', packet(13, fill(8383)), 3, 8383],
    ['new, five octets', packet(13, fill(8384)), 6, 8384],
    ['new, five octets for a short body', packet(13, USER, 'five'), 6, 5],
    ['old, one octet', oldPacket(13, USER, 0), 2, 5],
    ['old, two octets', oldPacket(13, USER, 1), 3, 5],
    ['old, four octets', oldPacket(13, USER, 2), 5, 5],
    ['empty body', packet(13, []), 2, 0],
  ])('%s', (_, input, bodyOffset, bodyLength) => {
    expect(packetItems(input)).toEqual([
      { kind: 'packet', tag: 13, offset: 0, bodyOffset, bodyLength },
    ])
  })

  it('names tags of the new format up to 63, and tag 0, without judging them', () => {
    const input = concat(packet(63, USER), packet(0, []), oldPacket(12, [1]))
    expect(packetItems(input).map((item) => item.kind === 'packet' && item.tag)).toEqual([
      63, 0, 12,
    ])
  })

  it.each([
    ['bit 7 clear', [0x41, 0x00]],
    ['new, no length', [0xcd]],
    ['new, half of two octets', [0xcd, 0xc0]],
    ['new, part of five octets', [0xcd, 0xff, 0, 0, 0]],
    ['new, body beyond the end', [0xcd, 2, 0x41]],
    ['new, largest length', [0xcd, 0xff, 0xff, 0xff, 0xff, 0xff, 0x41]],
    ['partial length', [0xcd, 0xe0, 0x41]],
    ['partial length on a data packet', [0xcb, 0xe0, 0x41]],
    ['old, no length', [0xb4]],
    ['old, part of the length', [0xb6, 0, 0, 0]],
    ['old, body beyond the end', [0xb4, 2, 0x41]],
    ['old, indeterminate length', [0xb7, 0x41]],
  ])('stops at: %s', (_, octets) => {
    const input = concat(packet(13, USER), octets)
    expect(packetItems(input).at(-1)).toEqual({ kind: 'stop', offset: 7 })
    expect(packetItems(input)).toHaveLength(2)
  })

  it('answers an empty input with no item', () => {
    expect(packetItems(new Uint8Array())).toEqual([])
  })
})

const ONE = mpi([1])
const P256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]
const CURVE = concat([8], P256)
const POINT = mpi(concat([4], fill(64)))
const KDF = [3, 1, 8, 7]

/** Algorithm, material, fields. */
const KEYS: readonly [string, number, Uint8Array, string[]][] = [
  ['RSA', 1, concat(mpi([0xc1, 2, 3]), mpi([1, 0, 1])), ['mpi:5', 'mpi:5']],
  ['RSA encrypt only', 2, concat(ONE, ONE), ['mpi:3', 'mpi:3']],
  ['RSA sign only', 3, concat(ONE, ONE), ['mpi:3', 'mpi:3']],
  ['ElGamal', 16, concat(ONE, ONE, ONE), ['mpi:3', 'mpi:3', 'mpi:3']],
  ['DSA', 17, concat(ONE, ONE, ONE, ONE), ['mpi:3', 'mpi:3', 'mpi:3', 'mpi:3']],
  ['ECDH', 18, concat(CURVE, POINT, KDF), ['curve:8', 'mpi:67', 'native:3']],
  ['ECDSA', 19, concat(CURVE, POINT), ['curve:8', 'mpi:67']],
  ['ECDSA, unknown curve', 19, concat([1, 0x2a], POINT), ['curve:1', 'mpi:67']],
  ['ElGamal, old', 20, concat(ONE, ONE, ONE), ['mpi:3', 'mpi:3', 'mpi:3']],
  ['EdDSA legacy', 22, concat(CURVE, mpi(concat([0x40], fill(32)))), ['curve:8', 'mpi:35']],
  ['X25519', 25, fill(32), ['native:32']],
  ['X448', 26, fill(56), ['native:56']],
  ['Ed25519', 27, fill(32), ['native:32']],
  ['Ed448', 28, fill(57), ['native:57']],
  ['ML-DSA-65+Ed25519', 30, fill(1984), ['native:1984']],
  ['ML-DSA-87+Ed448', 31, fill(2649), ['native:2649']],
  ['SLH-DSA-SHAKE-128s', 32, fill(32), ['native:32']],
  ['SLH-DSA-SHAKE-128f', 33, fill(32), ['native:32']],
  ['SLH-DSA-SHAKE-256s', 34, fill(64), ['native:64']],
  ['ML-KEM-768+X25519', 35, fill(1216), ['native:1216']],
  ['ML-KEM-1024+X448', 36, fill(1624), ['native:1624']],
]

describe('keys (RFC 9580 section 5.5)', () => {
  it.each(KEYS)('version 4 and 6: %s', (_, algorithm, material, fields) => {
    expect(shapeOf(6, key4({ algorithm, material }))).toEqual(fields)
    expect(shapeOf(14, key6({ algorithm, material }))).toEqual(fields)
  })

  it.each(KEYS)('malformed when one octet short or long: %s', (_, algorithm, material) => {
    const short = material.subarray(0, -1)
    const long = concat(material, [0])
    for (const wrong of [short, long]) {
      expect(shapeOf(6, key4({ algorithm, material: wrong }))).toEqual(['malformed'])
      expect(shapeOf(6, key6({ algorithm, material: wrong }))).toEqual(['malformed'])
    }
  })

  it('gives offsets in the request', () => {
    const input = concat(packet(13, USER), packet(6, key4({ algorithm: 27, material: fill(32) })))
    expect(packetItems(input).slice(1)).toEqual([
      { kind: 'packet', tag: 6, offset: 7, bodyOffset: 9, bodyLength: 38 },
      { kind: 'field', role: 3, offset: 15, length: 32 },
    ])
  })

  it.each([
    ['version 3', concat([3], u32(0), [0, 0, 1], ONE, ONE), 'unsupported'],
    ['version 5', concat([5], u32(0), [1], u32(6), ONE, ONE), 'unsupported'],
    ['unknown version alone', Uint8Array.of(9), 'unsupported'],
    ['unknown algorithm', key4({ algorithm: 100 }), 'unsupported'],
    ['unknown algorithm without material', key6({ algorithm: 29, material: [] }), 'unsupported'],
    ['empty', new Uint8Array(), 'malformed'],
    ['cut in the time', Uint8Array.of(4, 0, 0, 0, 0), 'malformed'],
    ['version 6, cut in the length', concat([6], u32(0), [27, 0, 0, 0]), 'malformed'],
    ['version 6, length too small', concat([6], u32(0), [27], u32(31), fill(32)), 'malformed'],
    ['version 6, length too large', concat([6], u32(0), [27], u32(33), fill(32)), 'malformed'],
    ['no object identifier', key4({ algorithm: 19, material: concat([0], POINT) }), 'malformed'],
    [
      'reserved identifier length',
      key4({ algorithm: 19, material: concat([255], fill(255), POINT) }),
      'malformed',
    ],
    [
      'no derivation parameters',
      key4({ algorithm: 18, material: concat(CURVE, POINT, [0]) }),
      'malformed',
    ],
  ])('%s', (_, body, flaw) => {
    expect(shapeOf(6, body)).toEqual([flaw])
  })

  it('does not read secret keys', () => {
    expect(shapeOf(5, key4())).toEqual([])
    expect(shapeOf(7, Uint8Array.of(9))).toEqual([])
  })
})

describe('multiprecision integers (RFC 9580 section 3.2)', () => {
  const withModulus = (modulus: Uint8Array) => key4({ material: concat(modulus, ONE) })

  it.each([
    ['zero bits', u16(0)],
    ['one bit too many declared', mpi([0x7f], 8)],
    ['one bit too few declared', mpi([0x80], 7)],
    ['a leading zero octet', mpi([0x00, 0x80], 16)],
    ['above the limit', mpi(fill(2049, 0xff))],
    ['cut', mpi([0x80], 64)],
  ])('malformed: %s', (_, modulus) => {
    expect(shapeOf(6, withModulus(modulus))).toEqual(['malformed'])
  })

  it('takes integers up to the limit', () => {
    expect(shapeOf(6, withModulus(mpi(fill(2048, 0xff))))).toEqual(['mpi:2050', 'mpi:3'])
  })
})
