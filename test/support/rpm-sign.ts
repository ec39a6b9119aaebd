/** Signatures of RPM packages for tests, and the tags that they stand under. */
import type { Subpacket } from '../../manager/openpgp/model.ts'
import { concat, oldPacket } from '../unit/build.ts'
import {
  byKeyId,
  day,
  type MadeKey,
  makeSignature,
  type SignOptions,
  seconds,
} from '../unit/openpgp-make.ts'
import { bin, type HeaderEntry, stringArray } from './rpm-header.ts'

/** A signature that a package holds. */
export interface PackageSigner {
  readonly key: MadeKey
  readonly over: 'header' | 'header-and-payload'
  /** default: 268 or 1002 for RSA, 267 or 1005 for others. All of 278 become one array of base64 */
  readonly tag?: 267 | 268 | 278 | 1002 | 1005
  /** of the signature; default: that of the key */
  readonly version?: 3 | 4 | 6
  /** hash number: 8 SHA-256 (default), 2 SHA-1, 10 SHA-512 ... */
  readonly hash?: number
  /** signature type octet; default 0 */
  readonly type?: number
  /** seconds since 1970; default a day after the keys */
  readonly created?: number
  /** more hashed subpackets */
  readonly hashed?: readonly Subpacket[]
  /** spoils the 16 bits of the digest, or the value */
  readonly corrupt?: 'left16' | 'value'
  /** signs these octets, whatever the package holds */
  readonly instead?: Uint8Array
  /** the last word about the packet, as it goes into the header */
  readonly wrap?: (packet: Uint8Array) => Uint8Array
}

/** What can be signed. */
export interface Signable {
  readonly header: Uint8Array
  readonly payload: Uint8Array
}

/** The entries of these signatures in a signature header, in the order of the signers. */
export function signatureEntries(
  signers: readonly PackageSigner[],
  signable: Signable,
): HeaderEntry[] {
  const made = signers.map((signer) => ({
    tag: signer.tag ?? usualTag(signer),
    packet: signedBy(signer, signable),
  }))
  const modern = made.filter(({ tag }) => tag === 278)
  const base64 = modern.map(({ packet }) => Buffer.from(packet).toString('base64'))
  return [
    ...made.flatMap(({ tag, packet }) => (tag === 278 ? [] : [bin(tag, packet)])),
    ...(modern.length > 0 ? [stringArray(278, ...base64)] : []),
  ]
}

function usualTag({ key, over }: PackageSigner): number {
  const isRsa = key.packet.material.family === 'rsa'
  if (over === 'header') return isRsa ? 268 : 267
  return isRsa ? 1002 : 1005
}

function signedBy(signer: PackageSigner, { header, payload }: Signable): Uint8Array {
  const { key, over, instead, wrap = (same: Uint8Array) => same } = signer
  const data = instead ?? (over === 'header' ? header : concat(header, payload))
  const { body } = makeSignature(key, [data], signOptions(signer))
  // framed as GnuPG does, which is what packages hold
  return wrap(oldPacket(2, body, body.length < 256 ? 0 : 1))
}

function signOptions(signer: PackageSigner): SignOptions {
  const { key, version = key.packet.version, hash, type, corrupt, hashed = [] } = signer
  const fingerprint = concat([version], Buffer.from(key.packet.fingerprint, 'hex'))
  return {
    created: seconds(signer.created ?? day(1)),
    hashed: [{ type: 33, critical: false, data: fingerprint }, ...hashed],
    issuers: version === 6 ? [] : [byKeyId(key)],
    ...(signer.version === undefined ? {} : { version: signer.version }),
    ...(hash === undefined ? {} : { hash }),
    ...(type === undefined ? {} : { type }),
    ...(corrupt === undefined ? {} : { corrupt }),
  }
}
