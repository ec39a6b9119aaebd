/**
 * From the verdicts on single signatures to the one on the whole input. Trusted side, pure. Certificates are counted,
 * not signatures; a bad or unreadable signature beside enough good ones is a note.
 */
import type { Fingerprint } from './model.ts'
import { type Note, type NoteCode, note } from './notes.ts'
import { REASONS, type Reason, reason } from './reasons.ts'
import type { Terms } from './validity.ts'
import type { GoodSignature, RefusedVerdict, SignatureVerdict, Verdict } from './verdict.ts'
import { VERDICT_KINDS, type VerdictKind } from './verdict-kind.ts'

/** What the caller asks of all signatures together. */
export interface Demands {
  /** distinct certificates that must have made a good signature; default 1 */
  readonly threshold?: number
  /** primary or signing keys, each of which must have made a good signature */
  readonly requiredSigners?: readonly Fingerprint[]
  /** public-key algorithm numbers; every one must be that of a good signature */
  readonly requiredAlgorithms?: readonly number[]
}

/** The note that speaks of a signature that is not good beside others that are. */
export const BESIDE: Readonly<Record<Exclude<VerdictKind, 'good'>, NoteCode>> = {
  error: 'unreadable-beside-good',
  bad: 'bad-beside-good',
  untrusted: 'refused-beside-good',
  'no-key': 'no-key-beside-good',
  unusable: 'unreadable-beside-good',
}

/** A refusal of the whole input for one cause. */
export function refusedWhole(
  why: Reason,
  signatures: readonly SignatureVerdict[],
  { at }: Terms,
): RefusedVerdict {
  return { kind: REASONS[why.code].kind, reasons: [why], signatures, judgedAt: at }
}

/** One good signature per certificate, the first. */
export function perCertificate(signatures: readonly SignatureVerdict[]): readonly GoodSignature[] {
  const byPrimary = new Map<Fingerprint, GoodSignature>()
  for (const signature of signatures) {
    if (signature.kind === 'good' && !byPrimary.has(signature.primaryKey)) {
      byPrimary.set(signature.primaryKey, signature)
    }
  }
  return [...byPrimary.values()]
}

/** What the caller asked for and the good signatures do not give. */
export function unmet(
  signatures: readonly SignatureVerdict[],
  certificates: number,
  { threshold = 1, requiredSigners = [], requiredAlgorithms = [] }: Demands,
): readonly Reason[] {
  const good = signatures.filter((signature) => signature.kind === 'good')
  const missing: Reason[] = []
  const needed = Math.max(1, threshold)
  // also when `threshold` is not a number
  if (!(certificates >= needed)) {
    missing.push(reason('threshold-not-met', `${certificates} of ${needed}`))
  }
  const isBy = (signer: Fingerprint) => (signature: GoodSignature) =>
    signature.primaryKey === signer || signature.signingKey === signer
  for (const signer of requiredSigners) {
    if (!good.some(isBy(signer))) missing.push(reason('required-signer-missing', signer))
  }
  for (const algorithm of requiredAlgorithms) {
    if (!good.some((signature) => signature.algorithm.id === algorithm)) {
      missing.push(reason('required-algorithm-missing', `number ${algorithm}`))
    }
  }
  return missing
}

/** The refusal that speaks for several: by the first kind of VERDICT_KINDS that occurs, with each reason once. */
function refusal(
  signatures: readonly SignatureVerdict[],
  missing: readonly Reason[],
  { at }: Terms,
): RefusedVerdict {
  const anyGood = signatures.some((signature) => signature.kind === 'good')
  const kinds = new Set(signatures.map((signature) => signature.kind))
  const worst = VERDICT_KINDS.find((kind) => kind !== 'good' && kinds.has(kind))
  const kind = anyGood || worst === undefined || worst === 'good' ? 'untrusted' : worst
  const all = new Map<string, Reason>()
  if (anyGood) for (const why of missing) all.set(why.text, why)
  for (const wanted of VERDICT_KINDS) {
    for (const signature of signatures) {
      if (signature.kind !== wanted || signature.kind === 'good') continue
      for (const why of signature.reasons) if (!all.has(why.text)) all.set(why.text, why)
    }
  }
  const [first = reason('no-signature'), ...rest] = all.values()
  return { kind, reasons: [first, ...rest], signatures, judgedAt: at }
}

/** Counts. Good only if every demand is met, on the last line. */
export function count(
  signatures: readonly SignatureVerdict[],
  demands: Demands,
  terms: Terms,
  notes: readonly NoteCode[] = [],
): Verdict {
  if (signatures.length === 0) return refusedWhole(reason('no-signature'), [], terms)
  const [first, ...rest] = perCertificate(signatures)
  const missing = unmet(signatures, first === undefined ? 0 : 1 + rest.length, demands)
  if (first === undefined || missing.length > 0) return refusal(signatures, missing, terms)
  const codes = new Set<NoteCode>(notes)
  const said = new Map<NoteCode, Note>()
  for (const signature of signatures) {
    if (signature.kind !== 'good') codes.add(BESIDE[signature.kind])
    else for (const one of signature.notes) said.set(one.code, one)
  }
  const good = signatures.filter((signature) => signature.kind === 'good')
  if (good.length > 1 + rest.length) codes.add('counted-once')
  for (const code of codes) said.set(code, note(code))
  return {
    kind: 'good',
    good: [first, ...rest],
    signatures,
    notes: [...said.values()],
    judgedAt: terms.at,
  }
}
