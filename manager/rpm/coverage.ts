/**
 * What good signatures cover of a package: the one place that says so. Trusted side, pure. Every signature is over the
 * header; the payload is covered by one that is over both, or by a digest of it that the signed header states.
 */
import { type Reason, reason } from '../openpgp/reasons.ts'
import type { GoodSignature } from '../openpgp/verdict.ts'
import type { RpmDigest, RpmSignature } from './verdict.ts'

/** The signatures and digests of a package. */
export interface Covering {
  readonly signatures: readonly RpmSignature[]
  readonly digests: readonly RpmDigest[]
}

/**
 * A signature as it covers this package. Over an empty payload it says no more than over the header alone, and may have been
 * made over that: the octets are the same.
 */
export function covering(signature: RpmSignature, isPayloadEmpty: boolean): RpmSignature {
  return isPayloadEmpty ? { ...signature, covers: 'header' } : signature
}

/** Whether what a header states of its payload is so. */
function isPayloadAsStated({ digests }: Covering): boolean {
  return digests.some(({ covers, state }) => covers === 'payload' && state === 'match')
}

/** The good signatures over all of a package. Who signed only its header is not among them. */
export function overWhole(found: Covering): readonly GoodSignature[] {
  const isTied = isPayloadAsStated(found)
  return found.signatures.flatMap(({ covers, verdict }) =>
    verdict?.kind === 'good' && (isTied || covers === 'header-and-payload') ? [verdict] : [],
  )
}

/** Why no good signature is over all of a package of which the header is signed. */
export function whyNotWhole({ signatures, digests }: Covering, isPayloadEmpty: boolean): Reason {
  if (isPayloadEmpty) return reason('payload-not-covered', 'the payload is empty')
  const isTouched =
    signatures.some(({ covers }) => covers === 'header-and-payload') ||
    digests.some(({ covers }) => covers !== 'header')
  return reason(isTouched ? 'partially-signed' : 'payload-not-covered')
}
