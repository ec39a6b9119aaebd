/**
 * The disagreements with rpm 4.18 that are known: each with the side that ours takes, and how it is recognised. Why, and who
 * is right, is docs/differences.md. What fits no class fails the tests.
 */
import { readFileSync } from 'node:fs'
import type { RpmVerdict } from '../../manager/index.ts'

/** A package that one accepts and the other does not. */
export interface Dispute {
  readonly ours: RpmVerdict
  /** rpm refused to import a certificate that a signature is by */
  readonly isKeyRefused?: boolean
  /** what was changed in it, by the names of test/rpm/regions.ts; undefined: nothing */
  readonly region?: string | undefined
}

export interface RpmClass {
  readonly id: string
  readonly ours: 'accept' | 'reject'
  readonly holds: (dispute: Dispute) => boolean
}

const codesOf = (verdict: RpmVerdict): readonly string[] =>
  'reasons' in verdict ? verdict.reasons.map(({ code }) => code) : []

const says =
  (...codes: readonly string[]) =>
  ({ ours, region }: Dispute): boolean =>
    region === undefined && codes.includes(codesOf(ours)[0] ?? '')

/** Of packages that nobody changed. */
export const CLASSES: readonly RpmClass[] = [
  {
    id: 'key-refused',
    ours: 'accept',
    holds: ({ isKeyRefused = false, region }) => isKeyRefused && region === undefined,
  },
  { id: 'key-expired', ours: 'reject', holds: says('key-expired') },
  { id: 'key-revoked', ours: 'reject', holds: says('key-revoked') },
  { id: 'weak', ours: 'reject', holds: says('weak-hash', 'weak-key') },
]

const isAt =
  (pattern: RegExp) =>
  ({ region = '' }: Dispute): boolean =>
    pattern.test(region)

/** Of packages with one octet changed. */
export const CHANGED_CLASSES: readonly RpmClass[] = [
  { id: 'lead', ours: 'accept', holds: isAt(/^lead$/) },
  { id: 'weak-digest', ours: 'accept', holds: isAt(/^signatures: data of (269|1004)$/) },
  { id: 'weak-digest-missing', ours: 'accept', holds: isAt(/^signatures: tag of 1004$/) },
  { id: 'issuer-hint', ours: 'accept', holds: isAt(/, unhashed 16 frame$/) },
  { id: 'later-signature', ours: 'accept', holds: isAt(/, (version|algorithm)$/) },
  { id: 'later-hash', ours: 'reject', holds: isAt(/, hash$/) },
  { id: 'integer-bits', ours: 'reject', holds: isAt(/, value frame$/) },
  { id: 'padding', ours: 'reject', holds: isAt(/^(padding|signatures: alignment)$/) },
  { id: 'tiling', ours: 'reject', holds: isAt(/^signatures: count of 1008$/) },
  { id: 'capital-digits', ours: 'reject', holds: isAt(/^signatures: data of (269|273)$/) },
  { id: 'foreign-tag', ours: 'reject', holds: isAt(/^signatures: tag of \d+$/) },
]

/** The class of a disagreement, or undefined where none fits. */
export function classOf(dispute: Dispute): string | undefined {
  const side = dispute.ours.kind === 'good' ? 'accept' : 'reject'
  const all = dispute.region === undefined ? CLASSES : CHANGED_CLASSES
  return all.find(({ ours, holds }) => ours === side && holds(dispute))?.id
}

/** The rows of docs/differences.md between two marks: class and side. */
export function documentedClasses(mark: string): readonly (readonly string[])[] {
  const page = readFileSync(new URL('../../docs/differences.md', import.meta.url), 'utf8')
  const [, section = ''] = page.split(new RegExp(`<!-- (?:begin|end) ${mark} -->`))
  return [...section.matchAll(/^\| `([a-z0-9-]+)` \| (\w+) \|/gm)].map(([, id = '', side = '']) => [
    id,
    side,
  ])
}
