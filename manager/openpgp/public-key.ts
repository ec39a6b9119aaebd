/**
 * From clean key material to node:crypto's KeyObject. Trusted side. RSA and EdDSA keys are handed over as numbers (JWK,
 * RFC 7517): OpenSSL takes a tenth of the time for them. The others go as SubjectPublicKeyInfo, which OpenSSL parses; it
 * refuses points that are not on their curve. RSA exponents are checked here, because OpenSSL takes even ones.
 */
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { SIGNATURE_ALGORITHMS } from './algorithms.ts'
import { CURVES } from './curves.ts'
import { bitString, integer, objectIdentifier, sequence } from './der.ts'
import { bitLength, trimmed } from './integers.ts'
import type { KeyMaterial, KeyPacket } from './model.ts'

/** A key that can be asked about signatures, or why it cannot. */
export type PublicKey =
  | { readonly usable: true; readonly object: KeyObject }
  | {
      readonly usable: false
      readonly code: 'malformed' | 'unsupported-algorithm'
      readonly text: string
    }

const OID = {
  /** 1.2.840.10040.4.1, RFC 3279 section 2.3.2 */
  dsa: Uint8Array.of(0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01),
  /** 1.2.840.10045.2.1, RFC 5480 section 2.1.1 */
  ecPublicKey: Uint8Array.of(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01),
} as const

/**
 * Largest public exponent: the cost of a verification grows with it, and OpenSSL bounds it, at the same size, only for
 * moduli above 3072 bits. Real ones have at most 33 bits.
 */
const MAX_EXPONENT_BITS = 64

/** SubjectPublicKeyInfo: algorithm identifier and key bits (RFC 5280 section 4.1.2.7). */
function keyInfo(algorithm: readonly Uint8Array[], key: Uint8Array): Uint8Array {
  return sequence(sequence(...algorithm), bitString(key))
}

const base64url = (octets: Uint8Array): string => Buffer.from(octets).toString('base64url')

/** What createPublicKey takes; undefined for a curve without a row. */
function encode(
  material: Exclude<KeyMaterial, { family: 'encryption' }>,
): Uint8Array | JsonWebKey | undefined {
  switch (material.family) {
    case 'rsa':
      return { kty: 'RSA', n: base64url(material.n), e: base64url(material.e) }
    case 'ed25519':
      return { kty: 'OKP', crv: 'Ed25519', x: base64url(material.point) }
    case 'ed448':
      return { kty: 'OKP', crv: 'Ed448', x: base64url(material.point) }
    case 'dsa': {
      const parameters = sequence(integer(material.p), integer(material.q), integer(material.g))
      return keyInfo([objectIdentifier(OID.dsa), parameters], integer(material.y))
    }
    case 'ecdsa': {
      const curve = CURVES.get(material.curve)
      if (curve === undefined) return undefined
      return keyInfo(
        [objectIdentifier(OID.ecPublicKey), objectIdentifier(curve.oid)],
        material.point,
      )
    }
    default:
      return material satisfies never
  }
}

const refused = (code: 'malformed' | 'unsupported-algorithm', text: string): PublicKey => ({
  usable: false,
  code,
  text,
})

/** What node:crypto says itself where OpenSSL has no such digest, curve or key type. */
const NODE_CRYPTO_REFUSALS: ReadonlySet<string> = new Set([
  'ERR_CRYPTO_INVALID_DIGEST',
  'ERR_CRYPTO_UNSUPPORTED_OPERATION',
  'ERR_CRYPTO_OPERATION_FAILED',
])

/** OpenSSL's own refusals carry such a code; anything else that is thrown is a fault of ours. */
export function isOpensslError(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  const code = error.code
  return (
    typeof code === 'string' && (code.startsWith('ERR_OSSL_') || NODE_CRYPTO_REFUSALS.has(code))
  )
}

function build(packet: KeyPacket): PublicKey {
  const { material } = packet
  if (
    material.family === 'encryption' ||
    SIGNATURE_ALGORITHMS.get(packet.algorithm)?.family !== material.family
  ) {
    return refused('unsupported-algorithm', 'expected a key of a known signature algorithm')
  }
  if (material.family === 'rsa') {
    const last = trimmed(material.e).at(-1) ?? 0
    if (last % 2 === 0 || bitLength(material.e) < 2) {
      return refused('malformed', 'expected an odd RSA exponent of at least 3')
    }
    if (bitLength(material.e) > MAX_EXPONENT_BITS) {
      return refused('malformed', `expected an RSA exponent of at most ${MAX_EXPONENT_BITS} bits`)
    }
    if ((material.n.at(-1) ?? 0) % 2 === 0) return refused('malformed', 'expected an odd modulus')
  }
  const encoded = encode(material)
  if (encoded === undefined) return refused('unsupported-algorithm', 'expected a known curve')
  try {
    return {
      usable: true,
      object:
        encoded instanceof Uint8Array
          ? createPublicKey({ key: Buffer.from(encoded), format: 'der', type: 'spki' })
          : createPublicKey({ key: encoded, format: 'jwk' }),
    }
  } catch (error) {
    // a point off its curve, a curve that this OpenSSL was built without
    if (isOpensslError(error)) return refused('malformed', 'expected key material OpenSSL accepts')
    throw error
  }
}

/** Building a KeyObject costs more than an RSA verification; packets are immutable, so one per packet is enough. */
const built = new WeakMap<KeyPacket, PublicKey>()

/**
 * The key object of a key packet, made once per packet.
 *
 * @returns a usable key, or the reason code and a lower-case sentence (no input octets)
 */
export function publicKey(packet: KeyPacket): PublicKey {
  let key = built.get(packet)
  if (key === undefined) {
    key = build(packet)
    built.set(packet, key)
  }
  return key
}
