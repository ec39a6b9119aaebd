/** The handler's reading of signatures: versions, material, areas, subpackets, embedded signatures. */
import { describe, expect, it } from 'vitest'
import { OPENPGP_LIMITS } from '../../protocol/limits.ts'
import { ROLE } from '../../protocol/messages.ts'
import {
  concat,
  fill,
  mpi,
  packet,
  type SignatureParts,
  signature3,
  signature4,
  signature6,
  sub,
  subpacket,
  u32,
} from './build.ts'
import { octetsOf, packetItems, shapeOf } from './parse.ts'

const INTEGERS = concat(mpi([1]), mpi([2]))

/** Algorithm, material, fields. */
const MATERIALS: readonly [string, number, Uint8Array, string[]][] = [
  ['RSA', 1, mpi(fill(256, 0x81)), ['mpi:258']],
  ['RSA encrypt only', 2, mpi([1]), ['mpi:3']],
  ['RSA sign only', 3, mpi([1]), ['mpi:3']],
  ['DSA', 17, INTEGERS, ['mpi:3', 'mpi:3']],
  ['ECDSA', 19, INTEGERS, ['mpi:3', 'mpi:3']],
  ['EdDSA legacy', 22, INTEGERS, ['mpi:3', 'mpi:3']],
  ['Ed25519', 27, fill(64), ['native:64']],
  ['Ed448', 28, fill(114), ['native:114']],
  ['ML-DSA-65+Ed25519', 30, fill(3373), ['native:3373']],
  ['ML-DSA-87+Ed448', 31, fill(4741), ['native:4741']],
  ['SLH-DSA-SHAKE-128s', 32, fill(7856), ['native:7856']],
  ['SLH-DSA-SHAKE-128f', 33, fill(17088), ['native:17088']],
  ['SLH-DSA-SHAKE-256s', 34, fill(29792), ['native:29792']],
]

describe('material (RFC 9580 section 5.2.3)', () => {
  it.each(MATERIALS)('versions 3, 4 and 6: %s', (_, algorithm, material, fields) => {
    const areas = ['hashed:6', 'unhashed:0']
    expect(shapeOf(2, signature3({ algorithm, material }))).toEqual(fields)
    expect(shapeOf(2, signature4({ algorithm, material }))).toEqual([...areas, ...fields])
    expect(shapeOf(2, signature6({ algorithm, material }))).toEqual([
      ...areas,
      'salt:16',
      ...fields,
    ])
  })

  it.each(MATERIALS)('malformed when one octet short or long: %s', (_, algorithm, material) => {
    for (const wrong of [material.subarray(0, -1), concat(material, [0])]) {
      for (const body of [signature3, signature4, signature6]) {
        expect(shapeOf(2, body({ algorithm, material: wrong }))).toEqual(['malformed'])
      }
    }
  })

  it('allows leading zero bits in RSA signatures only', () => {
    const padded = mpi([0x00, 0x7f, 0x01], 24)
    expect(shapeOf(2, signature4({ material: padded }))).toContain('mpi:5')
    const pair = concat(padded, mpi([1]))
    expect(shapeOf(2, signature4({ algorithm: 19, material: pair }))).toEqual(['malformed'])
    expect(shapeOf(2, signature4({ material: mpi([0x80], 7) }))).toEqual(['malformed'])
  })
})

describe('versions and algorithms', () => {
  it.each([
    ['version 2', Uint8Array.of(2, 5), 'unsupported'],
    ['version 5', concat([5], signature4().subarray(1)), 'unsupported'],
    ['unknown version alone', Uint8Array.of(255), 'unsupported'],
    ['unknown algorithm', signature4({ algorithm: 99 }), 'unsupported'],
    ['encryption algorithm', signature4({ algorithm: 16 }), 'unsupported'],
    ['unknown hash', signature4({ hash: 4 }), 'unsupported'],
    ['unknown hash, cut after it', Uint8Array.of(4, 0, 1, 13), 'unsupported'],
    ['version 3, unknown algorithm', signature3({ algorithm: 99 }), 'unsupported'],
    ['version 3, unknown hash', signature3({ hash: 0 }), 'unsupported'],
    ['empty', new Uint8Array(), 'malformed'],
    ['version 4, cut before the hash', Uint8Array.of(4, 0, 99), 'malformed'],
    ['version 3, wrong length octet', concat([3, 6], signature3().subarray(2)), 'malformed'],
    ['version 3, cut before the material', signature3({ material: [] }), 'malformed'],
    ['version 3, cut before the digest', signature3().subarray(0, 18), 'malformed'],
  ])('%s', (_, body, flaw) => {
    expect(shapeOf(2, body)).toEqual([flaw])
  })

  it.each([1, 2, 3, 8, 9, 10, 11, 12, 14])('knows hash %i in version 4', (hash) => {
    expect(shapeOf(2, signature4({ hash }))).toEqual(['hashed:6', 'unhashed:0', 'mpi:4'])
  })

  it.each([
    [8, 16],
    [9, 24],
    [10, 32],
    [11, 16],
    [12, 16],
    [14, 32],
  ])('wants of hash %i in version 6 a salt of %i octets', (hash, size) => {
    const salted = (length: number) =>
      shapeOf(2, signature6({ hash, salt: concat([length], fill(length)) }))
    expect(salted(size)).toContain(`salt:${size}`)
    for (const wrong of [0, size - 1, size + 1, 8]) expect(salted(wrong)).toEqual(['malformed'])
  })

  it.each([1, 2, 3])('refuses hash %i in version 6: it has no salt size', (hash) => {
    expect(shapeOf(2, signature6({ hash }))).toEqual(['malformed'])
  })
})

describe('areas (RFC 9580 section 5.2.3.7)', () => {
  it('names areas that are empty', () => {
    expect(shapeOf(2, signature4({ hashed: [] }))).toEqual(['hashed:0', 'unhashed:0', 'mpi:4'])
  })

  it.each([
    ['one octet', subpacket(20, fill(190))],
    ['two octets', subpacket(20, fill(191))],
    ['two octets, first above 223', subpacket(20, fill(8900), { form: 'two' })],
    ['five octets', subpacket(20, fill(3), { form: 'five' })],
    ['critical', subpacket(2, u32(0), { critical: true })],
    ['unknown type', subpacket(99, [])],
  ])('takes a length of %s', (_, area) => {
    expect(shapeOf(2, signature4({ hashed: area }))[0]).toBe(`hashed:${area.length}`)
    expect(shapeOf(2, signature4({ unhashed: area }))[1]).toBe(`unhashed:${area.length}`)
  })

  it.each([
    ['length 0', [0]],
    ['length beyond the area', [2, 99]],
    ['half a two-octet length', [192]],
    ['part of a five-octet length', [255, 0, 0, 0]],
    ['two-octet length beyond the area', [192, 0, 99]],
    ['a second one beyond the area', [1, 99, 2, 99]],
  ])('malformed in either area: %s', (_, area) => {
    expect(shapeOf(2, signature4({ hashed: area }))).toEqual(['malformed'])
    expect(shapeOf(2, signature4({ unhashed: area }))).toEqual(['malformed'])
  })

  it('refuses an area beyond the body', () => {
    expect(shapeOf(2, Uint8Array.of(4, 0, 1, 8, 0, 1))).toEqual(['malformed'])
    expect(shapeOf(2, Uint8Array.of(6, 0, 1, 8, 255, 255, 255, 255, 0))).toEqual(['malformed'])
    expect(shapeOf(2, Uint8Array.of(6, 0, 1, 8, 0, 0, 0))).toEqual(['malformed'])
  })

  const WRONG_SIZE: readonly [string, Uint8Array][] = [
    ['creation time', subpacket(2, fill(3))],
    ['signature expiry', subpacket(3, fill(5))],
    ['exportable', subpacket(4, [])],
    ['trust', subpacket(5, fill(1))],
    ['revocable', subpacket(7, fill(2))],
    ['key expiry', subpacket(9, fill(8))],
    ['issuer key id', subpacket(16, fill(7))],
    ['primary user id', subpacket(25, fill(2))],
    ['reason for revocation', subpacket(29, [])],
    ['embedded signature', subpacket(32, [])],
    ['issuer fingerprint without a version', subpacket(33, [])],
    ['version 4 fingerprint', subpacket(33, concat([4], fill(19)))],
    ['version 6 fingerprint', subpacket(33, concat([6], fill(20)))],
  ]
  it.each(WRONG_SIZE)('of a wrong size, hashed: malformed; unhashed: nothing: %s', (_, wrong) => {
    expect(shapeOf(2, signature4({ hashed: wrong }))).toEqual(['malformed'])
    expect(shapeOf(2, signature4({ unhashed: wrong }))).toEqual([
      'hashed:6',
      `unhashed:${wrong.length}`,
      'mpi:4',
    ])
  })

  it('refuses more hashed subpackets than the limit', () => {
    const area = (count: number) => concat(...Array.from({ length: count }, () => [1, 99]))
    const { maxSubpackets } = OPENPGP_LIMITS
    expect(shapeOf(2, signature4({ hashed: area(maxSubpackets) }))).toHaveLength(3)
    expect(shapeOf(2, signature4({ hashed: area(maxSubpackets + 1) }))).toEqual(['malformed'])
    expect(shapeOf(2, signature4({ unhashed: area(maxSubpackets + 1) }))).toHaveLength(3)
  })
})

describe('hints', () => {
  const fingerprint = fill(20, 0xf4)
  const area = concat(
    sub.issuerKeyId(),
    sub.issuerFingerprint(4, fingerprint),
    sub.issuerFingerprint(6, fill(32, 0xf6)),
    sub.issuerFingerprint(5, fill(32, 0xf5)),
  )

  it('are named in the unhashed area, without the version octet', () => {
    const input = packet(2, signature4({ unhashed: area }))
    const items = packetItems(input)
    expect(octetsOf(input, items, ROLE.issuerKeyId)).toEqual(fill(8, 0x1d))
    expect(octetsOf(input, items, ROLE.issuerFingerprint)).toEqual(
      concat(fingerprint, fill(32, 0xf6)),
    )
  })

  it('are not named in the hashed area, which the manager reads itself', () => {
    expect(shapeOf(2, signature4({ hashed: area }))).toEqual([
      `hashed:${area.length}`,
      'unhashed:0',
      'mpi:4',
    ])
  })

  it('are found with the critical bit set', () => {
    const unhashed = subpacket(16, fill(8), { critical: true })
    expect(shapeOf(2, signature4({ unhashed }))).toContain('issuerKeyId:8')
  })
})

describe('embedded signatures (RFC 9580 section 5.2.3.34)', () => {
  const INNER = ['hashed:6', 'unhashed:10', 'issuerKeyId:8', 'mpi:4']
  const inner = signature4({ type: 0x19, unhashed: sub.issuerKeyId() })
  const holding = (data: Uint8Array): SignatureParts[] => [
    { hashed: sub.embedded(data) },
    { unhashed: sub.embedded(data) },
  ]

  it('come with their own fields, after the area that holds them', () => {
    const size = sub.embedded(inner).length
    const [hashed, unhashed] = holding(inner)
    expect(shapeOf(2, signature4(hashed))).toEqual([
      `hashed:${size}`,
      `embedded:${inner.length}`,
      ...INNER,
      'unhashed:0',
      'mpi:4',
    ])
    expect(shapeOf(2, signature4(unhashed))).toEqual([
      'hashed:6',
      `unhashed:${size}`,
      `embedded:${inner.length}`,
      ...INNER,
      'mpi:4',
    ])
  })

  it('may be of version 3 or 6', () => {
    for (const body of [signature3({ type: 0x19 }), signature6({ type: 0x19 })]) {
      const alone = shapeOf(2, body)
      const [, unhashed] = holding(body)
      expect(shapeOf(2, signature6(unhashed))).toEqual([
        'hashed:6',
        `unhashed:${sub.embedded(body).length}`,
        `embedded:${body.length}`,
        ...alone,
        'salt:16',
        'native:64',
      ])
    }
  })

  it.each([
    ['malformed', inner.subarray(0, -1)],
    ['unsupported', Uint8Array.of(5, 1, 2, 3)],
    ['holding another, hashed', signature4({ hashed: sub.embedded(inner) })],
    ['holding another, unhashed', signature4({ unhashed: sub.embedded(inner) })],
    ['holding one octet as another', signature4({ unhashed: sub.embedded([4]) })],
  ])('are named without fields when %s', (_, data) => {
    for (const parts of holding(data)) {
      const shape = shapeOf(2, signature4(parts))
      expect(shape.filter((name) => !/^(un)?hashed:|^mpi:4$/.test(name))).toEqual([
        `embedded:${data.length}`,
      ])
      expect(shape).toHaveLength(4)
    }
  })

  it('leave the next one readable', () => {
    const unhashed = concat(sub.embedded(inner.subarray(0, 5)), sub.embedded(inner))
    expect(shapeOf(2, signature4({ unhashed })).slice(2)).toEqual([
      'embedded:5',
      `embedded:${inner.length}`,
      ...INNER,
      'mpi:4',
    ])
  })

  it('do not nest as deep as the input', () => {
    let nest = inner
    for (let depth = 0; depth < 2000; depth += 1) {
      nest = signature6({ unhashed: subpacket(32, nest, { form: 'five' }) })
    }
    const shape = shapeOf(2, nest)
    expect(shape.filter((name) => name.startsWith('embedded'))).toHaveLength(1)
  })
})
