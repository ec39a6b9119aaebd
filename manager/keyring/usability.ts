/**
 * What a person wants to know of a certificate: may it sign now, until when, and if not why. Trusted side, pure; the same
 * evaluation as in judging.
 */
import type { Evaluation, Standing } from '../openpgp/evaluate.ts'
import type { Reason } from '../openpgp/reasons.ts'

/** A certificate's worth at a time. */
export interface Usability {
  /** a key of it may sign documents */
  readonly signs: boolean
  /** seconds since 1970 when the primary key expires, or else the last key that signs; undefined: never */
  readonly expires: number | undefined
  /** why no key may sign; empty if one may */
  readonly reasons: readonly Reason[]
}

export function usabilityOf({ standings }: Evaluation): Usability {
  const signers = standings.filter(({ objections }) => objections.length === 0)
  const primary = standings[0]?.expires
  if (signers.length > 0) return { signs: true, expires: end(signers, primary), reasons: [] }
  return { signs: false, expires: primary, reasons: reasonsOf(standings) }
}

/** The primary key's end, or that of the signer that lasts longest, whichever comes first. */
function end(signers: readonly Standing[], primary: number | undefined): number | undefined {
  const ends = signers.map(({ expires }) => expires ?? Number.POSITIVE_INFINITY)
  const first = Math.min(primary ?? Number.POSITIVE_INFINITY, Math.max(...ends))
  return Number.isFinite(first) ? first : undefined
}

/** Each once; that a key is not meant to sign says the least and comes last. */
function reasonsOf(standings: readonly Standing[]): readonly Reason[] {
  const found = new Map<string, Reason>()
  for (const { objections } of standings) {
    for (const { reason } of objections) found.set(reason.text, reason)
  }
  const isRole = ({ code }: Reason): number => (code === 'key-not-for-signing' ? 1 : 0)
  return [...found.values()].toSorted((a, b) => isRole(a) - isRole(b))
}
