/**
 * What the values of a key packet mean, and whether the clean model can hold them. Trusted side; the manager's alone,
 * after the structure was found the same on both sides. Refuses unknown curves, points in another form and RSA numbers
 * that no key generator makes; that a point lies on its curve is checked where the key is used.
 */
import { curveByOid } from '../openpgp/curves.ts'
import type { KeyMaterial } from '../openpgp/model.ts'
import { Fault } from './fault.ts'

/** Object identifiers of the legacy forms (RFC 9580 section 9.2). */
const ED25519_LEGACY = Uint8Array.of(0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x0f, 0x01)
const CURVE25519_LEGACY = Uint8Array.of(
  ...[0x2b, 0x06, 0x01, 0x04, 0x01, 0x97, 0x55, 0x01, 0x05, 0x01],
)
const NONE = new Uint8Array(0)

const isSame = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) === 0

/**
 * @param values the parts that material.ts read for this algorithm, in order
 * @param offset where the material begins in the input
 * @throws {@link Fault} `malformed`, `unsupported-algorithm`
 */
export function cleanMaterial(
  version: 4 | 6,
  algorithm: number,
  values: readonly Uint8Array[],
  offset: number,
): KeyMaterial {
  const [first = NONE, second = NONE, third = NONE, fourth = NONE] = values
  switch (algorithm) {
    case 1:
    case 3:
      return rsa(first, second, offset)
    case 2:
      rsa(first, second, offset)
      return { family: 'encryption' }
    case 17:
      return { family: 'dsa', p: first, q: second, g: third, y: fourth }
    case 18:
      if (version === 6) refuseLegacy(first, CURVE25519_LEGACY, offset)
      return { family: 'encryption' }
    case 19:
      return ecdsa(first, second, offset)
    case 22:
      if (version === 6) refuseLegacy(first, ED25519_LEGACY, offset)
      return edwardsLegacy(first, second, offset)
    case 27:
      return { family: 'ed25519', point: first }
    case 28:
      return { family: 'ed448', point: first }
    case 16:
    case 20:
    case 25:
    case 26:
      return { family: 'encryption' }
    default:
      throw new Fault('unsupported-algorithm', 'expected a known public-key algorithm', offset)
  }
}

/** An even modulus or exponent, or one of 1, makes every value or none a signature. */
function rsa(n: Uint8Array, e: Uint8Array, offset: number): KeyMaterial {
  const isOdd = (value: Uint8Array): boolean => (value.at(-1) ?? 0) % 2 === 1
  if (!isOdd(n)) throw new Fault('malformed', 'expected an odd RSA modulus', offset)
  if (!isOdd(e) || (e.length === 1 && e[0] === 1)) {
    throw new Fault('malformed', 'expected an odd RSA exponent of at least 3', offset)
  }
  return { family: 'rsa', n, e }
}

/** RFC 9580 section 11.2.1: an uncompressed point is 04, then both coordinates at the size of the field. */
function ecdsa(oid: Uint8Array, point: Uint8Array, offset: number): KeyMaterial {
  const curve = curveByOid(oid)
  if (curve === undefined) {
    throw new Fault('unsupported-algorithm', 'expected a known curve', offset)
  }
  if (point.length !== 1 + 2 * curve.fieldOctets || point[0] !== 0x04) {
    throw new Fault('malformed', "expected an uncompressed point of the curve's size", offset)
  }
  return { family: 'ecdsa', curve: curve.name, point }
}

/** RFC 9580 section 11.2.2: a native point is prefixed with 40. */
function edwardsLegacy(oid: Uint8Array, point: Uint8Array, offset: number): KeyMaterial {
  if (!isSame(oid, ED25519_LEGACY)) {
    throw new Fault('unsupported-algorithm', 'expected the curve Ed25519Legacy', offset)
  }
  if (point.length !== 33 || point[0] !== 0x40) {
    throw new Fault('malformed', 'expected the octet 40 and a point of 32 octets', offset)
  }
  return { family: 'ed25519', point: point.subarray(1) }
}

/** RFC 9580 section 5.5.5.5: version 6 keys must not be accepted with the deprecated identifiers. */
function refuseLegacy(oid: Uint8Array, legacy: Uint8Array, offset: number): void {
  if (isSame(oid, legacy)) {
    throw new Fault('malformed', 'expected no legacy curve in a version 6 key', offset)
  }
}
