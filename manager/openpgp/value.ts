/**
 * From the integers of a signature packet to the octets that node:crypto takes. Trusted side, pure. Lengths and ranges
 * are checked here; padding never is - that is OpenSSL's business.
 */
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from './algorithms.ts'
import { CURVES } from './curves.ts'
import { isInRange, isLess, padded, trimmed } from './integers.ts'
import type { KeyMaterial, KeyPacket, SignaturePacket } from './model.ts'

/** Order of the group that r and s belong to. */
function groupOrder(material: KeyMaterial): Uint8Array | undefined {
  if (material.family === 'dsa') return material.q
  if (material.family === 'ecdsa') return CURVES.get(material.curve)?.order
  return undefined
}

/** Octets of R and of S: RFC 8032 sections 5.1.2 and 5.2.2. */
const EDWARDS_OCTETS = { ed25519: 32, ed448: 57 } as const

/**
 * Whether a signature and a key can belong together at all: same algorithm (RSA 1 and 3 are one), and a v6 signature
 * for a v6 key, v3 or v4 for a v4 key (RFC 9580 section 5.2).
 */
export function canBelongTogether(
  key: KeyPacket,
  signature: Pick<SignaturePacket, 'version' | 'algorithm'>,
): boolean {
  if ((key.version === 6) !== (signature.version === 6)) return false
  const algorithm = SIGNATURE_ALGORITHMS.get(signature.algorithm)
  if (algorithm === undefined || algorithm.family !== key.material.family) return false
  return algorithm.family === 'rsa' || key.algorithm === signature.algorithm
}

/**
 * The signature's value in the form of its key: RSA left-padded to the modulus (RFC 8017 section 8.2.2; a short value
 * is genuine, the interoperability suite has nine), DSA and ECDSA as r || s (IEEE P1363), EdDSA as R || S.
 *
 * @returns undefined where no such signature can exist: longer than or not below the modulus, r or s outside
 *   [1, order - 1], a native string of the wrong length
 */
export function signatureValue(key: KeyPacket, signature: SignaturePacket): Uint8Array | undefined {
  const algorithm = SIGNATURE_ALGORITHMS.get(signature.algorithm)
  if (algorithm === undefined || !canBelongTogether(key, signature)) return undefined
  const { material } = signature
  if (material.form === 'native') {
    if (algorithm.integers !== 0 || !('point' in key.material)) return undefined
    const family = key.material.family
    if (family === 'ecdsa') return undefined
    return material.value.length === 2 * EDWARDS_OCTETS[family] ? material.value : undefined
  }
  if (material.values.length !== algorithm.integers) return undefined
  return fromIntegers(key.material, algorithm, material.values)
}

function fromIntegers(
  key: KeyMaterial,
  algorithm: SignatureAlgorithm,
  values: readonly Uint8Array[],
): Uint8Array | undefined {
  const [first, second] = values
  if (first === undefined) return undefined
  if (key.family === 'rsa') {
    return isLess(first, key.n) ? padded(first, trimmed(key.n).length) : undefined
  }
  if (second === undefined) return undefined
  if (key.family === 'ed25519' || key.family === 'ed448') {
    return joined(first, second, EDWARDS_OCTETS[algorithm.family === 'ed448' ? 'ed448' : 'ed25519'])
  }
  const order = groupOrder(key)
  if (order === undefined || !isInRange(first, order) || !isInRange(second, order)) return undefined
  return joined(first, second, trimmed(order).length)
}

function joined(first: Uint8Array, second: Uint8Array, length: number): Uint8Array | undefined {
  const left = padded(first, length)
  const right = padded(second, length)
  return left === undefined || right === undefined ? undefined : Buffer.concat([left, right])
}
