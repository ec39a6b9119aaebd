/** A verdict as a person reads it, and as JSON. Shows codes, numbers and fingerprints that were computed here. */
import type { Caged } from '../airlock.ts'
import type { UnixSeconds } from '../openpgp/model.ts'
import type { Reason } from '../openpgp/reasons.ts'
import type { GoodSignature, SignatureVerdict, Verdict } from '../openpgp/verdict.ts'
import { columns, type Paint } from './text.ts'

/** What a person needs first: the verdict, then who and when, or why not. */
export function describeVerdict(subject: string, verdict: Verdict & Caged, paint: Paint): string {
  if (verdict.kind !== 'good') {
    return `${paint.bad(verdict.kind)} ${subject}\n${verdict.reasons.map(because).join('')}`
  }
  const signed = verdict.good.map((good) => columns(describeGood(good))).join('')
  const notes = verdict.notes.map(({ code, text }) => `      note: ${text} (${code})\n`).join('')
  return `${paint.good('good')} ${subject}\n${signed}${notes}`
}

function because({ code, text, offset }: Reason): string {
  const where = offset === undefined ? '' : ` at byte ${offset}`
  return `      because: ${text}${where} (${code})\n`
}

function describeGood(good: GoodSignature): [string, string][] {
  const rows: [string, string][] = [['signed by', spaced(good.primaryKey)]]
  if (good.signingKey !== good.primaryKey) rows.push(['with subkey', spaced(good.signingKey)])
  rows.push(['made', `${iso(good.created)}, ${good.algorithm.name} with ${good.hash.name}`])
  rows.push(['covers', `all bytes, ${good.digest.algorithm} ${good.digest.hex}`])
  return rows
}

/** Groups of four digits, as people compare them. */
function spaced(fingerprint: string): string {
  return (fingerprint.toUpperCase().match(/.{4}/g) ?? []).join(' ')
}

function iso(time: UnixSeconds): string {
  return new Date(time * 1000).toISOString().replace('.000Z', 'Z')
}

/** The document of schema pgp-airlock/verify/1. */
export function verdictJson(data: string, verdict: Verdict & Caged): object {
  const common = { schema: 'pgp-airlock/verify/1', data, verdict: verdict.kind }
  const judgedAt = iso(verdict.judgedAt)
  const signatures = verdict.signatures.map(signatureJson)
  const cage = verdict.cage.map(({ layer, state, known }) => ({ layer, state, known }))
  return verdict.kind === 'good'
    ? { ...common, reasons: [], notes: verdict.notes, signatures, judgedAt, cage }
    : { ...common, reasons: verdict.reasons, notes: [], signatures, judgedAt, cage }
}

function signatureJson(signature: SignatureVerdict): object {
  const { kind, place } = signature
  if (signature.kind !== 'good') {
    const { reasons, issuers, candidates, created } = signature
    const stated = created === undefined ? {} : { stated: iso(created) }
    return { verdict: kind, place, reasons, issuers, candidates, ...stated }
  }
  const { signingKey, primaryKey, created, expires, version, mode, algorithm, hash, digest } =
    signature
  return {
    verdict: kind,
    place,
    signingKey,
    primaryKey,
    created: iso(created),
    ...(expires === undefined ? {} : { expires: iso(expires) }),
    version,
    mode,
    algorithm: algorithm.name,
    hash: hash.name,
    digest,
    notes: signature.notes,
  }
}
