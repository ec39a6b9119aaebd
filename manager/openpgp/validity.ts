/**
 * Whether one signature of a certificate counts at a time under a policy, and whether a revocation does. Trusted side,
 * pure. That it holds mathematically is known already (facts.ts).
 */
import {
  criticalObjection,
  hashObjection,
  shortHashObjection,
  versionObjection,
} from '../policy/objections.ts'
import type { HashUse, Policy } from '../policy/policy.ts'
import type { HeldRevocation, HeldSignature } from './facts.ts'
import type { KeyPacket, UnixSeconds, UserPacket } from './model.ts'
import { type Reason, reason } from './reasons.ts'

/** The time and the policy that something is judged by. */
export interface Terms {
  readonly at: UnixSeconds
  readonly policy: Policy
}

/** Why a self-signature does not count; `live`: only policy is against it, not the time. */
export interface Refusal {
  readonly live: boolean
  readonly reason: Reason
}

/** Why a signature by `maker` does not count, or undefined where it does. */
export function refusalOf(
  held: HeldSignature,
  maker: KeyPacket,
  use: HashUse,
  { at, policy }: Terms,
): Refusal | undefined {
  const { signature, created, expires } = held
  if (created > at) return { live: false, reason: reason('signature-from-future') }
  if (created < maker.created) return { live: false, reason: reason('signature-predates-key') }
  if (expires !== undefined && expires <= at) {
    return { live: false, reason: reason('signature-expired') }
  }
  const version = versionObjection(policy, signature, 'document')
  if (version !== undefined) return { live: true, reason: reason('version-refused', version) }
  const critical = criticalObjection(policy, signature)
  if (critical !== undefined) return { live: true, reason: reason('critical-unknown', critical) }
  const hash =
    hashObjection(policy, signature.hash, use) ?? shortHashObjection(maker, signature.hash)
  if (hash !== undefined) return { live: true, reason: reason('weak-hash', hash) }
  return undefined
}

/** The newest signature that counts, and why the live ones in front of it do not. */
export function newestValid(
  bindings: readonly HeldSignature[],
  maker: KeyPacket,
  use: HashUse,
  terms: Terms,
): { readonly valid: HeldSignature | undefined; readonly refused: readonly Reason[] } {
  const refused: Reason[] = []
  for (const held of bindings) {
    const refusal = refusalOf(held, maker, use, terms)
    if (refusal === undefined) return { valid: held, refused }
    const { live, reason: why } = refusal
    if (live && !refused.some(({ text }) => text === why.text)) refused.push(why)
  }
  return { valid: undefined, refused }
}

/**
 * Whether revocations are in force. A soft one is from its creation on, until it expires, unless a newer valid
 * self-signature re-legitimises the part; a hard one of a key always is (RFC 9580 section 5.2.3.31).
 *
 * @param newest creation time of the newest valid self-signature at that time
 * @param hardIsFinal for keys; a user id that was revoked without a reason may be certified anew
 */
export function inForce(
  revocations: readonly HeldRevocation[],
  newest: number | undefined,
  at: UnixSeconds,
  hardIsFinal: boolean,
): 'hard' | 'soft' | undefined {
  if (hardIsFinal && revocations.some((revocation) => revocation.hard)) return 'hard'
  const isNow = ({ created, expires }: HeldRevocation): boolean => {
    if (created === undefined) return true
    if (created > at || (expires !== undefined && expires <= at)) return false
    return newest === undefined || newest <= created
  }
  return revocations.some(isNow) ? 'soft' : undefined
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Longest user id whose self-signature needs no collision resistance: Sequoia's limit. */
const REASONABLE_OCTETS = 96

/**
 * What the hash of a self-signature over a user must withstand: a short, printable user id leaves no room for a
 * collision (Sequoia StandardPolicy), anything else could be chosen by another.
 */
export function userHashUse({ kind, body }: UserPacket): HashUse {
  if (kind !== 'userId' || body.length > REASONABLE_OCTETS) return 'collision'
  try {
    return /\p{Cc}/u.test(UTF8.decode(body)) ? 'collision' : 'secondPreimage'
  } catch (error) {
    if (error instanceof TypeError) return 'collision'
    throw error
  }
}
