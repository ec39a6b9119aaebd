/**
 * The OpenPGP signatures of a package: each is exactly one packet, parsed in the cage and judged like any other signature,
 * over the header in memory or over header and payload in a stream. Trusted side.
 */
import { RPM_LIMITS } from '../../protocol/limits.ts'
import { failureReason } from '../judging.ts'
import { HASHES, SIGNATURE_ALGORITHMS, TAG, TYPE } from '../openpgp/algorithms.ts'
import { judgeDetachedLater, type VerdictTerms } from '../openpgp/detached.ts'
import { DetachedStream } from '../openpgp/detached-stream.ts'
import { unreadable } from '../openpgp/judge.ts'
import { JUDGE_LIMITS } from '../openpgp/limits.ts'
import type { IssuerHint, KeyId, PacketSequence, SignaturePacket } from '../openpgp/model.ts'
import { type Reason, reason } from '../openpgp/reasons.ts'
import type { SignatureVerdict, Verdict } from '../openpgp/verdict.ts'
import { type Asking, readPackets } from '../openpgp-driver.ts'
import { keyIdOf } from '../sanitise/fingerprint.ts'
import type { Driver } from '../umd/driver.ts'
import type { StatedSignature } from './stated.ts'
import type { RpmSignature, StatedPacket } from './verdict.ts'

/** A signature on its way to a verdict. */
export interface OpenSignature {
  readonly claim: StatedSignature
  readonly stated: StatedPacket | undefined
  /** the one packet, or why there is none that can be judged */
  readonly packet: PacketSequence | Reason
}

/** @throws SetupError */
export async function openSignature(
  claim: StatedSignature,
  driver: Driver,
  asking: Asking,
): Promise<OpenSignature> {
  if (claim.row.holds === 'not-yet') {
    const packet = reason('unsupported-version', 'signatures of RPM version 6 are not judged yet')
    return { claim, stated: undefined, packet }
  }
  if (claim.octets.length > RPM_LIMITS.maxSignature) {
    return { claim, stated: undefined, packet: reason('too-large', 'a signature of a package') }
  }
  const read = await readPackets(driver, claim.octets, asking)
  if ('failure' in read) {
    return { claim, stated: undefined, packet: failureReason(read.failure) }
  }
  const { sequence } = read
  const [only, ...others] = sequence.packets
  const isOne = only !== undefined && others.length === 0 && sequence.stop === undefined
  const isSignature =
    only?.kind === 'signature' || (only?.kind === 'flawed' && only.flawed.tag === TAG.signature)
  if (!isOne || !isSignature) {
    const packet = reason('malformed', 'expected exactly one signature packet')
    return { claim, stated: undefined, packet }
  }
  if (only.kind !== 'signature') return { claim, stated: undefined, packet: sequence }
  const { signature } = only
  const stated = statedBy(signature)
  if (signature.type !== TYPE.binary) {
    return { claim, stated, packet: reason('wrong-type', 'over a package only 0x00') }
  }
  // tools look for the signer by either (RFC 9580 section 5.2.3.35)
  if (new Set(signature.issuers.map(keyIdIn)).size > 1) {
    return { claim, stated, packet: reason('malformed', 'expected issuers that are one key') }
  }
  return { claim, stated, packet: sequence }
}

function statedBy({ version, algorithm, hash, issuers }: SignaturePacket): StatedPacket {
  const [issuer] = issuers
  return {
    version,
    algorithm: SIGNATURE_ALGORITHMS.get(algorithm)?.name ?? `algorithm ${algorithm}`,
    hash: HASHES.get(hash)?.name ?? `hash ${hash}`,
    issuer: issuer === undefined ? undefined : issuerOf(issuer),
  }
}

function keyIdIn(hint: IssuerHint): KeyId {
  return hint.kind === 'keyId' ? hint.keyId : keyIdOf(hint.fingerprint)
}

function issuerOf(hint: IssuerHint): string {
  return hint.kind === 'keyId' ? hint.keyId : hint.fingerprint
}

/**
 * Judges a signature over octets in memory; the key operation runs on the thread pool, which takes a copy of them. Larger
 * ones are judged at once, as a stream: that blocks, and copies nothing.
 */
export function judgeInMemory(
  { packet, claim }: OpenSignature,
  octets: Uint8Array,
  terms: VerdictTerms,
): Promise<SignatureVerdict> {
  if ('code' in packet) return Promise.resolve(refusedBy(packet, claim, terms))
  if (octets.length > JUDGE_LIMITS.maxInMemory) {
    const stream = new DetachedStream(packet, terms)
    stream.update(octets)
    return Promise.resolve(verdictOf(stream.finish(), claim, terms))
  }
  return new Promise((resolve) => {
    judgeDetachedLater(packet, octets, terms, (verdict) => {
      resolve(verdictOf(verdict, claim, terms))
    })
  })
}

/** A signature over a stream, fed by `update`. */
export class StreamedSignature {
  readonly #open: OpenSignature
  readonly #terms: VerdictTerms
  /** over header and payload; or why there is nothing to judge */
  readonly #stream: DetachedStream | Reason

  constructor(open: OpenSignature, terms: VerdictTerms) {
    this.#open = open
    this.#terms = terms
    this.#stream = 'code' in open.packet ? open.packet : new DetachedStream(open.packet, terms)
  }

  update(chunk: Uint8Array): void {
    if (!('code' in this.#stream)) this.#stream.update(chunk)
  }

  finish(): SignatureVerdict {
    const { claim } = this.#open
    if ('code' in this.#stream) return refusedBy(this.#stream, claim, this.#terms)
    return verdictOf(this.#stream.finish(), claim, this.#terms)
  }
}

/** Places count from the start of the entry's octets, as those of a packet in them do. */
function refusedBy(why: Reason, { octets }: StatedSignature, terms: VerdictTerms) {
  return unreadable({ offset: 0, length: octets.length }, why, terms)
}

/** The one signature's own verdict; what is asked of all signatures together is asked of the package. */
function verdictOf(
  verdict: Verdict,
  claim: StatedSignature,
  terms: VerdictTerms,
): SignatureVerdict {
  const [only] = verdict.signatures
  if (only !== undefined) return only
  return refusedBy(verdict.kind === 'good' ? reason('malformed') : verdict.reasons[0], claim, terms)
}

/** A signature and its verdict as the package's verdict tells it; `base` is where the signature header begins. */
export function told(
  { claim, stated }: OpenSignature,
  verdict: SignatureVerdict | undefined,
  base: number,
): RpmSignature {
  const { row, offset } = claim
  const { name: tag, covers } = row
  return { tag, covers, stated, verdict: verdict && placed(verdict, base + offset) }
}

/** The verdict with its places counted from the start of the package. */
function placed<T extends SignatureVerdict>(verdict: T, by: number): T {
  const place = { ...verdict.place, offset: verdict.place.offset + by }
  if (verdict.kind === 'good') return { ...verdict, place }
  const reasons = verdict.reasons.map((why) =>
    why.offset === undefined ? why : { ...why, offset: why.offset + by },
  )
  return { ...verdict, place, reasons }
}
