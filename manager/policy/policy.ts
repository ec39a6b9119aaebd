/**
 * What is acceptable, as tables; every rule is a row with its source. Trusted side, pure: the date that cut-offs are
 * compared with is part of the policy, never the clock. The default follows Sequoia's StandardPolicy 2.2
 * (sequoia-openpgp src/policy.rs).
 */
import type { UnixSeconds } from '../openpgp/model.ts'

/** Accepted for ever, never, or while the policy's date is before this one. */
export type Cutoff = 'always' | 'never' | UnixSeconds

/** What a hash must withstand: `collision` where another may choose the data, `secondPreimage` where none can. */
export type HashUse = 'collision' | 'secondPreimage'

/** One hash algorithm; without a row it is refused. */
export interface HashRule {
  readonly hash: number
  readonly collision: Cutoff
  readonly secondPreimage: Cutoff
  readonly source: string
}

/** Keys by size: the row with the largest `leastBits` that the key reaches rules. */
export interface KeyRule {
  readonly family: 'rsa' | 'dsa' | 'ed25519' | 'ed448'
  /** for keys of this public-key algorithm number only; absent: for all of the family */
  readonly algorithm?: number
  readonly leastBits: number
  readonly cutoff: Cutoff
  readonly source: string
}

/** One curve of ECDSA; without a row it is refused. */
export interface CurveRule {
  readonly curve: string
  readonly cutoff: Cutoff
  readonly source: string
}

/** One subpacket type that may be critical. */
export interface CriticalRule {
  readonly type: number
  readonly name: string
  readonly source: string
}

/** Signatures of one version; where there is a row, `v3` is not asked. */
export interface VersionRule {
  readonly version: 3 | 4 | 6
  readonly cutoff: Cutoff
  readonly source: string
}

/** A policy: plain data, to be copied with changes. */
export interface Policy {
  /** the date that cut-offs are compared with */
  readonly asOf: UnixSeconds
  readonly hashes: readonly HashRule[]
  readonly keys: readonly KeyRule[]
  readonly curves: readonly CurveRule[]
  readonly critical: readonly CriticalRule[]
  /** names of notations that may be critical */
  readonly notations: readonly string[]
  /** where version 3 signatures are judged like others */
  readonly v3: 'never' | 'rpm-headers' | 'always'
  /** versions that a policy file speaks of; default none */
  readonly versions?: readonly VersionRule[]
  /** seconds that a signature may lie in the future */
  readonly clockSkew: number
  /** a key that was alive when it signed and has expired since */
  readonly expiredSince: 'refuse' | 'accept'
  /** a key that was softly revoked (superseded, retired) only after it signed */
  readonly softlyRevokedSince: 'refuse' | 'accept'
}

const day = (iso: string): UnixSeconds => (Date.parse(`${iso}T00:00:00Z`) / 1000) as UnixSeconds // literals below

const STANDARD = 'Sequoia StandardPolicy 2.2'

/** Hash cut-offs of the default policy. */
export const DEFAULT_HASHES: readonly HashRule[] = [
  {
    hash: 1,
    collision: day('1997-02-01'),
    secondPreimage: day('2004-02-01'),
    source: `${STANDARD}: MD5`,
  },
  {
    hash: 2,
    collision: day('2013-02-01'),
    secondPreimage: day('2023-02-01'),
    source: `${STANDARD}: SHA1`,
  },
  {
    hash: 3,
    collision: day('2013-02-01'),
    secondPreimage: day('2013-02-01'),
    source: `${STANDARD}: RIPEMD160`,
  },
  { hash: 8, collision: 'always', secondPreimage: 'always', source: `${STANDARD}: SHA256` },
  { hash: 9, collision: 'always', secondPreimage: 'always', source: `${STANDARD}: SHA384` },
  { hash: 10, collision: 'always', secondPreimage: 'always', source: `${STANDARD}: SHA512` },
  { hash: 11, collision: 'always', secondPreimage: 'always', source: `${STANDARD}: SHA224` },
  { hash: 12, collision: 'always', secondPreimage: 'always', source: `${STANDARD}: SHA3-256` },
  { hash: 14, collision: 'always', secondPreimage: 'always', source: `${STANDARD}: SHA3-512` },
]

/** Key sizes of the default policy. */
export const DEFAULT_KEYS: readonly KeyRule[] = [
  { family: 'rsa', leastBits: 0, cutoff: day('2014-02-01'), source: `${STANDARD}: RSA1024` },
  { family: 'rsa', leastBits: 2048, cutoff: 'always', source: `${STANDARD}: RSA2048 and up` },
  { family: 'dsa', leastBits: 0, cutoff: day('2014-02-01'), source: `${STANDARD}: DSA1024` },
  { family: 'dsa', leastBits: 2048, cutoff: day('2030-02-01'), source: `${STANDARD}: DSA2048` },
  { family: 'ed25519', leastBits: 0, cutoff: 'always', source: `${STANDARD}: Cv25519` },
  { family: 'ed448', leastBits: 0, cutoff: 'always', source: 'RFC 9580 section 9.1' },
]

/** Curves of the default policy. secp256k1 has no row: it is not of RFC 9580, and StandardPolicy refuses it. */
export const DEFAULT_CURVES: readonly CurveRule[] = [
  { curve: 'nistp256', cutoff: 'always', source: `${STANDARD}: NistP256` },
  { curve: 'nistp384', cutoff: 'always', source: `${STANDARD}: NistP384` },
  { curve: 'nistp521', cutoff: 'always', source: `${STANDARD}: NistP521` },
  { curve: 'brainpoolP256r1', cutoff: 'always', source: `${STANDARD}: BrainpoolP256` },
  { curve: 'brainpoolP384r1', cutoff: 'always', source: 'RFC 9580 table 19' },
  { curve: 'brainpoolP512r1', cutoff: 'always', source: `${STANDARD}: BrainpoolP512` },
]

const CRITICAL_SOURCE = `${STANDARD}: critical_subpackets`

/** Subpackets that may be critical (RFC 9580 section 5.2.3.7): those whose meaning is known. */
export const DEFAULT_CRITICAL: readonly CriticalRule[] = [
  { type: 2, name: 'signature creation time', source: CRITICAL_SOURCE },
  { type: 3, name: 'signature expiration time', source: CRITICAL_SOURCE },
  { type: 4, name: 'exportable certification', source: CRITICAL_SOURCE },
  { type: 5, name: 'trust signature', source: CRITICAL_SOURCE },
  { type: 6, name: 'regular expression', source: CRITICAL_SOURCE },
  { type: 7, name: 'revocable', source: CRITICAL_SOURCE },
  { type: 9, name: 'key expiration time', source: CRITICAL_SOURCE },
  { type: 11, name: 'preferred symmetric ciphers', source: CRITICAL_SOURCE },
  { type: 12, name: 'revocation key', source: CRITICAL_SOURCE },
  { type: 16, name: 'issuer key id', source: CRITICAL_SOURCE },
  { type: 20, name: 'notation data, by name', source: CRITICAL_SOURCE },
  { type: 21, name: 'preferred hash algorithms', source: CRITICAL_SOURCE },
  { type: 22, name: 'preferred compression algorithms', source: CRITICAL_SOURCE },
  { type: 23, name: 'key server preferences', source: CRITICAL_SOURCE },
  { type: 24, name: 'preferred key server', source: CRITICAL_SOURCE },
  { type: 25, name: 'primary user id', source: CRITICAL_SOURCE },
  { type: 26, name: 'policy URI', source: CRITICAL_SOURCE },
  { type: 27, name: 'key flags', source: CRITICAL_SOURCE },
  { type: 28, name: 'signer user id', source: CRITICAL_SOURCE },
  { type: 29, name: 'reason for revocation', source: CRITICAL_SOURCE },
  { type: 30, name: 'features', source: CRITICAL_SOURCE },
  { type: 32, name: 'embedded signature', source: CRITICAL_SOURCE },
  { type: 33, name: 'issuer fingerprint', source: CRITICAL_SOURCE },
  { type: 35, name: 'intended recipient', source: CRITICAL_SOURCE },
  { type: 37, name: 'attested certifications', source: CRITICAL_SOURCE },
  { type: 39, name: 'preferred AEAD cipher suites', source: CRITICAL_SOURCE },
]

/** Seconds that clocks may differ: Sequoia's CLOCK_SKEW_TOLERANCE. */
export const DEFAULT_CLOCK_SKEW = 1800

/**
 * The default policy.
 *
 * @param asOf the date that cut-offs are compared with, usually now
 */
export function defaultPolicy(asOf: UnixSeconds): Policy {
  return {
    asOf,
    hashes: DEFAULT_HASHES,
    keys: DEFAULT_KEYS,
    curves: DEFAULT_CURVES,
    critical: DEFAULT_CRITICAL,
    // StandardPolicy's good-list is empty as well
    notations: [],
    // as rpm-sequoia, where StandardPolicy refuses them since 2021-02: 46 of 57 vendor packages carry one
    v3: 'rpm-headers',
    clockSkew: DEFAULT_CLOCK_SKEW,
    // stricter than Sequoia: an expired key never makes a good verdict today (docs/verification.md)
    expiredSince: 'refuse',
    // RFC 9580 section 5.2.3.31: a soft revocation leaves earlier signatures valid
    softlyRevokedSince: 'accept',
  }
}

/** Seconds that clocks may differ over packages: rpm-sequoia's (src/lib.rs). */
export const RPM_CLOCK_SKEW = 300

/**
 * What replaces the row of SHA-1 over packages. Where only second preimages matter - a key's signatures over itself, its
 * short user ids and its subkeys - SHA-1 has not fallen, and the keys that sign RHEL 8 and EPEL 7 have no others.
 * rpm-sequoia refuses them since 2023-02-01 unless the system's policy file says otherwise.
 */
export const RPM_SHA1: HashRule = {
  hash: 2,
  collision: day('2013-02-01'),
  secondPreimage: 'always',
  source: 'keys of distributions in use; rpm-sequoia: never since 2023-02-01',
}

/**
 * The default policy over RPM packages: {@link defaultPolicy}, which takes version 3 signatures over RPM headers, with
 * rpm-sequoia's clock tolerance and SHA-1 in the self-signatures of keys ({@link RPM_SHA1}).
 *
 * @param asOf the date that cut-offs are compared with, usually now
 */
export function rpmPolicy(asOf: UnixSeconds): Policy {
  const hashes = DEFAULT_HASHES.map((row) => (row.hash === RPM_SHA1.hash ? RPM_SHA1 : row))
  return { ...defaultPolicy(asOf), hashes, clockSkew: RPM_CLOCK_SKEW }
}
