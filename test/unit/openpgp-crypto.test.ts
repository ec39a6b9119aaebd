/** The mathematics: every algorithm on every path, and every value that no honest signer makes. */
import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Keyring } from '../../manager/keyring/keyring.ts'
import {
  digestOf,
  type MathResult,
  StreamVerifier,
  signedOctets,
  verifyLater,
  verifyNow,
} from '../../manager/openpgp/crypto.ts'
import { CURVES, curveByOid } from '../../manager/openpgp/curves.ts'
import { integer, objectIdentifier, sequence } from '../../manager/openpgp/der.ts'
import { DetachedStream } from '../../manager/openpgp/detached-stream.ts'
import { hasher, TextCanonicaliser, trailer } from '../../manager/openpgp/digest.ts'
import { bitLength, isInRange, isLess, padded } from '../../manager/openpgp/integers.ts'
import type { SignaturePacket } from '../../manager/openpgp/model.ts'
import { publicKey } from '../../manager/openpgp/public-key.ts'
import { signatureValue } from '../../manager/openpgp/value.ts'
import { defaultPolicy } from '../../manager/policy/policy.ts'
import {
  type KeyKind,
  type MadeKey,
  makeKey,
  makeSignature,
  seconds,
  signatureSequence,
} from './openpgp-make.ts'

const DATA = Uint8Array.from(Buffer.from('the signed data\nof several\nlines\n'))

function now(key: MadeKey, signature: SignaturePacket, data: Uint8Array = DATA): MathResult {
  const octets = signedOctets(signature, [data])
  const digest = digestOf(signature.hash, octets)
  return digest === undefined ? 'unsupported' : verifyNow(key.packet, signature, octets, digest)
}

function later(key: MadeKey, signature: SignaturePacket): Promise<MathResult> {
  const octets = signedOctets(signature, [DATA])
  const digest = digestOf(signature.hash, octets) ?? new Uint8Array(0)
  return new Promise((done) => verifyLater(key.packet, signature, octets, digest, done))
}

function stream(key: MadeKey, signature: SignaturePacket, chunk: number): MathResult {
  const verifier = new StreamVerifier(key.packet, signature)
  const whole = hasher(signature.hash)
  if (signature.salt !== undefined) whole?.update(signature.salt)
  for (let at = 0; at < DATA.length; at += chunk) {
    verifier.update(DATA.subarray(at, at + chunk))
    whole?.update(DATA.subarray(at, at + chunk))
  }
  return verifier.finish(whole?.peek(trailer(signature)) ?? new Uint8Array(0))
}

const KINDS: readonly KeyKind[] = [
  'rsa',
  'dsa',
  'p256',
  'p384',
  'p521',
  'brainpool',
  'k256',
  'ed25519',
  'legacy',
  'ed448',
]

describe('C1: a signature holds only over its own octets', () => {
  for (const kind of KINDS) {
    const key = makeKey({ kind, name: 'shared' })

    it(`${kind}: at once, on the thread pool, whole and byte by byte`, async () => {
      const signature = makeSignature(key, [DATA])
      expect(now(key, signature)).toBe('holds')
      expect(await later(key, signature)).toBe('holds')
      expect(stream(key, signature, DATA.length)).toBe('holds')
      expect(stream(key, signature, 2)).toBe('holds')
      expect(stream(key, signature, 1)).toBe('holds')
    })

    it(`${kind}: not over other data, not with another value, not by another key`, async () => {
      const signature = makeSignature(key, [DATA])
      expect(now(key, signature, DATA.subarray(1))).toBe('fails')
      const wrong = makeSignature(key, [DATA], { corrupt: 'value' })
      expect(now(key, wrong)).toBe('fails')
      expect(await later(key, wrong)).toBe('fails')
      expect(stream(key, wrong, 7)).toBe('fails')
      expect(now(makeKey({ kind: kind === 'dsa' ? 'rsa' : kind }), signature)).toBe('fails')
    })
  }

  for (const hash of [1, 2, 3, 8, 9, 10, 11, 12, 14]) {
    it(`RSA and ECDSA with hash ${hash}`, () => {
      for (const kind of ['rsa', 'p256'] as const) {
        const key = makeKey({ kind, name: 'shared' })
        expect(now(key, makeSignature(key, [DATA], { hash }))).toBe('holds')
      }
    })
  }

  it('a v6 signature is salted, and its trailer counts the hashed part', () => {
    const key = makeKey({ version: 6 })
    const signature = makeSignature(key, [DATA])
    expect(now(key, signature)).toBe('holds')
    expect(now(key, { ...signature, salt: randomBytes(16) })).toBe('fails')
    expect(stream(key, signature, 3)).toBe('holds')
  })

  it('a v3 signature covers type and time, without a trailer', () => {
    const key = makeKey({ kind: 'rsa', name: 'shared' })
    const signature = makeSignature(key, [DATA], { version: 3 })
    expect(signature.hashedPart).toHaveLength(5)
    expect(now(key, signature)).toBe('holds')
  })

  it('a v4 key makes no v6 signature, and no key one of another algorithm', () => {
    const key = makeKey({ kind: 'ed25519', name: 'twin' })
    const six = makeKey({ kind: 'ed25519', name: 'twin', version: 6 })
    expect(now(key, makeSignature(six, [DATA]))).toBe('fails')
    const signature = makeSignature(key, [DATA])
    expect(now(key, { ...signature, algorithm: 22 })).toBe('fails')
    expect(now(key, { ...signature, algorithm: 99 })).toBe('unsupported')
  })
})

describe('C1: values that no honest signer makes', () => {
  const rsa = makeKey({ kind: 'rsa', name: 'shared' })
  const ecdsa = makeKey({ kind: 'p256', name: 'shared' })
  const withValues = (key: MadeKey, ...values: Uint8Array[]): SignaturePacket => ({
    ...makeSignature(key, [DATA]),
    material: { form: 'mpis', values },
  })
  const ONE = Uint8Array.of(1)

  it('an RSA value is left-padded to the modulus, and refused from the modulus on', () => {
    expect(signatureValue(rsa.packet, withValues(rsa, ONE))).toHaveLength(256)
    const { material } = rsa.packet
    const n = material.family === 'rsa' ? material.n : ONE
    expect(signatureValue(rsa.packet, withValues(rsa, n))).toBeUndefined()
    expect(
      signatureValue(rsa.packet, withValues(rsa, Buffer.concat([ONE, Buffer.alloc(256)]))),
    ).toBeUndefined()
    expect(signatureValue(rsa.packet, withValues(rsa, ONE, ONE))).toBeUndefined()
  })

  it('a short RSA signature, as one in 256 is, holds', () => {
    let signature = makeSignature(rsa, [DATA])
    for (let time = 1; signature.material.form === 'mpis' && time < 5000; time += 1) {
      // exactly one: one in 256 short ones is shorter still
      if (signature.material.values[0]?.length === 255) break
      signature = makeSignature(rsa, [DATA], {
        hashed: [{ type: 100, critical: false, data: Uint8Array.from([time / 256, time % 256]) }],
      })
    }
    expect(signature.material).toSatisfy(
      (material: SignaturePacket['material']) =>
        material.form === 'mpis' && material.values[0]?.length === 255,
    )
    expect(now(rsa, signature)).toBe('holds')
  })

  it('r and s lie in [1, order - 1]', () => {
    const order = CURVES.get('nistp256')?.order ?? ONE
    for (const [r, s] of [
      [new Uint8Array(0), ONE],
      [ONE, new Uint8Array(0)],
      [order, ONE],
      [ONE, order],
    ] as const) {
      expect(signatureValue(ecdsa.packet, withValues(ecdsa, r, s))).toBeUndefined()
    }
    expect(signatureValue(ecdsa.packet, withValues(ecdsa, ONE, ONE))).toHaveLength(64)
  })

  it('RSA exponents are odd and at least 3, the modulus is odd', () => {
    const { material } = rsa.packet
    if (material.family !== 'rsa') throw new Error('expected RSA')
    for (const e of [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(1, 0)]) {
      expect(
        publicKey(makeKey({ kind: 'rsa', name: 'shared', material: { ...material, e } }).packet),
      ).toMatchObject({ usable: false, code: 'malformed' })
    }
    const even = { ...material, n: Uint8Array.of(...material.n.subarray(0, -1), 4) }
    expect(
      publicKey(makeKey({ kind: 'rsa', name: 'shared', material: even }).packet),
    ).toMatchObject({ usable: false })
  })

  it('a point off its curve makes no key', () => {
    const point = Uint8Array.of(4, ...new Uint8Array(63), 1)
    const key = makeKey({ kind: 'p256', material: { family: 'ecdsa', curve: 'nistp256', point } })
    expect(publicKey(key.packet)).toMatchObject({ usable: false, code: 'malformed' })
    const unknown = makeKey({ kind: 'p256', material: { family: 'ecdsa', curve: 'curve0', point } })
    expect(publicKey(unknown.packet)).toMatchObject({
      usable: false,
      code: 'unsupported-algorithm',
    })
  })

  it('an encryption key verifies nothing', () => {
    const key = makeKey({ material: { family: 'encryption' } })
    expect(now(key, makeSignature(key, [DATA]))).toBe('unsupported')
  })
})

describe('line ends of text signatures', () => {
  const CASES: readonly (readonly [string, string, string])[] = [
    ['LF', 'a\nb\n', 'a\r\nb\r\n'],
    ['CR LF', 'a\r\nb\r\n', 'a\r\nb\r\n'],
    ['CR alone stays', 'a\rb\r', 'a\rb\r'],
    ['no last line end', 'a\nb', 'a\r\nb'],
    ['LF CR', 'a\n\rb', 'a\r\n\rb'],
    ['LF LF', 'a\n\nb', 'a\r\n\r\nb'],
    ['CR CR LF', 'a\r\r\nb', 'a\r\r\nb'],
    ['form feed, vertical tab and trailing blanks stay', 'a\f\v \t\nb', 'a\f\v \t\r\nb'],
    ['empty', '', ''],
  ]
  for (const [name, input, output] of CASES) {
    it(`${name}, whole, in two chunks and byte by byte`, () => {
      const octets = Buffer.from(input)
      for (let cut = 0; cut <= octets.length; cut += 1) {
        const text = new TextCanonicaliser()
        const parts = [text.next(octets.subarray(0, cut)), text.next(octets.subarray(cut))]
        expect(Buffer.concat(parts).toString()).toBe(output)
      }
      const text = new TextCanonicaliser()
      const parts = [...octets].flatMap((octet) => [
        text.next(Uint8Array.of(octet)),
        text.next(new Uint8Array(0)),
      ])
      expect(Buffer.concat(parts).toString()).toBe(output)
    })
  }
})

describe('line ends of any text', () => {
  it('are those of the simplest reading, however it is cut', () => {
    const piece = fc.constantFrom('a', '\n', '\r', '\r\n', '\n\n', ' ')
    fc.assert(
      fc.property(fc.array(fc.array(piece)), (chunks) => {
        const text = new TextCanonicaliser()
        const parts = chunks.map((chunk) => text.next(Buffer.from(chunk.join(''))))
        const simple = chunks
          .flat()
          .join('')
          .replace(/(?<!\r)\n/g, '\r\n')
        expect(Buffer.concat(parts).toString()).toBe(simple)
      }),
      { numRuns: 5_000 },
    )
  })

  it('are so in a chunk of more than one piece', () => {
    const lines = Buffer.from('\r\n\n'.repeat(1_000_000))
    const signature = makeSignature(makeKey(), [Buffer.from('\r\n'.repeat(2_000_000))], { type: 1 })
    const stream = new DetachedStream(signatureSequence(signature), {
      keyring: Keyring.from([]),
      at: seconds(2_000_000_000),
      policy: defaultPolicy(seconds(2_000_000_000)),
    })
    stream.update(lines)
    // by no key that is known: but its digest is the one that it states
    expect(stream.finish().signatures[0]).toMatchObject({ reasons: [{ code: 'no-key' }] })
  })
})

describe('small parts', () => {
  it('DER: short and long lengths, the sign octet', () => {
    expect([...integer(Uint8Array.of(0x7f))]).toEqual([2, 1, 0x7f])
    expect([...integer(Uint8Array.of(0x80))]).toEqual([2, 2, 0, 0x80])
    expect([...integer(new Uint8Array(0))]).toEqual([2, 1, 0])
    expect([...sequence(objectIdentifier(Uint8Array.of(1, 2)))]).toEqual([0x30, 4, 6, 2, 1, 2])
    expect([...sequence(new Uint8Array(200)).subarray(0, 3)]).toEqual([0x30, 0x81, 200])
    expect([...sequence(new Uint8Array(300)).subarray(0, 4)]).toEqual([0x30, 0x82, 1, 44])
  })

  it('integers: compared by value, not by length', () => {
    expect(isLess(Uint8Array.of(0, 0, 1), Uint8Array.of(2))).toBe(true)
    expect(isLess(Uint8Array.of(2), Uint8Array.of(2))).toBe(false)
    expect(isInRange(Uint8Array.of(0), Uint8Array.of(9))).toBe(false)
    expect(padded(Uint8Array.of(1, 2), 1)).toBeUndefined()
    expect(bitLength(Uint8Array.of(0, 1, 0))).toBe(9)
  })

  it('every curve is found by its object identifier', () => {
    for (const curve of CURVES.values()) expect(curveByOid(curve.oid)).toBe(curve)
    expect(curveByOid(Uint8Array.of(1))).toBeUndefined()
  })

  it('hashers go on after they were looked at', () => {
    for (const name of ['md5', 'ripemd160', 'sha512'] as const) {
      const id = { md5: 1, ripemd160: 3, sha512: 10 }[name]
      const hash = hasher(id)
      hash?.update(DATA)
      const first = Buffer.from(hash?.peek(DATA) ?? []).toString('hex')
      expect(first).toBe(createHash(name).update(DATA).update(DATA).digest('hex'))
      expect(Buffer.from(hash?.peek() ?? []).toString('hex')).toBe(
        createHash(name).update(DATA).digest('hex'),
      )
    }
    expect(hasher(4)).toBeUndefined()
  })
})
