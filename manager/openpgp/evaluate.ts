/**
 * Judging a certificate at a time under a policy: which of its keys may sign documents, and what is against the others.
 * Trusted side, pure and cheap - no public-key operation, those are in the facts. RFC 9580 sections 5.2.3.10, 10.1.
 */
import { hashObjection, keyObjection } from '../policy/objections.ts'
import type { CertificateFacts, HeldSignature, SubkeyFacts } from './facts.ts'
import { expiryBy, type Holders, holdersOf, signsBy } from './holders.ts'
import type { KeyPacket, UnixSeconds, UserPacket } from './model.ts'
import { type Reason, reason } from './reasons.ts'
import { inForce, newestValid, refusalOf, type Terms } from './validity.ts'

/** One thing against a key. */
export interface Objection {
  readonly reason: Reason
  /** a revocation that spares what was signed before it */
  readonly soft: boolean
  /** for an expiry: since when */
  readonly since?: number
}

/** A key of the certificate at that time. No objections: it may sign documents. */
export interface Standing {
  readonly key: KeyPacket
  readonly objections: readonly Objection[]
  /** when it expires by the self-signatures that rule at that time */
  readonly expires: number | undefined
  /** a signature that rules at that time is by a hash that collides; policy accepts it for this use */
  readonly isWeaklyBound: boolean
}

/** A certificate at a time. */
export interface Evaluation {
  readonly at: UnixSeconds
  /** whether a self-signature of the primary key rules at that time */
  readonly selfSigned: boolean
  /** the user id whose self-signature speaks for the key */
  readonly primaryUser: UserPacket | undefined
  /** user ids that are bound and not revoked at that time */
  readonly users: readonly UserPacket[]
  /** the primary key first */
  readonly standings: readonly Standing[]
}

const objection = (code: Parameters<typeof reason>[0], detail?: string): Objection => ({
  reason: reason(code, detail),
  soft: false,
})

const revoked = (force: 'hard' | 'soft', what: string): Objection => ({
  reason: reason('key-revoked', what),
  soft: force === 'soft',
})

const expired = (since: number, what: string): Objection => ({
  reason: reason('key-expired', what),
  soft: false,
  since,
})

/** What is against the primary key, as a key and for its subkeys. */
function primaryObjections(
  facts: CertificateFacts,
  holders: Holders,
  expires: number | undefined,
  { at, policy }: Terms,
): Objection[] {
  const { primary } = facts
  const against: Objection[] = []
  if (facts.unusable !== undefined) against.push(objection('key-unusable', facts.unusable))
  const force = inForce(facts.revocations, holders.ordered[0]?.created, at, true)
  if (force !== undefined) against.push(revoked(force, 'primary key'))
  if (primary.created > at) against.push(objection('signature-predates-key', 'primary key'))
  if (holders.ordered.length === 0) {
    against.push(objection('key-not-bound', 'primary key'))
    for (const why of holders.refused) against.push({ reason: why, soft: false })
  }
  if (expires !== undefined && expires <= at) against.push(expired(expires, 'primary key'))
  const weak = keyObjection(policy, primary)
  if (weak !== undefined) against.push(objection('weak-key', `primary key, ${weak}`))
  return against
}

function subkeyStanding(
  part: SubkeyFacts,
  facts: CertificateFacts,
  holders: Holders,
  inherited: readonly Objection[],
  terms: Terms,
): Standing {
  const { key } = part
  const against: Objection[] = [...inherited]
  const { valid, refused } = newestValid(part.bindings, facts.primary, 'secondPreimage', terms)
  if (part.uncheckable) {
    against.push(objection('key-unusable', 'a revocation of the subkey cannot be evaluated'))
  }
  const force = inForce(part.revocations, valid?.created, terms.at, true)
  if (force !== undefined) against.push(revoked(force, 'subkey'))
  if (key.created > terms.at) against.push(objection('signature-predates-key', 'subkey'))
  if (valid === undefined) {
    against.push(objection('key-not-bound', 'subkey'))
    for (const why of refused) against.push({ reason: why, soft: false })
    return { key, objections: against, expires: undefined, isWeaklyBound: false }
  }
  const expires = expiryBy(key, [valid])
  if (expires !== undefined && expires <= terms.at) against.push(expired(expires, 'subkey'))
  against.push(...roleObjections(key, valid, holders, terms))
  const backs = backSignatures(key, valid, terms)
  const isWeaklyBound =
    isWeak([valid, ...holders.ordered], terms) ||
    // any of them would do
    (backs.length > 0 && backs.every((back) => isWeak([back], terms)))
  return { key, objections: against, expires, isWeaklyBound }
}

function isWeak(holders: readonly HeldSignature[], { policy }: Terms): boolean {
  return holders.some(
    ({ signature }) => hashObjection(policy, signature.hash, 'collision') !== undefined,
  )
}

/** Signing needs the flag - or silence about flags everywhere - and a back-signature (RFC 9580 section 10.1.5). */
function roleObjections(
  key: KeyPacket,
  binding: HeldSignature,
  { direct }: Holders,
  terms: Terms,
): readonly Objection[] {
  if (key.material.family === 'encryption') return [objection('key-not-for-signing', 'subkey')]
  const silent = direct === undefined || signsBy([direct]) === undefined
  if (!(signsBy([binding]) ?? silent)) return [objection('key-not-for-signing', 'subkey')]
  const weak = keyObjection(terms.policy, key)
  const against = weak === undefined ? [] : [objection('weak-key', `subkey, ${weak}`)]
  if (backSignatures(key, binding, terms).length === 0) {
    against.push(objection('key-not-bound', 'no valid back-signature by the subkey'))
  }
  return against
}

/** The signatures by the subkey itself that its binding has and that are valid (RFC 9580 section 5.2.1.9). */
function backSignatures(
  key: KeyPacket,
  binding: HeldSignature,
  terms: Terms,
): readonly HeldSignature[] {
  return binding.back.filter((held) => refusalOf(held, key, 'secondPreimage', terms) === undefined)
}

/** The certificate at `terms.at`. Designated revokers (RFC 9580 section 5.2.3.23) are not followed. */
export function evaluate(facts: CertificateFacts, terms: Terms): Evaluation {
  const { primary } = facts
  const holders = holdersOf(facts, terms)
  const expires = expiryBy(primary, holders.ordered)
  const against = primaryObjections(facts, holders, expires, terms)
  const signs = primary.material.family !== 'encryption' && (signsBy(holders.ordered) ?? true)
  const own = signs ? against : [...against, objection('key-not-for-signing', 'primary key')]
  return {
    at: terms.at,
    selfSigned: holders.ordered.length > 0,
    primaryUser: holders.users[0]?.user,
    users: holders.users.map((bound) => bound.user),
    standings: [
      { key: primary, objections: own, expires, isWeaklyBound: isWeak(holders.ordered, terms) },
      ...facts.subkeys.map((part) => subkeyStanding(part, facts, holders, against, terms)),
    ],
  }
}
