/**
 * Fingerprints and key ids: computed from the manager's own copy of a key packet, or hexadecimal of what a signature
 * names. Trusted side. The file whose job it is to make the branded identifiers of the model.
 */
import { createHash } from 'node:crypto'
import { Writer } from '../../protocol/bytes.ts'
import type { Fingerprint, IssuerHint, KeyId } from '../openpgp/model.ts'

const hex = (octets: Uint8Array): string =>
  Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('hex')

/**
 * The fingerprint of a key packet's body: SHA-1 over `99 len2 body` (v4, RFC 9580 section 5.5.4.2), SHA-256 over
 * `9B len4 body` (v6, section 5.5.4.3).
 */
export function fingerprintOf(version: 4 | 6, body: Uint8Array): Fingerprint {
  const front = new Writer(5)
  if (version === 4) front.u8(0x99).u16(body.length)
  else front.u8(0x9b).u32(body.length)
  const hash = createHash(version === 4 ? 'sha1' : 'sha256')
  return hash.update(front.view()).update(body).digest('hex') as Fingerprint
}

/** The key id in a fingerprint: the last 8 octets of a v4 one, the first 8 of a v6 one (RFC 9580 section 5.5.4). */
export function keyIdOf(fingerprint: string): KeyId {
  // 40 digits are of version 4
  return (fingerprint.length === 40 ? fingerprint.slice(-16) : fingerprint.slice(0, 16)) as KeyId
}

/** The hint of an Issuer Key ID (RFC 9580 section 5.2.3.12), 8 octets. */
export function keyIdHint(octets: Uint8Array): IssuerHint {
  return { kind: 'keyId', keyId: hex(octets) as KeyId }
}

/** The hint of an Issuer Fingerprint (RFC 9580 section 5.2.3.35), 20 or 32 octets. */
export function fingerprintHint(octets: Uint8Array): IssuerHint {
  return { kind: 'fingerprint', fingerprint: hex(octets) as Fingerprint }
}
