/**
 * Issuer hints: which keys a signature says made it. Trusted side, pure. A hint chooses what to try and proves nothing.
 */
import type { IssuerHint, KeyPacket, SignaturePacket } from './model.ts'

/** The key id that stands for "not said" (RFC 9580 section 5.1 calls it a wildcard). */
export const WILDCARD = '0000000000000000'

/** What a hint can name a key by. */
export type KeyNames = Pick<KeyPacket, 'fingerprint' | 'keyId'>

/** Whether one hint names a key. */
function names(hint: IssuerHint, key: KeyNames): boolean {
  return hint.kind === 'keyId' ? hint.keyId === key.keyId : hint.fingerprint === key.fingerprint
}

/** Whether a hint of a signature names this key. */
export function isNamed({ issuers }: Pick<SignaturePacket, 'issuers'>, key: KeyNames): boolean {
  return issuers.some((hint) => names(hint, key))
}

/** Whether a signature may claim to be by this key: a hint names it, or there is no hint to another. */
export function mayClaim(signature: Pick<SignaturePacket, 'issuers'>, key: KeyPacket): boolean {
  const { issuers } = signature
  if (issuers.length === 0) return true
  return issuers.some(
    (hint) => names(hint, key) || (hint.kind === 'keyId' && hint.keyId === WILDCARD),
  )
}
