/**
 * Subpackets: the framing of both areas of a signature, and what is asked of single types. Trusted side; reads hostile
 * octets, linearly. Refuses a length of zero and one that leaves its area.
 */
import { type FieldItem, ROLE } from '../../protocol/messages.ts'
import type { IssuerHint, Subpacket } from '../openpgp/model.ts'
import { field } from './claims.ts'
import type { Cursor } from './cursor.ts'
import { Fault } from './fault.ts'
import { fingerprintHint, keyIdHint } from './fingerprint.ts'
import { ISSUER_SIZES, SUBPACKET, SUBPACKET_SIZES, SUBPACKETS_ONCE } from './tables.ts'

/** A subpacket, and where its data begin in the input. */
export interface PlacedSubpacket extends Subpacket {
  readonly offset: number
}

/**
 * The next subpacket of an area: length, type with the critical bit, data (RFC 9580 section 5.2.3.7).
 *
 * @throws {@link Fault} `malformed`
 */
export function readSubpacket(area: Cursor): PlacedSubpacket {
  const at = area.offset
  const length = readLength(area)
  if (length === 0) throw new Fault('malformed', 'expected a subpacket of at least its type', at)
  const octet = area.u8('the type of a subpacket')
  const offset = area.offset
  const data = area.bytes(length - 1, 'a subpacket that ends in its area')
  return { type: octet % 128, critical: octet >= 128, data, offset }
}

/** One, two or five octets (RFC 9580 section 5.2.3.7). */
function readLength(area: Cursor): number {
  const what = 'the length of a subpacket'
  const first = area.u8(what)
  if (first < 192) return first
  if (first < 255) return (first - 192) * 256 + area.u8(what) + 192
  return area.u32(what)
}

/** Whether a subpacket has the size that its type asks for. */
export function hasItsSize({ type, data }: Subpacket): boolean {
  const [least, most] = SUBPACKET_SIZES.get(type) ?? [0, Number.POSITIVE_INFINITY]
  if (data.length < least || data.length > most) return false
  if (type !== SUBPACKET.issuerFingerprint) return true
  return data.length === (ISSUER_SIZES.get(data[0] ?? 0) ?? data.length)
}

/** Why a hashed area may not hold this subpacket beside the ones before it, if it may not. */
export function refuseRepeated(
  before: readonly Subpacket[],
  { type, offset }: PlacedSubpacket,
): Fault | undefined {
  const detail = SUBPACKETS_ONCE.get(type)
  if (detail === undefined || !before.some((other) => other.type === type)) return undefined
  return new Fault('malformed', detail, offset)
}

/** An issuer that a subpacket names: a hint, and the field that a reply must name for it where it is unhashed. */
export interface PlacedHint {
  readonly issuer: IssuerHint
  readonly field: FieldItem
}

/** The issuer that a subpacket of the right size names (RFC 9580 sections 5.2.3.12 and 5.2.3.35). */
export function hintIn({ type, data, offset }: PlacedSubpacket): PlacedHint | undefined {
  if (type === SUBPACKET.issuerKeyId) {
    return { issuer: keyIdHint(data), field: field(ROLE.issuerKeyId, offset, data.length) }
  }
  if (type !== SUBPACKET.issuerFingerprint || !ISSUER_SIZES.has(data[0] ?? 0)) return undefined
  const octets = data.subarray(1)
  return {
    issuer: fingerprintHint(octets),
    field: field(ROLE.issuerFingerprint, offset + 1, octets.length),
  }
}
