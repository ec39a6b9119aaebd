/**
 * What a signature packet that cannot be used still says: is it a revocation, and does it claim the primary key? Trusted
 * side; reads hostile octets, linearly and leniently, to fail closed - whatever it cannot read counts as a claim, and a
 * claim can only make a key unusable, never good.
 */
import { Reader, WireError } from '../../protocol/bytes.ts'
import { SUBPACKET, TYPE } from './algorithms.ts'
import { WILDCARD } from './issuer.ts'
import type { FlawedPacket, KeyPacket } from './model.ts'

/** Type of a revocation (RFC 9580 sections 5.2.1.11 to 5.2.1.13). */
export type RevocationType =
  | typeof TYPE.keyRevocation
  | typeof TYPE.subkeyRevocation
  | typeof TYPE.certificationRevocation

const REVOCATIONS: readonly RevocationType[] = [
  TYPE.keyRevocation,
  TYPE.subkeyRevocation,
  TYPE.certificationRevocation,
]

/** The revocation type, if a signature type is one. */
export function revocationType(type: number): RevocationType | undefined {
  return REVOCATIONS.find((known) => known === type)
}

/** Where the type octet stands: behind version and length (v2, v3), behind the version (v4 to v6). */
const TYPE_AT: ReadonlyMap<number, number> = new Map([
  [2, 2],
  [3, 2],
  [4, 1],
  [5, 1],
  [6, 1],
])

/**
 * The type of the revocation that a flawed signature packet is, if it claims to be by this primary key. Unknown packet
 * versions say nothing and are ignored (RFC 9580 section 5.2.5).
 */
export function claimedRevocation(
  flawed: FlawedPacket,
  primary: KeyPacket,
): RevocationType | undefined {
  const version = flawed.body[0] ?? 0
  const at = TYPE_AT.get(version)
  const type = at === undefined ? undefined : flawed.body[at]
  const revocation = type === undefined ? undefined : revocationType(type)
  if (revocation === undefined) return undefined
  return namesOnlyOthers(flawed.body, version, primary) ? undefined : revocation
}

/** True only if the packet's areas can be read whole, hold an issuer, and no issuer is the primary or left open. */
function namesOnlyOthers(body: Uint8Array, version: number, primary: KeyPacket): boolean {
  try {
    const issuers = version < 4 ? [oldIssuer(body)] : areaIssuers(body, version)
    return (
      issuers.length > 0 &&
      !issuers.some((hex) => [WILDCARD, primary.keyId, primary.fingerprint].includes(hex))
    )
  } catch (error) {
    if (error instanceof WireError) return false
    throw error
  }
}

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')

/** Version, length, type, time (4), key id (8). */
function oldIssuer(body: Uint8Array): string {
  const reader = new Reader(body)
  reader.bytes(7)
  return hex(reader.bytes(8))
}

/** Version, type, algorithms, then two areas behind a length of 2 octets (v4, v5) or 4 (v6). */
function areaIssuers(body: Uint8Array, version: number): readonly string[] {
  const reader = new Reader(body)
  reader.bytes(4)
  const issuers: string[] = []
  for (let area = 0; area < 2; area += 1) {
    const length = version === 6 ? reader.u32() : reader.u16()
    const inner = new Reader(reader.bytes(length))
    while (inner.left > 0) {
      const subpacket = new Reader(inner.bytes(subpacketLength(inner)))
      const type = subpacket.u8() % 128
      if (type === SUBPACKET.issuerKeyId) issuers.push(hex(subpacket.bytes(8)))
      if (type === SUBPACKET.issuerFingerprint) {
        subpacket.u8()
        issuers.push(hex(subpacket.bytes(subpacket.left)))
      }
    }
  }
  return issuers
}

/** RFC 9580 section 5.2.3.7. */
function subpacketLength(reader: Reader): number {
  const first = reader.u8()
  if (first < 192) return first
  if (first < 255) return (first - 192) * 256 + reader.u8() + 192
  return reader.u32()
}
