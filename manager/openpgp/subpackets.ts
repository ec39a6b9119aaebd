/**
 * Reading single hashed subpackets (RFC 9580 section 5.2.3). Trusted side, pure. manager/sanitise has walked the area,
 * fixed the sizes and refused duplicates of these types.
 */
import { Reader } from '../../protocol/bytes.ts'
import { SUBPACKET } from './algorithms.ts'
import type { SignaturePacket } from './model.ts'

/** The data of a hashed subpacket. */
export function subpacket(signature: SignaturePacket, type: number): Uint8Array | undefined {
  return signature.hashed.find((candidate) => candidate.type === type)?.data
}

/** Four octets of seconds. */
export function secondsIn(data: Uint8Array | undefined): number | undefined {
  return data?.length === 4 ? new Reader(data).u32() : undefined
}

const SIGN_DATA = 0x02

/** Whether the key flags allow signing data; undefined where there are none (RFC 9580 section 5.2.3.29). */
export function allowsSigning(signature: SignaturePacket): boolean | undefined {
  const flags = subpacket(signature, SUBPACKET.keyFlags)
  return flags === undefined ? undefined : ((flags[0] ?? 0) & SIGN_DATA) !== 0
}
