/**
 * A verdict on a package in the words of rpmkeys, for scripts that read them. Two styles: rpm 6 and, as many scripts still
 * expect, 4.18 (formats as observed).
 */
import type { Fingerprint } from '../openpgp/model.ts'
import type { Covered } from '../rpm/tags.ts'
import { SIGNATURE_TAGS } from '../rpm/tags.ts'
import type { RpmDigest, RpmSignature, RpmVerdict } from '../rpm/verdict.ts'
import { keyIdOf } from '../sanitise/fingerprint.ts'
import { type FileName, shownName } from './names.ts'
import { type Line, linesOf, type Result, type Without } from './rpmkeys-lines.ts'
import type { Style } from './rpmkeys-rows.ts'

/** The short form: `FILE: digests signatures OK`; a word in capitals has something that is not OK. */
export function shortForm(
  name: FileName,
  verdict: RpmVerdict,
  without: Without,
  style: Style,
): string {
  const lines = linesOf(verdict, without, style)
  const isAsked = { digest: !without.digest, signature: !without.signature }
  const words = (['digest', 'signature'] as const).flatMap((kind) => {
    const own = lines.filter((line) => line.kind === kind)
    // digests that are too weak to have a line: a package that is good needs none
    if (own.length === 0 && (verdict.kind !== 'good' || !isAsked[kind])) return []
    const word = `${kind}s`
    return [own.every(({ result }) => result === 'OK') ? word : word.toUpperCase()]
  })
  return `${shownName(name)}: ${[...words, 'reasons' in verdict ? 'NOT OK' : 'OK'].join(' ')}\n`
}

/** The long form: a line for each signature and digest. */
export function longForm(
  name: FileName,
  verdict: RpmVerdict,
  without: Without,
  style: Style,
): string {
  const lines = linesOf(verdict, without, style).map((line) => `    ${textOf(line, style)}\n`)
  return `${shownName(name)}:\n${lines.join('')}`
}

function textOf({ kind, row, result, found }: Line, style: Style): string {
  const part = partOf(row.covers, style)
  if (kind === 'digest') return `${part}${row.word}: ${result}${found ? difference(found) : ''}`
  const openpgp = style === '6' ? 'OpenPGP ' : ''
  if (found === undefined) return `${part}${openpgp}${row.word}: ${result}`
  return `${part}${openpgp}${signatureText(found, row.word, result, style)}`
}

/** rpm's words for the octets that a signature or a digest is over. */
function partOf(covers: Covered, style: Style): string {
  if (covers === 'header') return 'Header '
  if (covers === 'payload') return 'Payload '
  return style === '6' ? 'Legacy ' : ''
}

function difference({ state, expected, actual }: RpmDigest): string {
  return state === 'mismatch' ? ` (Expected ${expected} != ${actual})` : ''
}

function signatureText(found: RpmSignature, word: string, result: Result, style: Style): string {
  const { stated, tag } = found
  if (stated === undefined) {
    const number = SIGNATURE_TAGS.find(({ name }) => name === tag)?.tag
    return `${word}: ${result} (package tag ${number}: invalid OpenPGP signature)`
  }
  const { version, algorithm, hash, issuer = '' } = stated
  // `EdDSA (legacy)` is EdDSA
  const ident = `V${version} ${algorithm.replace(/ \(.*/, '')}/${hash}`
  const isKeyId = issuer.length === KEY_ID_DIGITS
  const keyId = isKeyId ? issuer : keyIdOf(issuer)
  if (style === '4.18') return `${ident} Signature, key ID ${keyId.slice(-8)}: ${result}`
  const primary = primaryOf(found)
  const key = primary === undefined ? `key ID ${keyId}` : `key fingerprint: ${primary}`
  return `${ident} signature, ${key}: ${result}`
}

const KEY_ID_DIGITS = 16

/** The certificate that was tried. */
function primaryOf({ verdict }: RpmSignature): Fingerprint | undefined {
  if (verdict === undefined) return undefined
  return verdict.kind === 'good' ? verdict.primaryKey : verdict.candidates[0]?.primary
}
