/**
 * Judging the signatures of a cleartext-signed message (RFC 9580 section 7) over its text. Trusted side. Only text
 * signatures (0x01) count, and where the message has `Hash:` headers, only those whose hash they name: what a reader is
 * told of the hash and what was hashed with must be one (CVE-2019-11841). Signatures are hashed one after the other, so
 * that many over a large text take no more memory than one, and other work goes on between them.
 */
import { setImmediate } from 'node:timers/promises'
import { HASHES, TYPE } from './algorithms.ts'
import { count } from './count.ts'
import { StreamVerifier } from './crypto.ts'
import { examineAll, type VerdictTerms } from './detached.ts'
import { hasher, preamble, trailer } from './digest.ts'
import { conclude, type PendingSignature, refused, unreadable } from './judge.ts'
import type { PacketSequence } from './model.ts'
import type { NoteCode } from './notes.ts'
import { type Reason, reason } from './reasons.ts'
import type { SignatureVerdict, Verdict } from './verdict.ts'

/** The text of a message, as manager/sanitise read it. */
export interface SignedText {
  /** the names of the `Hash:` headers; empty where there are none */
  readonly hashNames: readonly string[]
  /** what is signed: lines separated by CR LF, without trailing blanks and without the last line end */
  readonly text: Uint8Array
  /** what is returned, and what the verdict's digest is of: the same lines with their own line ends */
  readonly framed: Uint8Array
}

/**
 * Judges all signatures of a message. The bytes must not change until then.
 *
 * @param notes what is known of the message already
 */
export async function judgeText(
  sequence: PacketSequence,
  message: SignedText,
  terms: VerdictTerms,
  notes: readonly NoteCode[] = [],
): Promise<Verdict> {
  const examined = examineAll(sequence, terms)
  if (examined.kind === 'settled') return examined.verdict
  const named = new Set(message.hashNames.map((name) => name.toUpperCase()))
  const verdicts: SignatureVerdict[] = []
  for (const part of examined.parts) {
    if (part.kind !== 'pending') {
      verdicts.push(part)
      continue
    }
    if (verdicts.length > 0) await setImmediate()
    const why = misfit(part, named)
    verdicts.push(
      why === undefined
        ? concludeText(part, message)
        : refused(part.signature, [why], part.candidates, terms),
    )
  }
  return count(verdicts, terms, terms, [...notes, ...examined.notes])
}

/** Why a signature, whatever it is worth, is none of this message. */
function misfit({ signature }: PendingSignature, named: ReadonlySet<string>): Reason | undefined {
  if (signature.type !== TYPE.text) {
    return reason('wrong-type', 'a cleartext-signed message takes type 0x01 only')
  }
  const name = HASHES.get(signature.hash)?.name
  if (named.size === 0 || (name !== undefined && named.has(name))) return undefined
  return reason('malformed', 'the Hash headers do not name the hash of this signature')
}

function concludeText(pending: PendingSignature, { text, framed }: SignedText): SignatureVerdict {
  const { signature, candidates, terms } = pending
  const whole = hasher(signature.hash)
  const shown = hasher(signature.hash)
  if (whole === undefined || shown === undefined) {
    return unreadable(signature.place, reason('unsupported-algorithm', 'hash'), terms)
  }
  whole.update(preamble(signature))
  whole.update(text)
  const signed = whole.peek(trailer(signature))
  const math = candidates.map(({ entry }) => {
    const verifier = new StreamVerifier(entry.key, signature)
    if (verifier.isFed) verifier.update(text)
    return verifier.finish(signed)
  })
  return conclude(pending, { signed, data: () => shown.peek(framed) }, math)
}
