/** A verdict as a person reads it, and as JSON. Shows codes, numbers and fingerprints that were computed here. */
import type { Caged } from '../judging.ts'
import type { UnixSeconds } from '../openpgp/model.ts'
import type { Reason } from '../openpgp/reasons.ts'
import type { GoodSignature, SignatureVerdict, Verdict } from '../openpgp/verdict.ts'
import type { StopCode } from '../stop-codes.ts'
import { type FileName, nameJson, shownName } from './names.ts'
import { clean, columns, type Paint } from './text.ts'

const VERIFY_SCHEMA = 'pgp-airlock/verify/1'

/** What a person needs first: the verdict, then who and when, or why not. */
export function describeVerdict(
  data: FileName,
  verdict: Verdict & Caged,
  paint: Paint,
  covered = 'all bytes',
): string {
  const subject = shownName(data)
  if (verdict.kind !== 'good') {
    return `${paint.bad(verdict.kind)} ${subject}\n${verdict.reasons.map(because).join('')}`
  }
  const signed = verdict.good.map((good) => columns(describeGood(good, covered))).join('')
  const notes = verdict.notes.map(({ code, text }) => `      note: ${text} (${code})\n`).join('')
  return `${paint.good('good')} ${subject}\n${signed}${notes}`
}

/** A reason as a line. */
export function because({
  code,
  text,
  offset,
}: Pick<Reason, 'text' | 'offset'> & { readonly code: string }): string {
  const where = offset === undefined ? '' : ` at byte ${offset}`
  return `      because: ${text}${where} (${code})\n`
}

function describeGood(
  good: GoodSignature,
  covered: string,
): readonly (readonly [string, string])[] {
  const { algorithm, hex } = good.digest
  return [...describeSigner(good), ['covers', `${covered}, ${algorithm} ${hex}`]]
}

/** Who signed, with which key, when and how. */
export function describeSigner(good: GoodSignature): readonly (readonly [string, string])[] {
  const rows: [string, string][] = [['signed by', spaced(good.primaryKey)]]
  if (good.signingKey !== good.primaryKey) rows.push(['with subkey', spaced(good.signingKey)])
  rows.push(['made', `${iso(good.created)}, ${good.algorithm.name} with ${good.hash.name}`])
  return rows
}

/** A verdict on one line, for batches: who signed, or the first reason. */
export function describeLine(name: FileName, verdict: Verdict, paint: Paint): string {
  const subject = shownName(name)
  if (verdict.kind !== 'good') {
    const [{ code, text }] = verdict.reasons
    return `${paint.bad(verdict.kind)} ${subject}: ${text} (${code})`
  }
  const signers = verdict.good.map(({ primaryKey }) => primaryKey.toUpperCase()).join(', ')
  const notes = verdict.notes.map(({ code }) => code).join(', ')
  return `${paint.good('good')} ${subject}: ${signers}${notes === '' ? '' : ` (${notes})`}`
}

/** Groups of four digits, as people compare them. */
function spaced(fingerprint: string): string {
  return (fingerprint.toUpperCase().match(/.{4}/g) ?? []).join(' ')
}

/** RFC 3339, UTC, whole seconds. */
export function iso(time: UnixSeconds): string {
  return new Date(time * 1000).toISOString().replace('.000Z', 'Z')
}

/**
 * The document of schema pgp-airlock/verify/1, for a verdict.
 *
 * @param signature in a batch, where one file may have several signatures: the name of the signature file
 */
export function verdictJson(
  data: FileName,
  verdict: Verdict & Caged,
  signature?: FileName,
): object {
  const notes = verdict.kind === 'good' ? verdict.notes : []
  const reasons = verdict.kind === 'good' ? [] : verdict.reasons
  return {
    schema: VERIFY_SCHEMA,
    ...nameJson('data', data),
    ...(signature === undefined ? {} : nameJson('signature', signature)),
    verdict: verdict.kind,
    reasons,
    notes,
    signatures: verdict.signatures.map(signatureJson),
    judgedAt: iso(verdict.judgedAt),
    cage: verdict.cage.map(({ layer, state, known }) => ({ layer, state, known })),
  }
}

/** What stopped the command before there was a verdict. */
export interface Stop {
  readonly code: StopCode
  readonly text: string
  readonly offset: number | undefined
  /** the file that is at fault, if it is a file */
  readonly file: FileName | undefined
}

/** The same document where nothing was judged: neither `judgedAt` nor `cage`. */
export function stopJson(data: FileName, { code, text, offset, file }: Stop): object {
  return {
    schema: VERIFY_SCHEMA,
    ...nameJson('data', data),
    verdict: 'error',
    reasons: [{ code, text, ...(offset === undefined ? {} : { offset }) }],
    notes: [],
    signatures: [],
    ...(file === undefined ? {} : nameJson('file', file)),
  }
}

export function describeStop(data: FileName, stop: Stop, paint: Paint): string {
  const { code, offset } = stop
  const why = because({ code, text: clean(stop.text), ...(offset === undefined ? {} : { offset }) })
  return `${paint.bad('error')} ${shownName(stop.file ?? data)}\n${why}`
}

/** A signature and its verdict. */
export function signatureJson(signature: SignatureVerdict): object {
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
