/**
 * The closed tables of the readers: which numbers are known, and what each asks for. Trusted side, data alone. What has
 * no row is unsupported, or ignored where the standard says so.
 */

import { LABEL, type Label } from '../../protocol/messages.ts'
import type { ArmorBlock } from '../openpgp/model.ts'

/** Packet types that are read (RFC 9580 section 5); all others are only named. */
export const TAG = { signature: 2, key: 6, userId: 13, subkey: 14, userAttribute: 17 } as const

/**
 * What algorithm-specific data are made of: an integer, an integer that may declare leading zero bits, an object
 * identifier or the parameters of a key derivation behind a length octet, or a number of octets.
 */
export type Part = 'mpi' | 'longMpi' | 'curve' | 'kdf' | number
export type Parts = readonly Part[]

const RSA_KEY: Parts = ['mpi', 'mpi']
const ELGAMAL_KEY: Parts = ['mpi', 'mpi', 'mpi']
const CURVE_KEY: Parts = ['curve', 'mpi']
const RSA_SIGNATURE: Parts = ['longMpi']
const TWO_INTEGERS: Parts = ['mpi', 'mpi']

/** Public keys by algorithm (RFC 9580 section 5.5.5; 30 to 36: RFC 9980). */
export const KEY_PARTS: ReadonlyMap<number, Parts> = new Map<number, Parts>([
  [1, RSA_KEY],
  [2, RSA_KEY],
  [3, RSA_KEY],
  [16, ELGAMAL_KEY],
  [17, ['mpi', 'mpi', 'mpi', 'mpi']],
  [18, ['curve', 'mpi', 'kdf']],
  [19, CURVE_KEY],
  [20, ELGAMAL_KEY],
  [22, CURVE_KEY],
  [25, [32]],
  [26, [56]],
  [27, [32]],
  [28, [57]],
  [30, [1984]],
  [31, [2649]],
  [32, [32]],
  [33, [32]],
  [34, [64]],
  [35, [1216]],
  [36, [1624]],
])

/** Signatures by algorithm (RFC 9580 section 5.2.3; 30 to 34: RFC 9980). */
export const SIGNATURE_PARTS: ReadonlyMap<number, Parts> = new Map<number, Parts>([
  [1, RSA_SIGNATURE],
  [2, RSA_SIGNATURE],
  [3, RSA_SIGNATURE],
  [17, TWO_INTEGERS],
  [19, TWO_INTEGERS],
  [22, TWO_INTEGERS],
  [27, [64]],
  [28, [114]],
  [30, [3373]],
  [31, [4741]],
  [32, [7856]],
  [33, [17088]],
  [34, [29792]],
])

/** Subpacket types that are looked into (RFC 9580 section 5.2.3.7). */
export const SUBPACKET = {
  created: 2,
  issuerKeyId: 16,
  embedded: 32,
  issuerFingerprint: 33,
} as const

/** Least and most octets of data by subpacket type (RFC 9580 sections 5.2.3.11 to 5.2.3.35); others have any number. */
export const SUBPACKET_SIZES: ReadonlyMap<number, readonly [number, number]> = new Map([
  [2, [4, 4]],
  [3, [4, 4]],
  [4, [1, 1]],
  [5, [2, 2]],
  [7, [1, 1]],
  [9, [4, 4]],
  [16, [8, 8]],
  [25, [1, 1]],
  [29, [1, Number.POSITIVE_INFINITY]],
  [32, [1, Number.POSITIVE_INFINITY]],
  [33, [1, Number.POSITIVE_INFINITY]],
])

/** Octets of an issuer fingerprint subpacket by the key version that it begins with; other versions are not known. */
export const ISSUER_SIZES: ReadonlyMap<number, number> = new Map([
  [4, 21],
  [6, 33],
])

/**
 * Types of which a hashed area may hold one, and what is said of a second. RFC 9580 section 5.2.3.9 lets a reader resolve
 * conflicts as it likes; where one that takes the first and one that takes the last would judge differently, ours is to
 * refuse. Issuers may repeat (the same section says why), notations and embedded signatures too: all are looked at.
 */
export const SUBPACKETS_ONCE: ReadonlyMap<number, string> = new Map([
  // decides what is before and after a revocation, an expiry, a policy's cut-off
  [2, 'expected one signature creation time'],
  // decides whether the signature still holds
  [3, 'expected one signature expiration time'],
  // decides whether the key still holds
  [9, 'expected one key expiration time'],
  // decides which user id speaks for the certificate, and so for its expiry
  [25, 'expected one primary user id flag'],
  // decides whether a key may sign
  [27, 'expected one set of key flags'],
  // decides whether what was signed before the revocation stays good
  [29, 'expected one reason for revocation'],
])

/** A label of an armored block, its lines, and what it is called on both sides. */
export interface ArmorLabel {
  readonly begin: Uint8Array
  readonly end: Uint8Array
  readonly name: ArmorBlock['label']
  readonly code: Label
}

function armorLabel(text: string, name: ArmorBlock['label']): ArmorLabel {
  const begin = Buffer.from(`-----BEGIN PGP ${text}-----`, 'latin1')
  const end = Buffer.from(`-----END PGP ${text}-----`, 'latin1')
  return { begin, end, name, code: LABEL[name] }
}

export const SIGNATURE_LABEL: ArmorLabel = armorLabel('SIGNATURE', 'signature')

/** Labels of blocks (RFC 9580 section 6.2.1); ARMORED FILE is what GnuPG's `--enarmor` writes. */
export const ARMOR_LABELS: readonly ArmorLabel[] = [
  SIGNATURE_LABEL,
  armorLabel('PUBLIC KEY BLOCK', 'publicKey'),
  armorLabel('MESSAGE', 'message'),
  armorLabel('PRIVATE KEY BLOCK', 'privateKey'),
  armorLabel('ARMORED FILE', 'message'),
]
