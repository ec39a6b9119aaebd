/**
 * A verdict on a package in the words of rpmkeys, for scripts that read them. Two styles: rpm 6 and, as many scripts still
 * expect, 4.18 (formats as observed). What rpm would have to compute and this program does not - digests by MD5 and SHA-1 -
 * has no line.
 */
import { SIGNATURE_TAGS } from '../rpm/tags.ts'
import type { RpmDigest, RpmSignature, RpmVerdict } from '../rpm/verdict.ts'
import { type FileName, shownName } from './names.ts'
import { rangeOf } from './rpm-text.ts'

export type Style = '6' | '4.18'

/** What is not asked, as rpmkeys has it. */
export interface Without {
  readonly signature: boolean
  readonly digest: boolean
}

/** The short form: `FILE: digests signatures OK`. */
export function shortForm(name: FileName, verdict: RpmVerdict, without: Without): string {
  const isOk = !('reasons' in verdict)
  const words: string[] = []
  if (!isUnreadable(verdict)) {
    const isDigestBad = verdict.digests.some(({ state }) => state === 'mismatch')
    if (!without.digest) words.push(isDigestBad ? 'DIGESTS' : 'digests')
    if (!without.signature) words.push(isSignatureBad(verdict) ? 'SIGNATURES' : 'signatures')
  }
  words.push(isOk ? 'OK' : 'NOT OK')
  return `${shownName(name)}: ${words.join(' ')}\n`
}

/** Nothing of the package was judged. */
function isUnreadable({ signatures, digests }: RpmVerdict): boolean {
  return signatures.length === 0 && digests.length === 0
}

/** Signatures are at fault, or missing: everything but a digest that does not match. */
function isSignatureBad(verdict: RpmVerdict): boolean {
  if (!('reasons' in verdict)) return false
  const isDigest = (code: string): boolean =>
    code.endsWith('-digest-mismatch') || code === 'no-digest'
  return !verdict.reasons.every(({ code }) => isDigest(code))
}

/** The long form: a line for each signature and digest, then nothing. */
export function longForm(
  name: FileName,
  verdict: RpmVerdict,
  without: Without,
  style: Style,
): string {
  const { signatures, digests } = verdict
  const lines: string[] = []
  for (const range of ['header', 'payload', 'header-and-payload'] as const) {
    if (!without.signature) {
      const own = signatures.filter(({ covers }) => covers === range)
      lines.push(...own.map((signature) => signatureLine(signature, style)))
      if (own.length === 0 && range !== 'payload' && isMissing(verdict)) {
        const kinds = ['RSA', 'DSA']
        lines.push(...kinds.map((kind) => `${part(range, style)}${word(kind, style)}: NOTFOUND`))
      }
    }
    if (without.digest) continue
    lines.push(...digests.filter(({ covers }) => covers === range).flatMap(digestLine))
  }
  return `${shownName(name)}:\n${lines.map((line) => `    ${line}\n`).join('')}`
}

/** The package is refused for want of signatures. */
function isMissing(verdict: RpmVerdict): boolean {
  const missing = ['no-signature', 'payload-not-covered', 'partially-signed']
  return 'reasons' in verdict && verdict.reasons.some(({ code }) => missing.includes(code))
}

function part(covers: RpmSignature['covers'], style: Style): string {
  if (covers === 'header') return 'Header '
  return style === '6' ? 'Legacy ' : ''
}

/** rpm calls a signature that it cannot read by what its tag is for. */
function word(kind: string, style: Style): string {
  return style === '6' ? `OpenPGP ${kind} signature` : `${kind} signature`
}

function signatureLine({ covers, stated, verdict, tag }: RpmSignature, style: Style): string {
  const range = part(covers, style)
  if (stated === undefined) {
    const number = SIGNATURE_TAGS.find(({ name }) => name === tag)?.tag
    const kind = tag === 'RSAHEADER' || tag === 'PGP' ? 'RSA' : 'DSA'
    const why = `package tag ${number}: invalid OpenPGP signature`
    return `${range}${word(kind, style)}: ${state(verdict)} (${why})`
  }
  const { version, algorithm, hash, issuer = '' } = stated
  const ident = `V${version} ${algorithm.replace(/ \(.*/, '')}/${hash}`
  const keyId = issuer.slice(-16)
  if (style === '4.18') {
    return `${range}${ident} Signature, key ID ${keyId.slice(-8)}: ${state(verdict)}`
  }
  const primary =
    verdict?.kind === 'good' ? verdict.primaryKey : (verdict?.candidates[0]?.primary ?? undefined)
  const key = primary === undefined ? `key ID ${keyId}` : `key fingerprint: ${primary}`
  return `${range}OpenPGP ${ident} signature, ${key}: ${state(verdict)}`
}

/** An expired, revoked or weak key is never OK. */
function state(verdict: RpmSignature['verdict']): string {
  switch (verdict?.kind) {
    case 'good':
      return 'OK'
    case 'no-key':
      return 'NOKEY'
    case 'untrusted':
      return 'NOTTRUSTED'
    case undefined:
      return 'NOTFOUND'
    case 'bad':
    case 'error':
    case 'unusable':
      return 'BAD'
  }
}

function digestLine(digest: RpmDigest): readonly string[] {
  const { state, expected, actual } = digest
  if (state === 'match') return [`${rangeOf(digest)}: OK`]
  if (state !== 'mismatch') return []
  return [`${rangeOf(digest)}: BAD (Expected ${expected} != ${actual})`]
}
