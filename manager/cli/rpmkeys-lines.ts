/**
 * Which signatures and digests of a package rpmkeys has a line for, and what each line says was found. It lists what is
 * there and, where header or payload are not covered, all that it looked for. Not computed here, and so without a line:
 * digests by MD5 and SHA-1.
 */
import { overWhole } from '../rpm/coverage.ts'
import { spoils } from '../rpm/decide.ts'
import type { Covered } from '../rpm/tags.ts'
import type { RpmDigest, RpmSignature, RpmVerdict } from '../rpm/verdict.ts'
import { DIGESTS, type Row, SIGNATURES, type Style } from './rpmkeys-rows.ts'

/** What is not asked. */
export interface Without {
  readonly signature: boolean
  readonly digest: boolean
}

/** rpmkeys' words for what became of a signature or a digest. */
export type Result = 'OK' | 'BAD' | 'NOKEY' | 'NOTTRUSTED' | 'NOTFOUND'

/** A line of the long form. */
export type Line =
  | {
      readonly kind: 'signature'
      readonly row: Row
      readonly result: Result
      readonly found?: RpmSignature
    }
  | {
      readonly kind: 'digest'
      readonly row: Row
      readonly result: Result
      readonly found?: RpmDigest
    }

/** The parts of a package, in rpmkeys' order. */
const PARTS = ['header', 'payload', 'header-and-payload'] as const

/** The lines on a package, in rpmkeys' order; none where its headers could not be read. */
export function linesOf(verdict: RpmVerdict, without: Without, style: Style): readonly Line[] {
  if (verdict.signatures.length === 0 && verdict.digests.length === 0) return []
  const signatures = without.signature ? [] : signatureLines(verdict, style)
  const digests = without.digest ? [] : digestLines(verdict, without, style)
  const lines = [...signatures, ...digests]
  return PARTS.flatMap((part) => lines.filter(({ row }) => row.covers === part))
}

function signatureLines(verdict: RpmVerdict, style: Style): readonly Line[] {
  const open = uncovered(verdict, bySignature(verdict))
  const lines = SIGNATURES[style].flatMap((row): readonly Line[] => {
    const found = verdict.signatures.filter(({ tag }) => tag === row.tag)
    if (found.length === 0) return missing('signature', row, open)
    return found.map((one) => ({ kind: 'signature', row, result: resultOf(one), found: one }))
  })
  if (style === '6') return lines
  // what is there comes first
  const isThere = ({ found }: Line): boolean => found !== undefined
  return [...lines.filter(isThere), ...lines.filter((line) => !isThere(line))]
}

function digestLines(verdict: RpmVerdict, without: Without, style: Style): readonly Line[] {
  const signed = bySignature(verdict)
  const open = uncovered(verdict, byDigest(verdict, style))
  // what a signed header states of the payload stands for its signature
  const isSignature = !without.signature && signed.has('header')
  const alsoOpen = isSignature ? uncovered(verdict, signed) : new Set<Covered>()
  const isThere = ({ tag }: Row): boolean => verdict.digests.some((one) => one.tag === tag)
  const rows = DIGESTS[style].flatMap((pair) => [
    ...pair.filter(isThere),
    ...pair.filter((row) => !isThere(row)),
  ])
  return rows.flatMap((row): readonly Line[] => {
    const found = verdict.digests.find(({ tag }) => tag === row.tag)
    const isOpen = row.covers === 'payload' ? new Set([...open, ...alsoOpen]) : open
    if (found === undefined || found.state === 'not-needed') return missing('digest', row, isOpen)
    if (found.state === 'match') return [{ kind: 'digest', row, result: 'OK', found }]
    if (found.state === 'mismatch') return [{ kind: 'digest', row, result: 'BAD', found }]
    return []
  })
}

function missing(kind: Line['kind'], row: Row, open: ReadonlySet<Covered>): readonly Line[] {
  const parts: readonly Covered[] =
    row.covers === 'header-and-payload' ? ['header', 'payload'] : [row.covers]
  return parts.some((part) => open.has(part)) ? [{ kind, row, result: 'NOTFOUND' }] : []
}

/** The parts that are not among the covered ones. Nothing is missing of a package that is not refused. */
function uncovered(verdict: RpmVerdict, covered: ReadonlySet<Covered>): ReadonlySet<Covered> {
  if (!('reasons' in verdict)) return new Set()
  return new Set((['header', 'payload'] as const).filter((part) => !covered.has(part)))
}

/** The parts that good signatures cover, by themselves or by the digests in a signed header. */
function bySignature(verdict: RpmVerdict): ReadonlySet<Covered> {
  if (overWhole(verdict).length > 0) return new Set(['header', 'payload'])
  const isSigned = verdict.signatures.some((one) => one.verdict?.kind === 'good')
  return new Set(isSigned ? ['header'] : [])
}

/** The parts that digests cover; rpm 4.18 goes by the weak ones as well. */
function byDigest({ digests }: RpmVerdict, style: Style): ReadonlySet<Covered> {
  const counted = digests.filter(
    ({ state }) => state === 'match' || (state === 'ignored' && style === '4.18'),
  )
  return new Set(
    counted.flatMap(({ covers }): readonly Covered[] =>
      covers === 'header-and-payload' ? ['header', 'payload'] : [covers],
    ),
  )
}

/** An expired, revoked or weak key is never OK. */
function resultOf({ verdict }: RpmSignature): Result {
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
      // a version or an algorithm that is not known spoils nothing
      return spoils(verdict) ? 'BAD' : 'NOTTRUSTED'
  }
}
