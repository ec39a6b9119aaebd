/**
 * Writes real OpenPGP octets for tests, the bench and comparisons with other programs: certificates and detached
 * signatures by throw-away keys. Signing itself is test/unit/openpgp-make.ts; here its objects become packets, areas and
 * files laid out as GnuPG does: fingerprint and time hashed, key id unhashed, a back-signature inside its binding.
 *
 * ```ts
 * const key = makeKey('p256')
 * const file = certificateBytes(key, { userIds: ['Alice <alice@example.org>'] })
 * const signature = signDetached(key, data, { type: 1 })
 * ```
 */
import { createHash, generateKeyPairSync } from 'node:crypto'
import type { Fingerprint, KeyId, Subpacket } from '../../manager/openpgp/model.ts'
import { armored, concat, mpi, packet, u16, u32 } from '../unit/build.ts'
import {
  byFingerprint,
  byKeyId,
  day,
  FLAG,
  keyData,
  type MadeKey,
  makeSignature,
  makeUser,
  seconds,
  sub,
  makeKey as unitKey,
  userData,
} from '../unit/openpgp-make.ts'

export { armored, day, FLAG, type MadeKey, sub }

/** RSA, ECDSA and Ed25519 in its legacy form (algorithm 22), as most signers have them today. */
export type WriterKey = 'rsa4096' | 'rsa2048' | 'p256' | 'ed25519'

/** When a key was made unless told otherwise; signatures are made a day later. */
const CREATED: number = day(0)

/**
 * A new key of version 4, primary or signing subkey alike.
 *
 * @param created seconds since 1970
 */
export function makeKey(kind: WriterKey, created: number = CREATED): MadeKey {
  const time = seconds(created)
  if (kind === 'rsa2048') return unitKey({ kind: 'rsa', created: time })
  if (kind === 'p256') return unitKey({ kind, created: time })
  if (kind === 'ed25519') return unitKey({ kind: 'legacy', created: time })
  return rsa4096(created)
}

function rsa4096(created: number): MadeKey {
  const { privateKey: secret } = generateKeyPairSync('rsa', { modulusLength: 4096 })
  const jwk = secret.export({ format: 'jwk' })
  const [n, e] = [Buffer.from(jwk.n ?? '', 'base64url'), Buffer.from(jwk.e ?? '', 'base64url')]
  const body = concat([4], u32(created), [1], mpi(n), mpi(e))
  const framed = concat([0x99], u16(body.length), body)
  const fingerprint = createHash('sha1').update(framed).digest('hex')
  const packet: MadeKey['packet'] = {
    ...unitKey({ created: seconds(created), name: 'a pattern' }).packet,
    body,
    algorithm: 1,
    material: { family: 'rsa', n, e },
    fingerprint: fingerprint as Fingerprint,
    keyId: fingerprint.slice(-16) as KeyId,
  }
  return { packet, secret }
}

/** What a signature says beside what it is over. */
export interface WriteOptions {
  /** signature type octet: 0 binary, 1 text, and those of certificates */
  readonly type?: number
  /** hash number: 8 SHA-256 (default), 10 SHA-512 ... */
  readonly hash?: number
  /** seconds since 1970; default a day after the keys */
  readonly created?: number
  /** the issuer is named by fingerprint in the hashed area, by key id in the unhashed one; default `both` */
  readonly issuer?: 'hashed' | 'unhashed' | 'both' | 'none'
  /** the key that is named; default: the one that signs */
  readonly issuerKey?: MadeKey
  /** more hashed subpackets */
  readonly hashed?: readonly Subpacket[]
  /** spoils the 16 bits of the digest, or the value */
  readonly corrupt?: 'left16' | 'value'
}

type Over = readonly Uint8Array[]

/** A signature packet by `key` over exactly these octets. */
export function signaturePacket(key: MadeKey, octets: Over, options: WriteOptions): Uint8Array {
  return packet(2, signatureBody(key, octets, options))
}

function signatureBody(key: MadeKey, octets: Over, options: WriteOptions): Uint8Array {
  const { issuer = 'both', issuerKey = key, hashed = [], ...rest } = options
  const fingerprint = concat([4], Buffer.from(issuerKey.packet.fingerprint, 'hex'))
  const named: Subpacket = { type: 33, critical: false, data: fingerprint }
  return makeSignature(key, octets, {
    ...rest,
    created: seconds(options.created ?? CREATED + 86_400),
    hashed: issuer === 'hashed' || issuer === 'both' ? [named, ...hashed] : hashed,
    issuers: ISSUERS[issuer](issuerKey),
  }).body
}

/** What the unhashed area names. */
const ISSUERS = {
  hashed: () => [],
  none: () => [],
  both: (key: MadeKey) => [byKeyId(key)],
  unhashed: (key: MadeKey) => [byFingerprint(key), byKeyId(key)],
} as const

/** A detached signature over data: one packet. Files of several signatures are packets one after the other. */
export function signDetached(
  key: MadeKey,
  data: Uint8Array,
  options: WriteOptions = {},
): Uint8Array {
  return signaturePacket(key, [options.type === 1 ? withCrLf(data) : data], options)
}

/** Line ends as a text signature hashes them (RFC 9580 section 5.2.1.2). */
function withCrLf(data: Uint8Array): Uint8Array {
  const text = Buffer.from(data).toString('latin1')
  return new Uint8Array(Buffer.from(text.replace(/\r\n|\r|\n/g, '\r\n'), 'latin1'))
}

/** A revocation: its reason code (0 none, 1 superseded, 2 compromised, 3 retired), and what any signature can say. */
export interface Revocation extends WriteOptions {
  readonly reason?: number
}

export interface CertificateOptions {
  /** default: one */
  readonly userIds?: readonly string[]
  /** of the self-signatures; hashed subpackets replace the key flags `certify` and `sign` */
  readonly selfSignature?: WriteOptions
  readonly subkeys?: readonly {
    readonly key: MadeKey
    readonly binding?: WriteOptions
    /** false: without the back-signature that a signing subkey needs */
    readonly back?: boolean
    readonly revoked?: Revocation
  }[]
  /** of the primary key */
  readonly revoked?: Revocation
  /** of the last user id */
  readonly userIdRevoked?: Revocation
}

type Subkey = NonNullable<CertificateOptions['subkeys']>[number]

/** A certificate: primary key, its revocation, user ids with self-signatures, subkeys with bindings. */
export function certificateBytes(primary: MadeKey, options: CertificateOptions = {}): Uint8Array {
  const { userIds = ['Alice <alice@example.org>'], subkeys = [], revoked, userIdRevoked } = options
  const own = [keyData(primary)]
  const flags = [sub.flags(FLAG.certify | FLAG.sign)]
  const parts = [packet(6, primary.packet.body)]
  if (revoked !== undefined) parts.push(revocation(primary, own, 0x20, revoked))
  for (const [index, name] of userIds.entries()) {
    const user = makeUser(name)
    const over = [...own, userData(user)]
    const self = { type: 0x13, created: CREATED, hashed: flags, ...options.selfSignature }
    parts.push(packet(13, user.body), signaturePacket(primary, over, self))
    if (userIdRevoked !== undefined && index === userIds.length - 1) {
      parts.push(revocation(primary, over, 0x30, userIdRevoked))
    }
  }
  for (const subkey of subkeys) {
    const over = [...own, keyData(subkey.key)]
    parts.push(packet(14, subkey.key.packet.body), binding(primary, over, subkey))
    if (subkey.revoked !== undefined) parts.push(revocation(primary, over, 0x28, subkey.revoked))
  }
  return concat(...parts)
}

function binding(primary: MadeKey, over: Over, subkey: Subkey): Uint8Array {
  const { key, binding: options = {}, back = true } = subkey
  const created = options.created ?? CREATED
  const embedded = (): Subpacket => ({
    type: 32,
    critical: false,
    data: signatureBody(key, over, { type: 0x19, created }),
  })
  const hashed = [...(options.hashed ?? [sub.flags(FLAG.sign)]), ...(back ? [embedded()] : [])]
  return signaturePacket(primary, over, { type: 0x18, ...options, created, hashed })
}

function revocation(primary: MadeKey, over: Over, type: number, what: Revocation): Uint8Array {
  const { reason = 0, hashed = [], ...rest } = what
  return signaturePacket(primary, over, { type, ...rest, hashed: [sub.reason(reason), ...hashed] })
}
