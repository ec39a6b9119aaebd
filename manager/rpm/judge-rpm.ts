/**
 * A package from input to verdict, one reading: headers into memory, header signatures judged, then the payload hashed once
 * into every context, then the rules of decide.ts. Trusted side.
 */
import type { Input } from '../input.ts'
import type { Judging } from '../judging.ts'
import type { VerdictTerms } from '../openpgp/detached.ts'
import type { NoteCode } from '../openpgp/notes.ts'
import { requireTimes } from '../openpgp/times.ts'
import type { SignatureVerdict } from '../openpgp/verdict.ts'
import { RpmContents } from './contents.ts'
import { decide, type RpmQuestion, refusedPackage } from './decide.ts'
import { notAsked, PartDigests } from './digests.ts'
import { type OpenPackage, openPackage } from './open-package.ts'
import { PackageReader } from './package-reader.ts'
import {
  judgeInMemory,
  type OpenSignature,
  openSignature,
  StreamedSignature,
  told,
} from './signatures.ts'
import { NO_TURN, type Turn, Turns } from './turns.ts'
import type { RpmDigest, RpmVerdict } from './verdict.ts'

/** A verdict, and the contents of the header where there is one, whatever the verdict: for who asks for them unauthenticated. */
export interface JudgedRpm {
  readonly verdict: RpmVerdict
  readonly unauthenticated: RpmContents | undefined
}

/** A package to judge; a caller's own objects may say more. */
export interface RpmItem {
  readonly package: Input
}

/** For who shows progress. */
export interface OnRead {
  /** told how many more octets were read; must not throw */
  readonly onRead?: (octets: number) => void
}

/**
 * @param large where files and bytes with large headers take turns, in the order of the calls: each takes many times the
 * memory of another
 * @throws InputError if the package cannot be read, SetupError; never for what is in it
 */
export async function judgeRpm(
  item: RpmItem & OnRead,
  asked: RpmQuestion,
  judging: Judging,
  large: Turns = new Turns(),
): Promise<JudgedRpm> {
  const turn = Symbol.asyncIterator in item.package ? NO_TURN : large.next()
  try {
    requireTimes(judging.terms)
    return await judgeInTurn(item, ownQuestion(asked), judging, turn)
  } finally {
    turn.release()
  }
}

async function judgeInTurn(
  { package: input, onRead }: RpmItem & OnRead,
  question: Required<RpmQuestion>,
  judging: Judging,
  turn: Turn,
): Promise<JudgedRpm> {
  const { driver, terms, signal } = judging
  await using reader = new PackageReader(input, signal, onRead)
  const opened = await openPackage(reader, driver, judging, turn)
  if ('code' in opened) {
    return { verdict: refusedPackage(opened, terms.at), unauthenticated: undefined }
  }
  const { stated, signaturesAt, header, headerAt } = opened
  const contents = new RpmContents(header, headerAt)
  const { level, headerOnly } = question
  // one demand of the caller is over all signatures of the package, none over each
  const { threshold: _t, requiredSigners: _s, requiredAlgorithms: _a, ...alone } = terms
  const each: VerdictTerms = { ...alone, use: 'rpm-header' }
  const open = await Promise.all(
    stated.signatures.map((claim) => openSignature(claim, driver, judging)),
  )
  const overHeader =
    level === 'digest' ? [] : open.filter(({ claim }) => claim.row.covers === 'header')
  const inHeader = judgeEach(overHeader, header.octets, each)
  // it is told where it is awaited; until then its failure is nobody's
  inHeader.catch(() => {})
  const streamed = open.map((one) =>
    level !== 'digest' && !headerOnly && one.claim.row.covers === 'header-and-payload'
      ? new StreamedSignature(one, each)
      : undefined,
  )
  const headersEnd = reader.offset
  const digests = await digest(reader, opened, question, streamed)
  const judged = await inHeader
  const verdicts = open.map((one, index) => judged.get(one) ?? streamed[index]?.finish())
  const findings = {
    signatures: open.map((one, index) => told(one, verdicts[index], signaturesAt)),
    digests,
    isPayloadEmpty: !headerOnly && reader.offset === headersEnd,
    notes: stated.hasForeign ? (['outside-region'] satisfies NoteCode[]) : [],
    contents,
    judgedAt: terms.at,
  }
  return { verdict: decide(findings, question, terms), unauthenticated: contents }
}

/** One after the other, while the payload is read: each has a copy of the header while its key operation runs. */
async function judgeEach(
  signatures: readonly OpenSignature[],
  header: Uint8Array,
  terms: VerdictTerms,
): Promise<ReadonlyMap<OpenSignature, SignatureVerdict>> {
  const judged = new Map<OpenSignature, SignatureVerdict>()
  for (const one of signatures) judged.set(one, await judgeInMemory(one, header, terms))
  return judged
}

/**
 * The question as it is when it is asked: the caller's object may change. Digests alone would say nothing of a payload that
 * was not read.
 *
 * @throws RangeError for what is no question
 */
export function ownQuestion({
  level = 'all',
  headerOnly = false,
}: RpmQuestion): Required<RpmQuestion> {
  if (!LEVELS.includes(level)) throw new RangeError('expected `level` all, signature or digest')
  if (typeof headerOnly !== 'boolean') throw new RangeError('expected `headerOnly` true or false')
  if (level === 'digest' && headerOnly) {
    throw new RangeError('expected `headerOnly` only where signatures are asked')
  }
  return { level, headerOnly }
}

const LEVELS: readonly NonNullable<RpmQuestion['level']>[] = ['all', 'signature', 'digest']

/** Hashes header and payload, as far as they are asked for, and feeds the signatures over both. */
async function digest(
  reader: PackageReader,
  { stated, header, payloadDigests }: OpenPackage,
  { level, headerOnly }: Required<RpmQuestion>,
  signatures: readonly (StreamedSignature | undefined)[],
): Promise<readonly RpmDigest[]> {
  const ofHeader = new PartDigests(level === 'signature' ? [] : stated.digests, 'header')
  ofHeader.update(header.octets)
  const others = stated.digests.filter(
    ({ row }) => level === 'signature' || row.covers !== 'header',
  )
  const told = [...ofHeader.finish(), ...others.map(notAsked)]
  if (headerOnly) return [...told, ...payloadDigests.map(notAsked)]
  const ofPayload = new PartDigests(payloadDigests, 'payload')
  for (const signature of signatures) signature?.update(header.octets)
  for await (const chunk of reader.remainder()) {
    ofPayload.update(chunk)
    for (const signature of signatures) signature?.update(chunk)
  }
  return [...told, ...ofPayload.finish()]
}
