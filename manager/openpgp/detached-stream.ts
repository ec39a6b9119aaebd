/**
 * Detached signatures over a stream that is read once into all contexts. Trusted side. Signatures with the same hash,
 * mode and salt share one hash context.
 */
import { count } from './count.ts'
import { StreamVerifier } from './crypto.ts'
import { examineAll, type VerdictTerms } from './detached.ts'
import { type Hasher, hasher, isText, preamble, TextCanonicaliser, trailer } from './digest.ts'
import { conclude, type PendingSignature, unreadable } from './judge.ts'
import type { PacketSequence, SignaturePacket } from './model.ts'
import type { NoteCode } from './notes.ts'
import { reason } from './reasons.ts'
import type { SignatureVerdict, Verdict } from './verdict.ts'

interface OpenSignature {
  readonly pending: PendingSignature
  readonly whole: Hasher
  /** over the data alone */
  readonly bare: Hasher
  readonly verifiers: readonly StreamVerifier[]
}

/** Octets of text canonicalised at a time: a chunk may be all of the data. */
const TEXT_AT_ONCE = 1_048_576

/** All signatures of one sequence, fed chunk by chunk. */
export class DetachedStream {
  readonly #terms: VerdictTerms
  readonly #notes: readonly NoteCode[]
  readonly #signatures: (OpenSignature | SignatureVerdict)[] = []
  readonly #shared = new Map<string, Hasher>()
  readonly #binary: Pick<Hasher, 'update'>[] = []
  readonly #text: Pick<Hasher, 'update'>[] = []
  readonly #canonicaliser = new TextCanonicaliser()
  #settled: Verdict | undefined

  constructor(sequence: PacketSequence, terms: VerdictTerms) {
    this.#terms = terms
    const examined = examineAll(sequence, terms)
    if (examined.kind === 'settled') {
      this.#settled = examined.verdict
      this.#notes = []
      return
    }
    this.#notes = examined.notes
    for (const part of examined.parts) {
      this.#signatures.push(part.kind === 'pending' ? this.#open(part) : part)
    }
  }

  /** The verdict, if it is known without any data: nothing needs to be read. */
  get settled(): Verdict | undefined {
    return this.#settled
  }

  /** The next octets of the data, in order; they are not kept. */
  update(chunk: Uint8Array): void {
    if (this.#settled !== undefined) return
    for (const context of this.#binary) context.update(chunk)
    if (this.#text.length === 0) return
    for (let from = 0; from < chunk.length; from += TEXT_AT_ONCE) {
      const canonical = this.#canonicaliser.next(chunk.subarray(from, from + TEXT_AT_ONCE))
      for (const context of this.#text) context.update(canonical)
    }
  }

  /** The verdict, after the last octet. */
  finish(): Verdict {
    if (this.#settled === undefined) {
      const verdicts = this.#signatures.map((one) => ('kind' in one ? one : close(one)))
      this.#settled = count(verdicts, this.#terms, this.#terms, this.#notes)
    }
    return this.#settled
  }

  #open(pending: PendingSignature): OpenSignature | SignatureVerdict {
    const { signature, candidates } = pending
    const whole = this.#hasher(signature, isText(signature), preamble(signature))
    const bare = this.#hasher(signature, false, new Uint8Array(0))
    if (whole === undefined || bare === undefined) {
      return unreadable(signature.place, reason('unsupported-algorithm', 'hash'), this.#terms)
    }
    const verifiers = candidates.map(({ entry }) => new StreamVerifier(entry.key, signature))
    const feeds = isText(signature) ? this.#text : this.#binary
    feeds.push(...verifiers.filter((verifier) => verifier.isFed))
    return { pending, whole, bare, verifiers }
  }

  #hasher(signature: SignaturePacket, text: boolean, salt: Uint8Array): Hasher | undefined {
    const name = `${signature.hash} ${text} ${Buffer.from(salt).toString('hex')}`
    const known = this.#shared.get(name)
    if (known !== undefined) return known
    const fresh = hasher(signature.hash)
    if (fresh === undefined) return undefined
    fresh.update(salt)
    this.#shared.set(name, fresh)
    const feeds = text ? this.#text : this.#binary
    feeds.push(fresh)
    return fresh
  }
}

function close({ pending, whole, bare, verifiers }: OpenSignature): SignatureVerdict {
  const signed = whole.peek(trailer(pending.signature))
  const math = verifiers.map((verifier) => verifier.finish(signed))
  return conclude(pending, { signed, data: () => bare.peek() }, math)
}
