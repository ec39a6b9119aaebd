/**
 * The clean side's picture of OpenPGP packets. Values of these types are made by manager/sanitise/ only, from the
 * manager's own copy of the bytes; whoever holds one may rely on every field. Verification reads these types and
 * never the input again. Immutable.
 */

declare const brand: unique symbol
type Branded<T, Name extends string> = T & { readonly [brand]: Name }

/** Lower-case hexadecimal fingerprint: 40 digits (v4, RFC 9580 section 5.5.4.2) or 64 (v6). */
export type Fingerprint = Branded<string, 'Fingerprint'>
/** Lower-case hexadecimal key id, 16 digits: the end of a v4 fingerprint, the start of a v6 one. */
export type KeyId = Branded<string, 'KeyId'>
/** Seconds since 1970-01-01 00:00:00 UTC, 0 to 2^32-1 where read from a packet. */
export type UnixSeconds = Branded<number, 'UnixSeconds'>

/** A place in the input that the bytes came from, for messages: octets from its start. */
export interface Place {
  readonly offset: number
  readonly length: number
}

/** Key material, by algorithm family. Integers are big-endian without leading zero octets. */
export type KeyMaterial =
  | { readonly family: 'rsa'; readonly n: Uint8Array; readonly e: Uint8Array }
  | {
      readonly family: 'dsa'
      readonly p: Uint8Array
      readonly q: Uint8Array
      readonly g: Uint8Array
      readonly y: Uint8Array
    }
  /** `curve` from the closed table of curves.ts; `point` is SEC 1 uncompressed, 04 || x || y */
  | { readonly family: 'ecdsa'; readonly curve: string; readonly point: Uint8Array }
  /** EdDSA legacy (22) and Ed25519 (27) alike: `point` is the native encoding */
  | { readonly family: 'ed25519'; readonly point: Uint8Array }
  | { readonly family: 'ed448'; readonly point: Uint8Array }
  /** an encryption key: kept for its fingerprint and binding only */
  | { readonly family: 'encryption' }

/** A public key or public subkey packet (RFC 9580 section 5.5). */
export interface KeyPacket {
  readonly role: 'primary' | 'subkey'
  readonly place: Place
  /** the packet's body, the manager's own copy */
  readonly body: Uint8Array
  readonly version: 4 | 6
  readonly created: UnixSeconds
  /** public-key algorithm number (RFC 9580 section 9.1) */
  readonly algorithm: number
  readonly material: KeyMaterial
  readonly fingerprint: Fingerprint
  readonly keyId: KeyId
}

/** One subpacket of a hashed area, as walked by the manager (RFC 9580 section 5.2.3.7). */
export interface Subpacket {
  /** type without the critical bit */
  readonly type: number
  readonly critical: boolean
  readonly data: Uint8Array
}

/** Which key an unhashed or hashed subpacket says made the signature: a hint, never evidence. */
export type IssuerHint =
  | { readonly kind: 'keyId'; readonly keyId: KeyId }
  | { readonly kind: 'fingerprint'; readonly fingerprint: Fingerprint }

/** The algorithm-specific part of a signature: multiprecision integers as read, or one native string. */
export type SignatureMaterial =
  | { readonly form: 'mpis'; readonly values: readonly Uint8Array[] }
  | { readonly form: 'native'; readonly value: Uint8Array }

/** A signature packet whose structure holds; nothing is verified yet (RFC 9580 section 5.2). */
export interface SignaturePacket {
  readonly place: Place
  readonly body: Uint8Array
  readonly version: 3 | 4 | 6
  /** signature type octet (RFC 9580 section 5.2.1) */
  readonly type: number
  readonly algorithm: number
  readonly hash: number
  /** what enters the digest after the data, without the trailer: 5 (v3), 6 + n (v4), 8 + n (v6) octets */
  readonly hashedPart: Uint8Array
  readonly hashed: readonly Subpacket[]
  /** from the hashed part (v4, v6) or the body (v3); undefined where a v4 signature has none */
  readonly created: UnixSeconds | undefined
  /** hashed ones first, then unhashed ones; no duplicates */
  readonly issuers: readonly IssuerHint[]
  /** left 16 bits of the digest, as the packet claims them */
  readonly left16: number
  readonly salt: Uint8Array | undefined
  readonly material: SignatureMaterial
  /** embedded signatures of either area (section 5.2.3.34), themselves without embedded ones */
  readonly embedded: readonly SignaturePacket[]
  /** accepted deviations, for the verdict's notes: `mpi-leading-zero` ... */
  readonly notes: readonly string[]
}

/** A user id or user attribute packet: opaque octets. */
export interface UserPacket {
  readonly kind: 'userId' | 'userAttribute'
  readonly place: Place
  readonly body: Uint8Array
}

/** A packet that the manager agrees cannot be used, and why, in its own words. */
export interface FlawedPacket {
  readonly tag: number
  readonly place: Place
  /** the packet's body, for what must still be asked of it (a broken revocation fails closed) */
  readonly body: Uint8Array
  readonly reason: 'malformed' | 'unsupported-version' | 'unsupported-algorithm'
  /** what was expected, lower case, no input octet */
  readonly detail: string
  /** where in the input */
  readonly offset: number
}

/** A packet of any other kind, by tag; ignored or refused by the grammar of its container. */
export interface OtherPacket {
  readonly tag: number
  readonly place: Place
}

/** One packet of the input. A list of them tiles the input: no octet is unaccounted for. */
export type Packet =
  | { readonly kind: 'key'; readonly key: KeyPacket }
  | { readonly kind: 'signature'; readonly signature: SignaturePacket }
  | { readonly kind: 'user'; readonly user: UserPacket }
  | { readonly kind: 'flawed'; readonly flawed: FlawedPacket }
  | { readonly kind: 'other'; readonly other: OtherPacket }

/** The whole input as packets; `stop` says where and why it could not be read to its end. */
export interface PacketSequence {
  readonly packets: readonly Packet[]
  readonly stop: { readonly offset: number; readonly detail: string } | undefined
}

/** One armored block, decoded (RFC 9580 section 6). */
export interface ArmorBlock {
  readonly label: 'publicKey' | 'signature' | 'message' | 'privateKey'
  readonly place: Place
  readonly data: Uint8Array
}

/** An armored text, tiled by the manager: blocks and where text lies outside them. */
export interface ArmoredText {
  readonly blocks: readonly ArmorBlock[]
  readonly outside: readonly Place[]
  readonly stop: { readonly offset: number; readonly detail: string } | undefined
}
