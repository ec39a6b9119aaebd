/** A verdict on a package as a person reads it. Shows codes, numbers, fingerprints computed here, and cleaned texts. */
import type { SignatureVerdict } from '../openpgp/verdict.ts'
import type { RpmContents, RpmText } from '../rpm/contents.ts'
import type { RpmDigest, RpmSignature, RpmVerdict } from '../rpm/verdict.ts'
import { type FileName, shownName } from './names.ts'
import { clean, columns, type Paint } from './text.ts'
import { because, describeSigner } from './verdict.ts'

/** What a good answer covers, in words. */
const COVERS: Readonly<Record<'good' | 'header-only' | 'digests-only', string>> = {
  good: 'header and payload',
  'header-only': 'the header only; the payload was not read',
  'digests-only': 'nothing: digests match, and nobody was asked who made them',
}

/** One block for a package. Without `verbose` only what failed is listed beside the verdict. */
export function describeRpm(
  name: FileName,
  verdict: RpmVerdict,
  verbose: boolean,
  paint: Paint,
): string {
  const rows: [string, string][] = []
  for (const signature of verdict.signatures) {
    const row: [string, string] = [describeSignature(signature), stateOf(signature.verdict)]
    if (verbose || isFailure(signature.verdict)) rows.push(row)
  }
  for (const digest of verdict.digests) {
    if (verbose || digest.state === 'mismatch') rows.push(describeDigest(digest))
  }
  const found = columns(rows)
  const subject = shownName(name)
  if ('reasons' in verdict) {
    const reasons = verdict.reasons.map(because).join('')
    const rest =
      verdict.authenticated === 'header' ? columns([['the header', 'is authenticated']]) : ''
    return `${paint.bad(verdict.kind)} ${subject}\n${found}${rest}${reasons}`
  }
  const { kind, notes } = verdict
  const signers = 'good' in verdict ? verdict.good : []
  const facts = [...signers.flatMap(describeSigner), ['covers', COVERS[kind]] as const]
  const noted = notes.map(({ code, text }) => `      note: ${text} (${code})\n`).join('')
  const word = kind === 'good' ? paint.good(kind) : paint.quiet(kind)
  return `${word} ${subject}\n${found}${columns(facts)}${noted}`
}

function isFailure(verdict: SignatureVerdict | undefined): boolean {
  return verdict !== undefined && verdict.kind !== 'good'
}

/** In words like rpm's: `Header V4 RSA/SHA256 signature, key ID ...`. */
function describeSignature({ tag, covers, stated }: RpmSignature): string {
  const range = covers === 'header' ? 'Header' : 'Header and payload'
  if (stated === undefined) return `${range} signature (${tag})`
  const { version, algorithm, hash, issuer } = stated
  const by =
    issuer === undefined ? '' : `, key ${issuer.length === 16 ? 'ID' : 'fingerprint'} ${issuer}`
  return `${range} V${version} ${algorithm}/${hash} signature${by}`
}

/** Words like rpm's for what became of a signature. */
function stateOf(verdict: SignatureVerdict | undefined): string {
  switch (verdict?.kind) {
    case undefined:
      return 'not asked'
    case 'good':
      return 'OK'
    case 'no-key':
      return 'NOKEY'
    case 'untrusted':
      return 'NOTTRUSTED'
    case 'bad':
      return 'BAD'
    case 'unusable':
      return 'UNUSABLE'
    case 'error':
      return 'ERROR'
  }
}

/** rpm's words for the part of a package that a digest is of. */
function rangeOf(digest: RpmDigest): string {
  const range = { header: 'Header ', payload: 'Payload ', 'header-and-payload': '' }[digest.covers]
  return `${range}${digest.algorithm}${digest.tag.endsWith('ALT') ? ' ALT' : ''} digest`
}

function describeDigest(digest: RpmDigest): [string, string] {
  const { state, expected, actual } = digest
  const words = {
    match: 'OK',
    mismatch: `BAD (expected ${expected}, found ${actual})`,
    'not-needed': 'not needed: the other one of the pair matches',
    ignored: 'ignored: too weak',
    'not-asked': 'not asked',
  }
  return [rangeOf(digest), words[state]]
}

/** `name-[epoch:]version-release.arch`, cleaned; undefined where the header does not say. */
export function nevra(contents: RpmContents): string | undefined {
  const { name, epoch, version, release, arch, isSource } = contents
  if (name === undefined || version === undefined || release === undefined) return undefined
  const prefix = epoch === undefined ? '' : `${epoch}:`
  const machine = isSource ? '.src' : arch === undefined ? '' : `.${arch.text}`
  return clean(`${name.text}-${prefix}${version.text}-${release.text}${machine}`)
}

/** A text of a header as it may be shown. */
export function shownText(text: RpmText | undefined): string {
  return text === undefined ? '(none)' : clean(text.text)
}
