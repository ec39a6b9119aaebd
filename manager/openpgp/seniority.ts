/** Which of several signatures of a certificate rules. Trusted side, pure. */
import { SUBPACKET } from './algorithms.ts'
import type { HeldSignature } from './facts.ts'
import { allowsSigning, secondsIn, subpacket } from './subpackets.ts'

/**
 * Newest first. Of the same second the order follows from what they say - the key ends first, the signature ends first, it
 * does not sign - and at last from their signed octets; never from the input's order, which nobody signed. Whoever cuts an
 * unhashed back-signature out of a copy changes nothing: one that has it comes first.
 */
export function bySeniority(a: HeldSignature, b: HeldSignature): number {
  return (
    b.created - a.created ||
    ascending(keyLifetime(a), keyLifetime(b)) ||
    ascending(a.expires ?? Number.POSITIVE_INFINITY, b.expires ?? Number.POSITIVE_INFINITY) ||
    ascending(signingRank(a), signingRank(b)) ||
    b.back.length - a.back.length ||
    Buffer.compare(a.signature.hashedPart, b.signature.hashedPart) ||
    Buffer.compare(a.signature.body, b.signature.body)
  )
}

/** Where the end is none, a difference would be no number. */
const ascending = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)

/** Longer than 32 bits can say, and shorter than for ever. */
const NOT_SAID = 2 ** 33

/** How long the key lives by a signature, in seconds (RFC 9580 section 5.2.3.13); 0 means for ever. */
function keyLifetime({ signature }: HeldSignature): number {
  const lifetime = secondsIn(subpacket(signature, SUBPACKET.keyExpiration))
  return lifetime === 0 ? Number.POSITIVE_INFINITY : (lifetime ?? NOT_SAID)
}

/** No, not said, yes. */
function signingRank({ signature }: HeldSignature): number {
  const allows = allowsSigning(signature)
  return allows === undefined ? 1 : allows ? 2 : 0
}
