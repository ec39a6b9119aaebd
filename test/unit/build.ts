/**
 * Builds OpenPGP octets by hand for tests: packets, keys, signatures, subpackets, armor. Makes what it is told to, wrong
 * values included; nothing here is signed. Lengths are the shortest form unless a form is named.
 */
import { Writer } from '../../protocol/bytes.ts'

export type Octets = Uint8Array | readonly number[]

export function concat(...parts: readonly Octets[]): Uint8Array {
  const writer = new Writer()
  for (const part of parts) writer.bytes(Uint8Array.from(part))
  return writer.take()
}

export function u16(value: number): Uint8Array {
  return new Writer().u16(value).take()
}

export function u32(value: number): Uint8Array {
  return new Writer().u32(value).take()
}

/** `length` octets, all `value`. */
export function fill(length: number, value = 0x5a): Uint8Array {
  return new Uint8Array(length).fill(value)
}

/** Octets of a text, Latin-1. */
export function text(value: string): Uint8Array {
  return Uint8Array.from(value, (character) => character.charCodeAt(0))
}

export type NewLength = 'shortest' | 'one' | 'two' | 'five'

/** A new-format length (RFC 9580 section 4.2.1). */
function newLength(length: number, form: NewLength): Uint8Array {
  const shortest = length < 192 ? 'one' : length < 8384 ? 'two' : 'five'
  switch (form === 'shortest' ? shortest : form) {
    case 'one':
      return Uint8Array.of(length)
    case 'two':
      return Uint8Array.of(192 + Math.floor((length - 192) / 256), (length - 192) % 256)
    default:
      return concat([0xff], u32(length))
  }
}

/** A packet with a new-format header. */
export function packet(tag: number, body: Octets, form: NewLength = 'shortest'): Uint8Array {
  return concat([0xc0 + tag], newLength(body.length, form), body)
}

/** A packet with an old-format header; `lengthType` 0, 1 or 2 is 1, 2 or 4 octets of length. */
export function oldPacket(tag: number, body: Octets, lengthType: 0 | 1 | 2 = 1): Uint8Array {
  const lengths = [Uint8Array.of(body.length), u16(body.length), u32(body.length)]
  return concat([0x80 + tag * 4 + lengthType], lengths[lengthType] ?? [], body)
}

/** An integer of exactly these octets; `bits` defaults to the canonical count. */
export function mpi(octets: Octets, bits?: number): Uint8Array {
  const value = Uint8Array.from(octets)
  return concat(u16(bits ?? value.length * 8 - (Math.clz32(value[0] ?? 0) - 24)), value)
}

export interface SubpacketOptions {
  readonly critical?: boolean
  readonly form?: NewLength
}

/** One signature subpacket (RFC 9580 section 5.2.3.7). */
export function subpacket(type: number, data: Octets, options: SubpacketOptions = {}): Uint8Array {
  const form = options.form ?? 'shortest'
  const length = newLength(data.length + 1, form)
  return concat(length, [type + (options.critical === true ? 0x80 : 0)], data)
}

/** Subpackets that tests need often. */
export const sub = {
  created: (seconds = 1_700_000_000): Uint8Array => subpacket(2, u32(seconds)),
  issuerKeyId: (keyId: Octets = fill(8, 0x1d)): Uint8Array => subpacket(16, keyId),
  issuerFingerprint: (version: number, fingerprint: Octets): Uint8Array =>
    subpacket(33, concat([version], fingerprint)),
  embedded: (signature: Octets): Uint8Array => subpacket(32, signature),
} as const

export interface SignatureParts {
  readonly type?: number
  readonly algorithm?: number
  readonly hash?: number
  readonly hashed?: Octets
  readonly unhashed?: Octets
  readonly left16?: number
  /** version 6 only, with its length octet; defaults to 16 octets */
  readonly salt?: Octets
  readonly material?: Octets
}

/** A 2-octet "RSA signature". */
const SHORT_RSA = mpi([0x81, 0x02])

/** The body of a version 4 signature; RSA with SHA-256 unless told otherwise. */
export function signature4(parts: SignatureParts = {}): Uint8Array {
  const { hashed = sub.created(), unhashed = [], left16 = 0xabcd } = parts
  return concat(
    [4, parts.type ?? 0, parts.algorithm ?? 1, parts.hash ?? 8],
    u16(hashed.length),
    hashed,
    u16(unhashed.length),
    unhashed,
    u16(left16),
    parts.material ?? SHORT_RSA,
  )
}

/** The body of a version 6 signature; Ed25519 with SHA-256 unless told otherwise. */
export function signature6(parts: SignatureParts = {}): Uint8Array {
  const { hashed = sub.created(), unhashed = [], left16 = 0xabcd } = parts
  return concat(
    [6, parts.type ?? 0, parts.algorithm ?? 27, parts.hash ?? 8],
    u32(hashed.length),
    hashed,
    u32(unhashed.length),
    unhashed,
    u16(left16),
    parts.salt ?? concat([16], fill(16, 0x5a)),
    parts.material ?? fill(64),
  )
}

/** The body of a version 3 signature; DSA with SHA-1 unless told otherwise. */
export function signature3(parts: SignatureParts & { readonly created?: number } = {}): Uint8Array {
  return concat(
    [3, 5, parts.type ?? 0],
    u32(parts.created ?? 1_000_000_000),
    fill(8, 0x1d),
    [parts.algorithm ?? 17, parts.hash ?? 2],
    u16(parts.left16 ?? 0xabcd),
    parts.material ?? concat(mpi([0x01]), mpi([0x02])),
  )
}

export interface KeyParts {
  readonly created?: number
  readonly algorithm?: number
  readonly material?: Octets
}

/** The body of a version 4 key; RSA with a modulus of 3 octets unless told otherwise. */
export function key4(parts: KeyParts = {}): Uint8Array {
  return concat(
    [4],
    u32(parts.created ?? 1_600_000_000),
    [parts.algorithm ?? 1],
    parts.material ?? concat(mpi([0xc1, 0x02, 0x03]), mpi([0x01, 0x00, 0x01])),
  )
}

/** The body of a version 6 key; Ed25519 unless told otherwise. */
export function key6(parts: KeyParts = {}): Uint8Array {
  const material = parts.material ?? fill(32)
  return concat(
    [6],
    u32(parts.created ?? 1_700_000_000),
    [parts.algorithm ?? 27],
    u32(material.length),
    material,
  )
}

/** A small certificate of invented octets: primary key, user id, certification, subkey, binding with a back-signature. */
export function certificate(): Uint8Array {
  const backSignature = signature4({ type: 0x19 })
  return concat(
    packet(6, key4()),
    packet(13, text('Alice <alice@example.org>')),
    packet(2, signature4({ type: 0x13, unhashed: sub.issuerKeyId() })),
    packet(14, key4({ algorithm: 27, material: fill(32) })),
    packet(2, signature4({ type: 0x18, unhashed: sub.embedded(backSignature) })),
  )
}

export interface ArmorOptions {
  readonly label?: string
  readonly headers?: readonly string[]
  readonly checksum?: string
  readonly lineEnd?: string
  readonly width?: number
}

/** An armored block of these octets; the checksum line is written as told, or left out. */
export function armored(data: Octets, options: ArmorOptions = {}): string {
  const { label = 'MESSAGE', headers = [], lineEnd = '\n', width = 64, checksum } = options
  const base64 = Buffer.from(Uint8Array.from(data)).toString('base64')
  const lines = base64.match(new RegExp(`.{1,${width}}`, 'g')) ?? []
  return [
    `-----BEGIN PGP ${label}-----`,
    ...headers,
    '',
    ...lines,
    ...(checksum === undefined ? [] : [`=${checksum}`]),
    `-----END PGP ${label}-----`,
    '',
  ].join(lineEnd)
}

/** A cleartext-signed message; `lines` as they stand in the text, dash-escaped by the caller. */
export function cleartext(
  lines: readonly string[],
  options: { readonly headers?: readonly string[]; readonly signature?: string } = {},
): string {
  const { headers = ['Hash: SHA256'] } = options
  const signature = options.signature ?? armored(packet(2, signature4()), { label: 'SIGNATURE' })
  return ['-----BEGIN PGP SIGNED MESSAGE-----', ...headers, '', ...lines, signature].join('\n')
}
