/**
 * What follows from the two headers of a package: its verdict by every question, what it states of itself, and whether what
 * is kept stands in the input. The last is looked at independently of manager/sanitise.
 */
import { judgeDetached } from '../../../manager/openpgp/detached.ts'
import { rpmPolicy } from '../../../manager/policy/policy.ts'
import { RpmContents } from '../../../manager/rpm/contents.ts'
import { decide, type RpmQuestion } from '../../../manager/rpm/decide.ts'
import { notAsked, PartDigests } from '../../../manager/rpm/digests.ts'
import type { RpmHeader, RpmHeaderReading } from '../../../manager/rpm/model.ts'
import {
  type StatedDigest,
  type StatedSignature,
  statedInHeader,
  statedInSignatures,
} from '../../../manager/rpm/stated.ts'
import type { RpmSignature, RpmVerdict } from '../../../manager/rpm/verdict.ts'
import { attempt, Fault } from '../../../manager/sanitise/fault.ts'
import { Tainted } from '../../../protocol/tainted.ts'
import { concat } from '../../unit/build.ts'
import { seconds } from '../../unit/openpgp-make.ts'
import { honestPackets, keyringOf } from './consequences.ts'
import { type ReplyKind, RPM_HEADER, RPM_SIGNATURES } from './kinds.ts'
import { type Consequences, NOTHING, type Subject } from './oracle.ts'
import { CERTIFICATES, type Package } from './rpm-packages.ts'

/** After all signatures of the packages were made. */
export const AT = seconds(1_756_684_800)
export const RPM_TERMS = {
  keyring: keyringOf(honestPackets(CERTIFICATES)),
  at: AT,
  policy: rpmPolicy(AT),
} as const
const TERMS = { ...RPM_TERMS, use: 'rpm-header' } as const
const QUESTIONS: readonly RpmQuestion[] = [
  { level: 'all' },
  { level: 'signature' },
  { level: 'digest' },
  { headerOnly: true },
]

/** The subjects about one package: each of its headers, the other being as it is. */
export function subjectsOf(one: Package): readonly Subject<RpmHeaderReading>[] {
  const honest = (kind: ReplyKind<RpmHeaderReading>, input: Uint8Array): RpmHeaderReading =>
    kind.open(input, new Tainted(kind.honest(input)))
  return [
    {
      name: `${one.name}: signatures`,
      kind: RPM_SIGNATURES,
      input: one.signatures,
      consequences: (read, input) =>
        followingFrom(read, honest(RPM_HEADER, one.header), one.payload, inventedIn(read, input)),
    },
    {
      name: `${one.name}: header`,
      kind: RPM_HEADER,
      input: one.header,
      consequences: (read, input) =>
        followingFrom(
          honest(RPM_SIGNATURES, one.signatures),
          read,
          one.payload,
          inventedIn(read, input),
        ),
    },
  ]
}

function followingFrom(
  first: RpmHeaderReading,
  second: RpmHeaderReading,
  payload: Uint8Array,
  invented: readonly string[],
): Consequences {
  if (first.status !== 'read' || second.status !== 'read') return { ...NOTHING, invented }
  const stated = attempt(() => statedInSignatures(first.header))
  const described = attempt(() => statedInHeader(second.header))
  if (stated instanceof Fault || described instanceof Fault || stated === 'too-many') {
    return { ...NOTHING, invented }
  }
  const parts = { header: second.header, payload }
  const signatures = stated.signatures.map((one) => judged(one, parts))
  const good = QUESTIONS.flatMap((question) => {
    const verdict = verdictOn(parts, signatures, [...stated.digests, ...described], question)
    const name = JSON.stringify(question)
    const authentic = verdict.authenticated === 'nothing' ? [] : [`header by ${name}`]
    return 'reasons' in verdict ? authentic : [...authentic, `${verdict.kind} by ${name}`]
  })
  const statements = [
    ...stated.signatures.map(
      ({ row, octets }) => `${row.name} ${Buffer.from(octets).toString('hex')}`,
    ),
    ...[...stated.digests, ...described].map(({ row, hex }) => `${row.name} ${hex}`),
  ]
  return { ...NOTHING, good: new Set(good), statements: new Set(statements), invented }
}

interface Parts {
  readonly header: RpmHeader
  readonly payload: Uint8Array
}

function judged(
  { row: { name: tag, covers }, octets }: StatedSignature,
  { header, payload }: Parts,
): RpmSignature {
  const over = covers === 'header' ? header.octets : concat(header.octets, payload)
  const [verdict] = judgeDetached(honestPackets(octets), over, TERMS).signatures
  return { tag, covers, stated: undefined, verdict }
}

/** What judge-rpm.ts does, in this process and at once. */
function verdictOn(
  { header, payload }: Parts,
  all: readonly RpmSignature[],
  stated: readonly StatedDigest[],
  question: RpmQuestion,
): RpmVerdict {
  const { level = 'all', headerOnly = false } = question
  const signatures = all.map((one) => {
    const isAsked = level !== 'digest' && !(headerOnly && one.covers === 'header-and-payload')
    return isAsked ? one : { ...one, verdict: undefined }
  })
  const isCompared = ({ row }: StatedDigest): boolean =>
    row.covers === 'header' ? level !== 'signature' : row.covers === 'payload' && !headerOnly
  const compared = stated.filter(isCompared)
  const ofHeader = new PartDigests(compared, 'header')
  ofHeader.update(header.octets)
  const ofPayload = new PartDigests(compared, 'payload')
  ofPayload.update(payload)
  const others = stated.filter((one) => !isCompared(one)).map(notAsked)
  const digests = [...ofHeader.finish(), ...ofPayload.finish(), ...others]
  const contents = new RpmContents(header, 0)
  const found = {
    signatures,
    digests,
    notes: [],
    isPayloadEmpty: payload.length === 0,
    contents,
    judgedAt: AT,
  }
  return decide(found, question, {})
}

/** Entries that are not what the index of the input says of their tag. */
function inventedIn(reading: RpmHeaderReading, input: Uint8Array): readonly string[] {
  if (reading.status !== 'read') return []
  const { octets, entries } = reading.header
  const view = Buffer.from(input)
  // of a header that is refused, whatever of its index is there
  const stated = input.length < 16 ? 0 : view.readUInt32BE(8)
  const base = 16 + 16 * stated
  const there = Math.min(stated, Math.floor((input.length - 16) / 16))
  const rows = Array.from({ length: Math.max(0, there) }, (_, index) => 16 + 16 * index)
  const invented = Buffer.compare(octets, input) === 0 ? [] : ['the header']
  for (const [tag, { type, count, place, data }] of entries) {
    const isThere = rows.some(
      (at) =>
        view.readUInt32BE(at) === tag &&
        view.readUInt32BE(at + 4) === type &&
        base + view.readUInt32BE(at + 8) === place.offset &&
        view.readUInt32BE(at + 12) === count &&
        measured(view.subarray(place.offset), type, count) === place.length,
    )
    const own = input.subarray(place.offset, place.offset + place.length)
    if (!isThere || Buffer.compare(data, own) !== 0) invented.push(`tag ${tag}`)
  }
  return invented
}

/** Octets of so many values (docs/rpm-grammar.md). */
function measured(from: Buffer, type: number, count: number): number {
  const size = [0, 1, 1, 2, 4, 8, 0, 1, 0, 0][type] ?? 0
  if (size > 0) return count * size
  const nuls = [...from.keys()].filter((index) => from[index] === 0)
  return (nuls[count - 1] ?? -1) + 1
}
