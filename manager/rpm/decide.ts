/**
 * From single signatures and digests to the verdict on a package: rpm 6's rules (lib/rpmvs.cc), as a straight line.
 * Trusted side, pure. Every signature counts: one that is bad, or whose key is missing, fails the package; one that is not
 * trusted is ignored beside a good one. Good signatures and the digests that a signed header states must cover all of it.
 */
import { BESIDE, type Demands, perCertificate, unmet } from '../openpgp/count.ts'
import type { UnixSeconds } from '../openpgp/model.ts'
import { type Note, type NoteCode, note } from '../openpgp/notes.ts'
import { REASONS, type Reason, type ReasonCode, reason } from '../openpgp/reasons.ts'
import type { RefusedSignature, SignatureVerdict } from '../openpgp/verdict.ts'
import { VERDICT_KINDS } from '../openpgp/verdict-kind.ts'
import type { RpmContents } from './contents.ts'
import { covering, overWhole, whyNotWhole } from './coverage.ts'
import type { RefusedRpm, RpmDigest, RpmSignature, RpmVerdict } from './verdict.ts'

/** What is asked of a package. */
export interface RpmQuestion {
  /**
   * - `all`: signatures over everything, and every digest that is there must match (default).
   * - `signature`: likewise, but digests of the header that nobody signed are not asked.
   * - `digest`: only digests; the answer can be no better than `digests-only`.
   */
  readonly level?: 'all' | 'signature' | 'digest'
  /** only the header, not with `digest`; the payload is not read, and the answer can be no better than `header-only` */
  readonly headerOnly?: boolean
}

/** All that was found of a package. */
export interface RpmFindings {
  readonly signatures: readonly RpmSignature[]
  readonly digests: readonly RpmDigest[]
  /** it was read, and there is none */
  readonly isPayloadEmpty: boolean
  /** accepted deviations */
  readonly notes: readonly NoteCode[]
  readonly contents: RpmContents
  readonly judgedAt: UnixSeconds
}

/** Reasons that say: not for this version of the program. rpm calls such signatures not trusted, and goes on. */
const UNSUPPORTED: ReadonlySet<ReasonCode> = new Set([
  'unsupported-version',
  'unsupported-algorithm',
])

/** Whether a signature fails the package whatever else is there. */
export function spoils(verdict: SignatureVerdict): verdict is RefusedSignature {
  switch (verdict.kind) {
    case 'good':
    case 'untrusted':
      return false
    case 'unusable':
      return !verdict.reasons.every(({ code }) => UNSUPPORTED.has(code))
    case 'bad':
    case 'no-key':
    case 'error':
      return true
    default:
      return verdict satisfies never
  }
}

/** Decides. Good only on the last line. */
export function decide(
  findings: RpmFindings,
  { level = 'all', headerOnly = false }: RpmQuestion,
  demands: Demands,
): RpmVerdict {
  const { digests, contents, judgedAt } = findings
  const signatures = findings.signatures.map((one) => covering(one, findings.isPayloadEmpty))
  const told = { signatures, digests, judgedAt }
  const wrong = mismatches(digests).map(against)
  const refuse = (
    authenticated: RefusedRpm['authenticated'],
    ...all: readonly Against[]
  ): RefusedRpm => ({ ...refusal(all), authenticated, ...told })

  if (level === 'digest') {
    const missing = unstated(digests).map(against)
    if (wrong.length + missing.length > 0) return refuse('nothing', ...wrong, ...missing)
    return { kind: 'digests-only', authenticated: 'nothing', notes: notesOf(findings), ...told }
  }

  const verdicts = signatures.flatMap(({ verdict }) => verdict ?? [])
  if (verdicts.length === 0) {
    const isLeftOut = headerOnly && signatures.length > 0
    const code = isLeftOut ? 'header-not-covered' : 'no-signature'
    return refuse('nothing', against(reason(code)), ...wrong)
  }
  const spoiling = verdicts.filter(spoils)
  if (spoiling.length > 0) return refuse('nothing', ...spoiling, ...wrong)
  const [first, ...rest] = perCertificate(verdicts)
  if (first === undefined) {
    const refused = verdicts.filter((verdict) => verdict.kind !== 'good')
    return refuse('nothing', ...refused, ...wrong)
  }
  const isHeaderWrong = digests.some(
    ({ covers, state }) => covers === 'header' && state === 'mismatch',
  )
  if (isHeaderWrong) return refuse('nothing', ...wrong)
  const missing = unmet(verdicts, 1 + rest.length, demands).map(against)
  if (missing.length > 0) return refuse('nothing', ...missing, ...wrong)
  // every good signature covers the header: it is the signer's from here on
  const good = [first, ...rest] as const
  const notes = notesOf(findings)
  if (headerOnly) {
    return { kind: 'header-only', authenticated: 'header', good, notes, contents, ...told }
  }
  if (wrong.length > 0) return refuse('header', ...wrong)
  // who signed a header that does not tie the payload down has not signed the package, and meets no demand over it
  const whole = overWhole(told)
  const [signer, ...others] = perCertificate(whole)
  if (signer === undefined) {
    return refuse('header', against(whyNotWhole(told, findings.isPayloadEmpty)))
  }
  const lacking = unmet(whole, 1 + others.length, demands).map(against)
  if (lacking.length > 0) return refuse('header', ...lacking)
  return {
    kind: 'good',
    authenticated: 'package',
    good: [signer, ...others],
    notes,
    contents,
    ...told,
  }
}

/** A refusal of the whole package for one cause, with nothing told of its parts. */
export function refusedPackage(why: Reason, judgedAt: UnixSeconds): RefusedRpm {
  const { kind } = REASONS[why.code]
  const parts = { signatures: [], digests: [] }
  return { kind, authenticated: 'nothing', reasons: [why], ...parts, judgedAt }
}

/** What is against a package: a signature that is not good, or one reason. */
type Against = Pick<RefusedSignature, 'kind' | 'reasons'>

function against(why: Reason): Against {
  return { kind: REASONS[why.code].kind, reasons: [why] }
}

function mismatches(digests: readonly RpmDigest[]): readonly Reason[] {
  return digests
    .filter(({ state }) => state === 'mismatch')
    .map(({ covers, algorithm }) =>
      reason(covers === 'header' ? 'header-digest-mismatch' : 'payload-digest-mismatch', algorithm),
    )
}

/** Parts for which no digest is stated that says anything; one that does not match is stated all the same. */
function unstated(digests: readonly RpmDigest[]): readonly Reason[] {
  const isStated = ({ covers, state }: RpmDigest, part: RpmDigest['covers']): boolean =>
    covers === part && (state === 'match' || state === 'mismatch')
  return (['header', 'payload'] as const)
    .filter((part) => !digests.some((digest) => isStated(digest, part)))
    .map((part) => reason('no-digest', `of the ${part}`))
}

/** A refusal by the first kind of VERDICT_KINDS that occurs, the reasons of that kind first, each once. */
function refusal(all: readonly Against[]): Pick<RefusedRpm, 'kind' | 'reasons'> {
  const rank = ({ kind }: Against): number => VERDICT_KINDS.indexOf(kind)
  const ordered = all.toSorted((a, b) => rank(a) - rank(b))
  const reasons = new Map<string, Reason>()
  for (const why of ordered.flatMap((one) => one.reasons)) {
    const name = `${why.offset} ${why.text}`
    if (!reasons.has(name)) reasons.set(name, why)
  }
  const [first = reason('no-signature'), ...rest] = reasons.values()
  return { kind: ordered[0]?.kind ?? REASONS[first.code].kind, reasons: [first, ...rest] }
}

function notesOf({ signatures, notes }: RpmFindings): readonly Note[] {
  const codes = new Set<NoteCode>(notes)
  for (const { verdict } of signatures) {
    if (verdict?.kind === 'good') for (const { code } of verdict.notes) codes.add(code)
    else if (verdict !== undefined) codes.add(BESIDE[verdict.kind])
  }
  return [...codes].map(note)
}
