/**
 * What the manager decided about a package. Trusted side, types only, immutable. Discriminated by `kind`: only
 * {@link GoodRpm} is `good`, and it is built in one place, on the last line (decide.ts). A package of which only a part was
 * asked for has a kind of its own, so that a part is never taken for the whole.
 */
import type { InputError } from '../errors.ts'
import type { UnixSeconds } from '../openpgp/model.ts'
import type { Note } from '../openpgp/notes.ts'
import type { Reason } from '../openpgp/reasons.ts'
import type { GoodSignature, RefusedVerdict, SignatureVerdict } from '../openpgp/verdict.ts'
import type { RpmContents } from './contents.ts'
import type { Covered, DigestTag } from './tags.ts'

/** What a signature packet says of itself: what to show beside its verdict, never evidence. */
export interface StatedPacket {
  readonly version: 3 | 4 | 6
  readonly algorithm: string
  readonly hash: string
  /** hexadecimal key id or fingerprint of the first issuer that it names */
  readonly issuer: string | undefined
}

/** One signature of a package. Places and offsets count from the start of the package. */
export interface RpmSignature {
  /** rpm's name of its tag: `RSAHEADER` ... */
  readonly tag: string
  readonly covers: Exclude<Covered, 'payload'>
  readonly stated: StatedPacket | undefined
  /** undefined: it was not asked for */
  readonly verdict: SignatureVerdict | undefined
}

/** One digest that a package states of itself. */
export interface RpmDigest {
  /** rpm's name of its tag: `SHA256HEADER` ... */
  readonly tag: string
  readonly covers: Covered
  readonly algorithm: DigestTag['algorithm']
  /**
   * - `match`, `mismatch`: it was compared.
   * - `not-needed`: the other one of a pair matches, of the payload as it is and of the payload uncompressed.
   * - `ignored`: too weak to say anything; it was not computed.
   * - `not-asked`: what it covers was not asked for.
   */
  readonly state: 'match' | 'mismatch' | 'not-needed' | 'ignored' | 'not-asked'
  /** lower-case hexadecimal, as stated */
  readonly expected: string
  /** what was computed, if it was */
  readonly actual: string | undefined
}

/** What every verdict on a package tells. */
export interface AnyRpmVerdict {
  /** every signature of the package, in the order of rpm's tags */
  readonly signatures: readonly RpmSignature[]
  readonly digests: readonly RpmDigest[]
  /** the reference time */
  readonly judgedAt: UnixSeconds
}

/** Signed as a whole: header and payload are the signer's. */
export interface GoodRpm extends AnyRpmVerdict {
  readonly kind: 'good'
  readonly authenticated: 'package'
  /** the good signatures, one per certificate */
  readonly good: readonly [GoodSignature, ...GoodSignature[]]
  readonly notes: readonly Note[]
  readonly contents: RpmContents
}

/** Only the header was asked for, and it is the signer's; nothing is said of the payload, which was not read. */
export interface HeaderOnlyRpm extends AnyRpmVerdict {
  readonly kind: 'header-only'
  readonly authenticated: 'header'
  readonly good: readonly [GoodSignature, ...GoodSignature[]]
  readonly notes: readonly Note[]
  readonly contents: RpmContents
}

/** Only digests were asked for, and they match: the package is as its builder made it, whoever that was. */
export interface DigestsOnlyRpm extends AnyRpmVerdict {
  readonly kind: 'digests-only'
  readonly authenticated: 'nothing'
  readonly notes: readonly Note[]
}

/** Not what was asked for, and why. */
export interface RefusedRpm extends AnyRpmVerdict {
  readonly kind: RefusedVerdict['kind']
  /** `header`: the header alone is the signer's all the same */
  readonly authenticated: 'nothing' | 'header'
  readonly reasons: readonly [Reason, ...Reason[]]
  /** why the package could not be read, in a batch; it rejects otherwise */
  readonly cause?: InputError
}

/** The verdict on a package. */
export type RpmVerdict = GoodRpm | HeaderOnlyRpm | DigestsOnlyRpm | RefusedRpm
