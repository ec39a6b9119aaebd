/**
 * The keys that a signature names, and what is against each. The same key may be part of several certificates, and anybody
 * can make one that claims it: the key is tried once, and one certificate speaks for it. Trusted side, pure but for the
 * keyring's caches.
 */
import type { KeyEntry } from '../keyring/keyring.ts'
import { shortHashObjection } from '../policy/objections.ts'
import type { JudgeTerms } from './judge.ts'
import { judgeKey } from './key-at.ts'
import type { SignaturePacket, UnixSeconds } from './model.ts'
import type { NoteCode } from './notes.ts'
import { type Reason, reason } from './reasons.ts'

/** A key that the signature names, with the certificate that speaks for it, and what is against it. */
export interface Candidate {
  readonly entry: KeyEntry
  readonly against: readonly Reason[]
  readonly notes: readonly NoteCode[]
}

/** One key with all certificates that claim it. */
type Claims = [KeyEntry, ...KeyEntry[]]

/**
 * Every key that a hint names. Over RPM headers only one of the very algorithm, as rpm has it: a signature of version 3 does
 * not sign the octet that says which, and there are two numbers for RSA.
 */
export function namedKeys(
  { issuers, algorithm }: SignaturePacket,
  { keyring, use = 'document' }: JudgeTerms,
): readonly Claims[] {
  const found = new Set(issuers.flatMap((hint) => keyring.byHint(hint)))
  const entries = [...found].filter(({ key }) => use === 'document' || key.algorithm === algorithm)
  if (entries.length <= 1) return entries.map((entry) => [entry])
  // by octets: fingerprints of version 4 are SHA-1
  const byOctets = new Map<string, Claims>()
  for (const entry of entries) {
    const octets = Buffer.from(entry.key.body).toString('latin1')
    const claims = byOctets.get(octets)
    if (claims === undefined) byOctets.set(octets, [entry])
    else claims.push(entry)
  }
  return [...byOctets.values()]
}

/**
 * The first claim that nothing is against, or else the first. A certificate whose primary key it is comes before those that
 * claim it as a subkey.
 */
export function candidateOf(
  claims: Claims,
  signature: SignaturePacket,
  created: UnixSeconds,
  terms: JudgeTerms,
): Candidate {
  const judged = (entry: KeyEntry): Candidate => judge(entry, signature, created, terms)
  const isPrimary = ({ key }: KeyEntry): boolean => key.role === 'primary'
  const first = judged(claims.find(isPrimary) ?? claims[0])
  if (first.against.length === 0) return first
  for (const entry of claims) {
    if (entry === first.entry) continue
    const other = judged(entry)
    if (other.against.length === 0) return other
  }
  return first
}

function judge(
  entry: KeyEntry,
  { hash }: SignaturePacket,
  created: UnixSeconds,
  terms: JudgeTerms,
): Candidate {
  const { against, notes } = judgeKey(entry, created, terms)
  const short = shortHashObjection(entry.key, hash)
  const more = short === undefined ? [] : [reason('weak-hash', short)]
  const unwanted = isWanted(entry, terms) ? [] : [reason('signer-not-wanted')]
  return { entry, against: [...more, ...against, ...unwanted], notes }
}

function isWanted({ key, owner }: KeyEntry, { signers }: JudgeTerms): boolean {
  if (signers === undefined) return true
  return signers.has(key.fingerprint) || signers.has(owner.certificate.fingerprint)
}
