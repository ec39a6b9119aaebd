/**
 * The numbers of OpenPGP that the manager knows - algorithms, packet, signature and subpacket types -, as data. Trusted side; nothing here decides what is
 * acceptable (manager/policy does) - an algorithm that has no row is `unsupported-algorithm`.
 */

/** A hash algorithm (RFC 9580 section 9.5). */
export interface HashAlgorithm {
  readonly id: number
  /** the name of RFC 9580, for verdicts */
  readonly name: string
  /** node:crypto's name */
  readonly node: string
  /** length of the digest */
  readonly octets: number
  /** length of a v6 signature's salt (RFC 9580 table 23); undefined: not defined for v6 */
  readonly salt: number | undefined
}

const HASH_ROWS: readonly HashAlgorithm[] = [
  { id: 1, name: 'MD5', node: 'md5', octets: 16, salt: undefined },
  { id: 2, name: 'SHA1', node: 'sha1', octets: 20, salt: undefined },
  { id: 3, name: 'RIPEMD160', node: 'ripemd160', octets: 20, salt: undefined },
  { id: 8, name: 'SHA256', node: 'sha256', octets: 32, salt: 16 },
  { id: 9, name: 'SHA384', node: 'sha384', octets: 48, salt: 24 },
  { id: 10, name: 'SHA512', node: 'sha512', octets: 64, salt: 32 },
  { id: 11, name: 'SHA224', node: 'sha224', octets: 28, salt: 16 },
  { id: 12, name: 'SHA3-256', node: 'sha3-256', octets: 32, salt: 16 },
  { id: 14, name: 'SHA3-512', node: 'sha3-512', octets: 64, salt: 32 },
]

/** Hash algorithms by number. */
export const HASHES: ReadonlyMap<number, HashAlgorithm> = new Map(
  HASH_ROWS.map((row) => [row.id, row]),
)

/** How a signature algorithm's key and value look. */
export interface SignatureAlgorithm {
  readonly id: number
  readonly name: string
  /** the family of `KeyMaterial` that its keys have */
  readonly family: 'rsa' | 'dsa' | 'ecdsa' | 'ed25519' | 'ed448'
  /** multiprecision integers in a signature; 0: one native string */
  readonly integers: 0 | 1 | 2
  readonly source: string
}

const SIGNATURE_ROWS: readonly SignatureAlgorithm[] = [
  {
    id: 1,
    name: 'RSA',
    family: 'rsa',
    integers: 1,
    source: 'RFC 9580 section 5.2.3.1',
  },
  {
    id: 3,
    name: 'RSA (sign only)',
    family: 'rsa',
    integers: 1,
    source: 'RFC 9580 section 5.2.3.1',
  },
  {
    id: 17,
    name: 'DSA',
    family: 'dsa',
    integers: 2,
    source: 'RFC 9580 section 5.2.3.2',
  },
  {
    id: 19,
    name: 'ECDSA',
    family: 'ecdsa',
    integers: 2,
    source: 'RFC 9580 section 5.2.3.2',
  },
  {
    id: 22,
    name: 'EdDSA (legacy)',
    family: 'ed25519',
    integers: 2,
    source: 'RFC 9580 section 5.2.3.3',
  },
  {
    id: 27,
    name: 'Ed25519',
    family: 'ed25519',
    integers: 0,
    source: 'RFC 9580 section 5.2.3.4',
  },
  {
    id: 28,
    name: 'Ed448',
    family: 'ed448',
    integers: 0,
    source: 'RFC 9580 section 5.2.3.5',
  },
]

/** Signature algorithms by number (RFC 9580 section 9.1). RSA (2) is encrypt-only and has no row. */
export const SIGNATURE_ALGORITHMS: ReadonlyMap<number, SignatureAlgorithm> = new Map(
  SIGNATURE_ROWS.map((row) => [row.id, row]),
)

/** Packet types that the rules name (RFC 9580 section 5). */
export const TAG = {
  signature: 2,
  secretKey: 5,
  publicKey: 6,
  marker: 10,
  trust: 12,
  padding: 21,
} as const

/** Packet types from here on are not critical: unknown ones are ignored (RFC 9580 section 4.3). */
export const FIRST_UNCRITICAL_TAG = 40

/** Signature types that the manager names (RFC 9580 section 5.2.1). */
export const TYPE = {
  binary: 0x00,
  text: 0x01,
  genericCertification: 0x10,
  positiveCertification: 0x13,
  subkeyBinding: 0x18,
  primaryBinding: 0x19,
  directKey: 0x1f,
  keyRevocation: 0x20,
  subkeyRevocation: 0x28,
  certificationRevocation: 0x30,
} as const

/** Subpacket types that the manager reads (RFC 9580 section 5.2.3.7). */
export const SUBPACKET = {
  signatureExpiration: 3,
  keyExpiration: 9,
  issuerKeyId: 16,
  notation: 20,
  primaryUserId: 25,
  keyFlags: 27,
  revocationReason: 29,
  issuerFingerprint: 33,
} as const
