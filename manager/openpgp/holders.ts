/**
 * The self-signatures that speak for a primary key at a time, and what they say of it: user ids, expiry, flags. Trusted side,
 * pure. RFC 9580 sections 5.2.3.10, 5.2.3.13, 5.2.3.29.
 */
import { SUBPACKET } from './algorithms.ts'
import type { CertificateFacts, HeldSignature, UserFacts } from './facts.ts'
import type { KeyPacket, UserPacket } from './model.ts'
import type { Reason } from './reasons.ts'
import { allowsSigning, secondsIn, subpacket } from './subpackets.ts'
import { inForce, newestValid, type Terms, userHashUse } from './validity.ts'

/** When a key expires, by the first of the signatures that says (RFC 9580 section 5.2.3.13); 0 means never. */
export function expiryBy(key: KeyPacket, holders: readonly HeldSignature[]): number | undefined {
  for (const { signature } of holders) {
    const lifetime = secondsIn(subpacket(signature, SUBPACKET.keyExpiration))
    if (lifetime !== undefined) return lifetime === 0 ? undefined : key.created + lifetime
  }
  return undefined
}

/** Whether the flags allow signing; undefined where no signature has any (RFC 9580 section 5.2.3.29). */
export function signsBy(holders: readonly HeldSignature[]): boolean | undefined {
  for (const { signature } of holders) {
    const allows = allowsSigning(signature)
    if (allows !== undefined) return allows
  }
  return undefined
}

interface BoundUser {
  readonly user: UserPacket
  readonly held: HeldSignature
  readonly isPrimary: boolean
}

/** The user ids that count, the one that speaks for the key first: marked primary, then newest, then by octets. */
function boundUsers(facts: CertificateFacts, terms: Terms, refused: Reason[]): BoundUser[] {
  const bound: BoundUser[] = []
  for (const part of facts.users) {
    const held = validUser(part, facts.primary, terms, refused)
    if (held === undefined) continue
    const isPrimary = (subpacket(held.signature, SUBPACKET.primaryUserId)?.[0] ?? 0) !== 0
    bound.push({ user: part.user, held, isPrimary })
  }
  return bound.toSorted(
    (a, b) =>
      Number(b.isPrimary) - Number(a.isPrimary) ||
      b.held.created - a.held.created ||
      Buffer.compare(a.user.body, b.user.body),
  )
}

function validUser(
  part: UserFacts,
  primary: KeyPacket,
  terms: Terms,
  refused: Reason[],
): HeldSignature | undefined {
  if (part.user.kind !== 'userId' || part.uncheckable) return undefined
  const found = newestValid(part.bindings, primary, userHashUse(part.user), terms)
  refused.push(...found.refused)
  const force = inForce(part.revocations, found.valid?.created, terms.at, false)
  return force === undefined ? found.valid : undefined
}

/** The signatures that speak for the primary key, the newest first; of a v6 key only the direct-key signature. */
export interface Holders {
  readonly ordered: readonly HeldSignature[]
  readonly direct: HeldSignature | undefined
  readonly users: readonly BoundUser[]
  readonly refused: readonly Reason[]
}

export function holdersOf(facts: CertificateFacts, terms: Terms): Holders {
  const refused: Reason[] = []
  const users = boundUsers(facts, terms, refused)
  const found = newestValid(facts.direct.bindings, facts.primary, 'secondPreimage', terms)
  refused.push(...found.refused)
  const force = inForce(facts.direct.revocations, found.valid?.created, terms.at, false)
  const direct = force === undefined && !facts.direct.uncheckable ? found.valid : undefined
  const speaker = facts.primary.version === 6 ? undefined : users[0]?.held
  const ordered = [direct, speaker].filter((held) => held !== undefined)
  return { ordered: ordered.toSorted((a, b) => b.created - a.created), direct, users, refused }
}
