/** A verdict on a package as a person reads it. Shows codes, numbers, fingerprints computed here, and cleaned texts. */
import type { SignatureVerdict } from '../openpgp/verdict.ts'
import type { RpmContents, RpmText } from '../rpm/contents.ts'
import type { RpmDigest, RpmSignature, RpmVerdict } from '../rpm/verdict.ts'
import { type FileName, shownName } from './names.ts'
import { clean, columns, type Paint } from './text.ts'
import { because, describeSigner } from './verdict.ts'

/** What was found, in words: what is a signer's, or what the digests are of. */
const COVERS: Readonly<Record<'good' | 'header-only' | 'digests-only', string>> = {
  good: 'header and payload',
  'header-only': 'the header only; the payload was not read',
  'digests-only': 'digests only: nobody was asked who made them',
}

/** One block for a package. Without `verbose` only what failed is listed beside the verdict. */
export function describeRpm(
  name: FileName,
  verdict: RpmVerdict,
  verbose: boolean,
  paint: Paint,
): string {
  const signatures = verdict.signatures.filter((one) => verbose || isFailure(one.verdict))
  const digests = verdict.digests.filter(({ state }) => verbose || state === 'mismatch')
  const found = [...signatures.map(describeSignature), ...digests.map(describeDigest)]
    .map((line) => `      ${line}\n`)
    .join('')
  const subject = shownName(name)
  if ('reasons' in verdict) {
    const reasons = verdict.reasons.map(because).join('')
    return `${paint.bad(verdict.kind)} ${subject}\n${found}${signedHeader(verdict)}${reasons}`
  }
  const { kind, notes } = verdict
  const signers = 'good' in verdict ? verdict.good : []
  const facts = [...signers.flatMap(describeSigner), ['covers', COVERS[kind]] as const]
  const noted = notes.map(({ code, text }) => `      note: ${text} (${code})\n`).join('')
  const word = kind === 'good' ? paint.good(kind) : paint.quiet(kind)
  return `${word} ${subject}\n${found}${columns(facts)}${noted}`
}

/** Of a package that is refused, the header may be the signer's all the same. */
function signedHeader({ authenticated, signatures }: RpmVerdict): string {
  if (authenticated !== 'header') return ''
  const signers = signatures.flatMap(({ verdict }) => (verdict?.kind === 'good' ? [verdict] : []))
  return columns([...signers.flatMap(describeSigner), ['covers', 'the header, not the payload']])
}

function isFailure(verdict: SignatureVerdict | undefined): boolean {
  return verdict !== undefined && verdict.kind !== 'good'
}

/** As rpmkeys writes it: `Header V4 RSA/SHA256 signature, key ID ...: OK`. */
function describeSignature({ tag, covers, stated, verdict }: RpmSignature): string {
  const range = covers === 'header' ? 'Header' : 'Header and payload'
  const state = stateOf(verdict)
  if (stated === undefined) return `${range} signature (${tag}): ${state}`
  const { version, algorithm, hash, issuer } = stated
  const by =
    issuer === undefined ? '' : `, key ${issuer.length === 16 ? 'ID' : 'fingerprint'} ${issuer}`
  return `${range} V${version} ${algorithm}/${hash} signature${by}: ${state}`
}

/** rpm's words for what became of a signature. */
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
export function rangeOf(digest: RpmDigest): string {
  const range = { header: 'Header ', payload: 'Payload ', 'header-and-payload': '' }[digest.covers]
  return `${range}${digest.algorithm}${digest.tag.endsWith('ALT') ? ' ALT' : ''} digest`
}

function describeDigest(digest: RpmDigest): string {
  const { state, expected, actual } = digest
  const words = {
    match: 'OK',
    mismatch: `BAD (expected ${expected}, found ${actual})`,
    'not-needed': 'not needed: that of the payload as it is matches',
    ignored: 'ignored (too weak)',
    'not-asked': 'not asked',
  }
  return `${rangeOf(digest)}: ${words[state]}`
}

/** `name-[epoch:]version-release.arch`, cleaned; undefined where the header does not say. */
export function nevra(contents: RpmContents): string | undefined {
  const { name, epoch, version, release, arch, isSource } = contents
  if (name === undefined || version === undefined || release === undefined) return undefined
  const prefix = epoch === undefined ? '' : `${epoch}:`
  const machine = isSource ? 'src' : (arch?.text ?? 'noarch')
  return clean(`${name.text}-${prefix}${version.text}-${release.text}.${machine}`)
}

/** A text of a header as it may be shown. */
export function shownText(text: RpmText | undefined): string {
  return text === undefined ? '(none)' : clean(text.text)
}
