/**
 * Whether a key may have made a signature of a given time, judged at another. Trusted side, pure apart from the
 * certificate's caches. The certificate is evaluated at signing time, then now: what is against it at either time counts,
 * except what policy lets come later (expiry, soft revocation). Where the primary key had no self-signature at signing
 * time - owners replace them - those of now speak for both, as in rpm-sequoia; the verdict notes it.
 */
import type { KeyEntry } from '../keyring/keyring.ts'
import type { Evaluation, Objection, Standing } from './evaluate.ts'
import type { KeyPacket, UnixSeconds } from './model.ts'
import type { NoteCode } from './notes.ts'
import { type Reason, type ReasonCode, reason } from './reasons.ts'
import type { Terms } from './validity.ts'

/** What is against a key, and what is worth a note if nothing is. */
export interface KeyJudgement {
  readonly against: readonly Reason[]
  readonly notes: readonly NoteCode[]
}

/** What counts at signing time even where no self-signature of that time is left. */
const WITHOUT_SELF_SIGNATURE: ReadonlySet<ReasonCode> = new Set([
  'key-revoked',
  'key-unusable',
  'signature-predates-key',
])

function standingOf(key: KeyPacket, { standings }: Evaluation): Standing | undefined {
  return standings.find((one) => one.key === key)
}

function objectionsTo(key: KeyPacket, evaluation: Evaluation): readonly Objection[] {
  const standing = standingOf(key, evaluation)
  // a key that the evaluation does not know is not one of the certificate's
  return standing?.objections ?? [{ reason: reason('key-not-bound'), soft: false }]
}

/** The note that an objection of now shrinks to, if policy lets it come after the signature. */
function spared(
  { reason, soft, since }: Objection,
  created: UnixSeconds,
  { policy }: Terms,
): NoteCode | undefined {
  if (soft && policy.softlyRevokedSince === 'accept') return 'revoked-since'
  if (since !== undefined && since > created && policy.expiredSince === 'accept') {
    return reason.code === 'key-expired' ? 'expired-since' : undefined
  }
  return undefined
}

/** Judges a key of the keyring for a signature made at `created`. */
export function judgeKey(entry: KeyEntry, created: UnixSeconds, terms: Terms): KeyJudgement {
  const { key, owner } = entry
  // a signature from within the clock's tolerance is judged at its own time: its key may be as new as it is
  const now = created > terms.at ? created : terms.at
  const atSigning = owner.at({ at: created, policy: terms.policy })
  const atNow = owner.at({ at: now, policy: terms.policy })
  const against = new Map<string, Reason>()
  const notes = new Set<NoteCode>()
  const oppose = ({ reason }: Objection): void => {
    if (!against.has(reason.text)) against.set(reason.text, reason)
  }
  const fallsBack = !atSigning.selfSigned && atNow.selfSigned
  if (fallsBack) notes.add('judged-now')
  for (const objection of objectionsTo(key, atSigning)) {
    if (!fallsBack || WITHOUT_SELF_SIGNATURE.has(objection.reason.code)) oppose(objection)
  }
  for (const objection of objectionsTo(key, atNow)) {
    const note = spared(objection, created, terms)
    if (note === undefined) oppose(objection)
    else notes.add(note)
  }
  // at default, policy refuses such signatures altogether, and there is nothing to note
  if (standingOf(key, atNow)?.isWeaklyBound === true) notes.add('weak-self-signature')
  return { against: [...against.values()], notes: [...notes] }
}
