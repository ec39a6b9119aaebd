/**
 * The six kinds of verdict. Trusted side, pure.
 *
 * - `good`: a key of the keyring made it over exactly these bytes, and all of policy holds.
 * - `untrusted`: the signature is mathematically right, or could be, but the key or the signature is not acceptable.
 * - `no-key`: no key of the keyring is named as the issuer.
 * - `bad`: cryptographically wrong.
 * - `unusable`: cannot be judged as a signature.
 * - `error`: could not decide, for reasons outside the signature.
 */

/** Kinds, the one that speaks for several signatures first. */
export const VERDICT_KINDS = ['error', 'bad', 'untrusted', 'no-key', 'unusable', 'good'] as const

/** One of {@link VERDICT_KINDS}. */
export type VerdictKind = (typeof VERDICT_KINDS)[number]
