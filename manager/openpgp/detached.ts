/**
 * Detached signatures: all signatures of one input over the same data, in memory or as a stream that is read once.
 * Trusted side. Bound: JUDGE_LIMITS; what is beyond it makes the whole `too-large`.
 */
import { count, type Demands, refusedWhole } from './count.ts'
import { type MathResult, signedOctets, verifyLater, verifyNow } from './crypto.ts'
import { hasher, isText, preamble, TextCanonicaliser, trailer } from './digest.ts'
import {
  conclude,
  type Digests,
  examine,
  type JudgeTerms,
  type PendingSignature,
  unreadable,
} from './judge.ts'
import { JUDGE_LIMITS } from './limits.ts'
import type { PacketSequence, SignaturePacket } from './model.ts'
import type { NoteCode } from './notes.ts'
import { type Reason, reason } from './reasons.ts'
import { listSignatures } from './signature-list.ts'
import { requireTimes } from './times.ts'
import type { SignatureVerdict, Verdict } from './verdict.ts'

/** What all signatures of one input are judged by, and what is demanded of them together. */
export interface VerdictTerms extends JudgeTerms, Demands {}

/** All signatures of an input before any data is seen, or the verdict where that is enough. */
export type Examined =
  | { readonly kind: 'settled'; readonly verdict: Verdict }
  | {
      readonly kind: 'open'
      readonly parts: readonly (PendingSignature | SignatureVerdict)[]
      readonly notes: readonly NoteCode[]
    }

/** The first half of the judgement, for every signature of a sequence. */
export function examineAll(sequence: PacketSequence, terms: VerdictTerms): Examined {
  requireTimes(terms)
  const list = listSignatures(sequence)
  const refuse = (why: Reason): Examined => ({
    kind: 'settled',
    verdict: refusedWhole(why, [], terms),
  })
  if (list.kind === 'refused') return refuse(list.why)
  const parts: (PendingSignature | SignatureVerdict)[] = []
  const settled: SignatureVerdict[] = []
  let tries = 0
  for (const packet of list.packets) {
    const part =
      'reason' in packet
        ? unreadable(packet.place, reason(packet.reason, packet.detail, packet.offset), terms)
        : examine(packet, terms)
    parts.push(part)
    if (part.kind === 'pending') tries += part.candidates.length
    else settled.push(part)
  }
  if (tries > JUDGE_LIMITS.maxTries) return refuse(reason('too-large', 'more keys than are tried'))
  if (settled.length < parts.length) return { kind: 'open', parts, notes: list.notes }
  return { kind: 'settled', verdict: count(settled, terms, terms, list.notes) }
}

interface InMemory {
  readonly octets: Uint8Array
  readonly digests: Digests
}

/** Data in memory for all signatures over it; its text form is made once, when the first of them asks for it. */
export class DataInMemory {
  readonly octets: Uint8Array
  #text: Uint8Array | undefined

  constructor(octets: Uint8Array) {
    this.octets = octets
  }

  /** The octets that a signature is over. */
  for(signature: SignaturePacket): Uint8Array {
    if (!isText(signature)) return this.octets
    this.#text ??= new TextCanonicaliser().next(this.octets)
    return this.#text
  }
}

function hashInMemory({ signature }: PendingSignature, data: DataInMemory): InMemory | undefined {
  const canonical = data.for(signature)
  const whole = hasher(signature.hash)
  if (whole === undefined) return undefined
  whole.update(preamble(signature))
  whole.update(canonical)
  // hashed now, not when asked: the caller's bytes may change after this call
  const isBare = canonical === data.octets && signature.salt === undefined
  const alone = isBare ? whole : hasher(signature.hash)
  if (!isBare) alone?.update(data.octets)
  return {
    octets: signedOctets(signature, [canonical]),
    digests: {
      signed: whole.peek(trailer(signature)),
      data: () => alone?.peek() ?? new Uint8Array(0),
    },
  }
}

function withoutHash({ signature, terms }: PendingSignature): SignatureVerdict {
  return unreadable(signature.place, reason('unsupported-algorithm', 'hash'), terms)
}

/** Judges one signature over data in memory, blocking. */
export function concludeNow(pending: PendingSignature, data: DataInMemory): SignatureVerdict {
  const hashed = hashInMemory(pending, data)
  if (hashed === undefined) return withoutHash(pending)
  const { octets, digests } = hashed
  const math = pending.candidates.map(({ entry }) =>
    verifyNow(entry.key, pending.signature, octets, digests.signed),
  )
  return conclude(pending, digests, math)
}

/**
 * Judges one signature over data in memory; the public-key operation runs on the thread pool. `done` is called once,
 * possibly before this function returns. The data must not change until then.
 */
export function concludeLater(
  pending: PendingSignature,
  data: DataInMemory,
  done: (verdict: SignatureVerdict) => void,
): void {
  const hashed = hashInMemory(pending, data)
  if (hashed === undefined) {
    done(withoutHash(pending))
    return
  }
  const { octets, digests } = hashed
  const { candidates, signature } = pending
  const math: MathResult[] = candidates.map(() => 'unsupported')
  let waiting = candidates.length
  if (waiting === 0) done(conclude(pending, digests, math))
  candidates.forEach(({ entry }, index) => {
    verifyLater(entry.key, signature, octets, digests.signed, (result) => {
      math[index] = result
      waiting -= 1
      if (waiting === 0) done(conclude(pending, digests, math))
    })
  })
}

/** Judges all signatures of a sequence over data in memory, blocking. */
export function judgeDetached(
  sequence: PacketSequence,
  data: Uint8Array,
  terms: VerdictTerms,
): Verdict {
  const examined = examineAll(sequence, terms)
  if (examined.kind === 'settled') return examined.verdict
  const shared = new DataInMemory(data)
  const verdicts = examined.parts.map((part) =>
    part.kind === 'pending' ? concludeNow(part, shared) : part,
  )
  return count(verdicts, terms, terms, examined.notes)
}

/**
 * As {@link judgeDetached}, with the public-key operations on the thread pool. `done` is called once, possibly before
 * this function returns. The data must not change until then.
 */
export function judgeDetachedLater(
  sequence: PacketSequence,
  data: Uint8Array,
  terms: VerdictTerms,
  done: (verdict: Verdict) => void,
): void {
  const examined = examineAll(sequence, terms)
  if (examined.kind === 'settled') {
    done(examined.verdict)
    return
  }
  const { parts, notes } = examined
  const shared = new DataInMemory(data)
  const verdicts: SignatureVerdict[] = []
  // one after the other: each has a copy of the data while its key operation runs
  const judgeNext = (): void => {
    const part = parts[verdicts.length]
    if (part === undefined) done(count(verdicts, terms, terms, notes))
    else if (part.kind === 'pending') concludeLater(part, shared, settle)
    else settle(part)
  }
  const settle = (verdict: SignatureVerdict): void => {
    verdicts.push(verdict)
    judgeNext()
  }
  judgeNext()
}
