/**
 * The frame of signature subpackets (RFC 9580 section 5.2.3.7), and the sizes of those that have a fixed one. Handler
 * side. What is in the hashed area is read again by the manager; only hints are named (areas.ts).
 *
 * Refused: a length of 0 (there is always a type octet), and a subpacket that leaves its area.
 */
import type { Body } from './body.ts'

/** Subpacket types that this parser looks into (RFC 9580 section 5.2.3.7). */
export const SUBPACKET = {
  created: 2,
  signatureExpiry: 3,
  exportable: 4,
  trust: 5,
  revocable: 7,
  keyExpiry: 9,
  issuerKeyId: 16,
  primaryUserId: 25,
  revocationReason: 29,
  embedded: 32,
  issuerFingerprint: 33,
} as const

const FIXED_LENGTH: ReadonlyMap<number, number> = new Map([
  [SUBPACKET.created, 4],
  [SUBPACKET.signatureExpiry, 4],
  [SUBPACKET.exportable, 1],
  [SUBPACKET.trust, 2],
  [SUBPACKET.revocable, 1],
  [SUBPACKET.keyExpiry, 4],
  [SUBPACKET.issuerKeyId, 8],
  [SUBPACKET.primaryUserId, 1],
])

/** Subpackets that need at least one octet: a reason code, a version. */
const NOT_EMPTY: ReadonlySet<number> = new Set([
  SUBPACKET.revocationReason,
  SUBPACKET.embedded,
  SUBPACKET.issuerFingerprint,
])

/** Octets of an issuer fingerprint with its version octet, per key version; others may have any size. */
const FINGERPRINT_LENGTH: ReadonlyMap<number, number> = new Map([
  [4, 21],
  [6, 33],
])

/**
 * Takes the length of the next subpacket of an area that is not at its end: at least 1, for the type octet, and no more
 * than is left. Undefined if the frame is broken.
 */
export function takeLength(area: Body): number | undefined {
  const length = takeNumber(area)
  return length === undefined || length === 0 || length > area.left ? undefined : length
}

/** Unlike in a packet header, 224 to 254 begin a two-octet length. */
function takeNumber(area: Body): number | undefined {
  const first = area.u8()
  if (first < 192) return first
  if (first < 255) return area.left < 1 ? undefined : (first - 192) * 256 + area.u8() + 192
  return area.left < 4 ? undefined : area.u32()
}

/** Takes the type octet after a length, without the critical bit. */
export function takeType(area: Body): number {
  return area.u8() & 0x7f
}

/** Whether `length` octets of data can be of this type; an issuer fingerprint's version octet says more. */
export function canHaveLength(type: number, length: number): boolean {
  if (length === 0 && NOT_EMPTY.has(type)) return false
  const fixed = FIXED_LENGTH.get(type)
  return fixed === undefined || fixed === length
}

/** The octets that an issuer fingerprint of this key version takes, its version octet included; undefined: any. */
export function fingerprintLength(version: number): number | undefined {
  return FINGERPRINT_LENGTH.get(version)
}
