/**
 * What the manager decided, per signature and for the whole input. Trusted side, types only, immutable. Discriminated by
 * `kind`; only {@link GoodVerdict} and {@link GoodSignature} have `kind: 'good'`, and both are built in one place each
 * (judge.ts, count.ts), on the last line.
 */
import type { Fingerprint, IssuerHint, Place, UnixSeconds } from './model.ts'
import type { Note } from './notes.ts'
import type { Reason } from './reasons.ts'
import type { VerdictKind } from './verdict-kind.ts'

/** An algorithm by number and by the standard's name. */
export interface NamedAlgorithm {
  readonly id: number
  readonly name: string
}

/** The digest of the bytes that were given, by the signature's own hash algorithm. */
export interface DataDigest {
  readonly algorithm: string
  /** lower-case hexadecimal, of the data alone: comparable with sha256sum and its like */
  readonly hex: string
}

/** A signature that a key of the keyring made over exactly the given bytes, and that policy accepts. */
export interface GoodSignature {
  readonly kind: 'good'
  readonly place: Place
  /** the key that made it: primary key or subkey */
  readonly signingKey: Fingerprint
  /** its certificate's primary key */
  readonly primaryKey: Fingerprint
  readonly created: UnixSeconds
  /** when the signature expires, if ever */
  readonly expires: UnixSeconds | undefined
  readonly version: 3 | 4 | 6
  /** `text`: line ends were canonicalised before hashing */
  readonly mode: 'binary' | 'text'
  readonly algorithm: NamedAlgorithm
  readonly hash: NamedAlgorithm
  readonly digest: DataDigest
  /** the reference time */
  readonly judgedAt: UnixSeconds
  readonly notes: readonly Note[]
}

/** A signature that is not good, and why. */
export interface RefusedSignature {
  readonly kind: Exclude<VerdictKind, 'good'>
  readonly place: Place
  readonly reasons: readonly [Reason, ...Reason[]]
  /** what the packet says of its issuer: hints, never evidence */
  readonly issuers: readonly IssuerHint[]
  /** the creation time that the packet states */
  readonly created: UnixSeconds | undefined
  /** keys of the keyring that it was tried against */
  readonly candidates: readonly { readonly key: Fingerprint; readonly primary: Fingerprint }[]
  readonly judgedAt: UnixSeconds
}

/** The verdict on one signature. */
export type SignatureVerdict = GoodSignature | RefusedSignature

/** The whole input is good: enough distinct certificates made a good signature. */
export interface GoodVerdict {
  readonly kind: 'good'
  /** the good signatures, one per certificate, in the input's order */
  readonly good: readonly [GoodSignature, ...GoodSignature[]]
  /** every signature of the input, in its order */
  readonly signatures: readonly SignatureVerdict[]
  readonly notes: readonly Note[]
  readonly judgedAt: UnixSeconds
}

/** The whole input is not good. */
export interface RefusedVerdict {
  readonly kind: Exclude<VerdictKind, 'good'>
  readonly reasons: readonly [Reason, ...Reason[]]
  readonly signatures: readonly SignatureVerdict[]
  readonly judgedAt: UnixSeconds
}

/** The verdict on the whole input. */
export type Verdict = GoodVerdict | RefusedVerdict
