/**
 * Judging one signature over a document: a straight line of named steps in two halves. `examine` is all that needs no
 * data; `conclude` takes the digest and the mathematics. Trusted side, pure but for the keyring's caches. What is against
 * the signature or its key is collected and the mathematics asked all the same, so that a wrong signature is called
 * `bad` and not just unwelcome; `good` is built on the last line only.
 */
import type { Keyring } from '../keyring/keyring.ts'
import {
  criticalObjection,
  hashObjection,
  type SignatureUse,
  versionObjection,
} from '../policy/objections.ts'
import { HASHES, SIGNATURE_ALGORITHMS, TYPE } from './algorithms.ts'
import { type Candidate, candidateOf, namedKeys } from './candidates.ts'
import { beginsAsClaimed, type MathResult } from './crypto.ts'
import { signatureExpiry } from './facts.ts'
import { JUDGE_LIMITS } from './limits.ts'
import type { Fingerprint, Place, SignaturePacket, UnixSeconds } from './model.ts'
import { NOTES, type Note, type NoteCode, note } from './notes.ts'
import { publicKey } from './public-key.ts'
import { REASONS, type Reason, reason } from './reasons.ts'
import { requireTimes } from './times.ts'
import type { Terms } from './validity.ts'
import type { GoodSignature, RefusedSignature, SignatureVerdict } from './verdict.ts'

/** What a signature is judged by. */
export interface JudgeTerms extends Terms {
  readonly keyring: Keyring
  /** default `document` */
  readonly use?: SignatureUse
  /** primary or signing keys that are wanted; absent: any of the keyring */
  readonly signers?: ReadonlySet<Fingerprint>
}

/** A signature that waits for the digest of its data. */
export interface PendingSignature {
  readonly kind: 'pending'
  readonly signature: SignaturePacket
  readonly created: UnixSeconds
  readonly terms: JudgeTerms
  readonly against: readonly Reason[]
  readonly candidates: readonly Candidate[]
}

/** What hashing the data gave. */
export interface Digests {
  /** of everything the signature is over, trailer included */
  readonly signed: Uint8Array
  /** of the data alone, by the same algorithm */
  readonly data: () => Uint8Array
}

function algorithmFault({ hash, algorithm }: SignaturePacket): Reason | undefined {
  if (!HASHES.has(hash)) return reason('unsupported-algorithm', 'hash')
  return SIGNATURE_ALGORITHMS.has(algorithm) ? undefined : reason('unsupported-algorithm')
}

/** What is against the signature by itself: version, time, critical subpackets, hash. */
function ownObjections(
  signature: SignaturePacket,
  created: UnixSeconds,
  { at, policy, use = 'document' }: JudgeTerms,
): readonly Reason[] {
  const against: Reason[] = []
  const version = versionObjection(policy, signature, use)
  if (version !== undefined) against.push(reason('version-refused', version))
  if (created > at + policy.clockSkew) against.push(reason('signature-from-future'))
  const expires = signatureExpiry(signature)
  if (expires !== undefined && expires <= at) against.push(reason('signature-expired'))
  const critical = criticalObjection(policy, signature)
  if (critical !== undefined) against.push(reason('critical-unknown', critical))
  const hash = hashObjection(policy, signature.hash, 'collision')
  if (hash !== undefined) against.push(reason('weak-hash', hash))
  return against
}

/** The first half: all that needs no data. */
export function examine(
  signature: SignaturePacket,
  terms: JudgeTerms,
): PendingSignature | RefusedSignature {
  requireTimes(terms)
  const refuse = (why: Reason): RefusedSignature => refused(signature, [why], [], terms)
  if (signature.type !== TYPE.binary && signature.type !== TYPE.text) {
    return refuse(reason('wrong-type'))
  }
  const { created } = signature
  if (created === undefined) {
    return refuse(reason('malformed', 'no creation time in the hashed area'))
  }
  const fault = algorithmFault(signature)
  if (fault !== undefined) return refuse(fault)
  const against = ownObjections(signature, created, terms)
  const keys = namedKeys(signature, terms)
  if (keys.length > JUDGE_LIMITS.maxCandidates) {
    return refuse(reason('too-large', 'more keys of the same id than are tried'))
  }
  const candidates = keys.map((claims) => candidateOf(claims, signature, created, terms))
  return { kind: 'pending', signature, created, terms, against, candidates }
}

/** A refusal; its kind is that of its first reason. */
export function refused(
  signature: Pick<SignaturePacket, 'place' | 'issuers' | 'created'>,
  reasons: readonly [Reason, ...Reason[]],
  candidates: readonly Candidate[],
  { at }: Terms,
): RefusedSignature {
  return {
    kind: REASONS[reasons[0].code].kind,
    place: signature.place,
    reasons,
    issuers: signature.issuers,
    created: signature.created,
    candidates: candidates.map(({ entry }) => ({
      key: entry.key.fingerprint,
      primary: entry.owner.certificate.fingerprint,
    })),
    judgedAt: at,
  }
}

/** A packet that cannot be read as a signature. */
export function unreadable(place: Place, why: Reason, terms: Terms): RefusedSignature {
  return refused({ place, issuers: [], created: undefined }, [why], [], terms)
}

/**
 * The second half.
 *
 * @param math one result per candidate, in order
 */
export function conclude(
  pending: PendingSignature,
  digests: Digests,
  math: readonly MathResult[],
): SignatureVerdict {
  const { signature, candidates, terms } = pending
  const refuse = (first: Reason, ...rest: readonly Reason[]): RefusedSignature =>
    refused(signature, [first, ...rest], candidates, terms)
  if (!beginsAsClaimed(signature, digests.signed)) return refuse(reason('digest-mismatch'))
  if (candidates.length === 0) return refuse(reason('no-key'), ...pending.against)
  const makers = candidates.filter((_, index) => math[index] === 'holds')
  // the same numbers with another date of creation are another key
  const maker = makers.find(({ against }) => against.length === 0) ?? makers[0]
  if (maker === undefined) {
    return math.includes('unsupported')
      ? refuse(keyFault(candidates))
      : refuse(reason('bad-signature'))
  }
  const [first, ...rest] = [...pending.against, ...maker.against]
  if (first !== undefined) return refused(signature, [first, ...rest], [maker], terms)
  return success(pending, maker, digests)
}

function keyFault(candidates: readonly Candidate[]): Reason {
  for (const { entry } of candidates) {
    const key = publicKey(entry.key)
    if (!key.usable) return reason('unsupported-algorithm', `key: ${key.text}`)
  }
  return reason('unsupported-algorithm', 'not available in this build of OpenSSL')
}

function success(
  { signature, created, terms }: PendingSignature,
  { entry, notes }: Candidate,
  digests: Digests,
): GoodSignature {
  const hash = HASHES.get(signature.hash)?.name ?? ''
  const expires = signatureExpiry(signature)
  return {
    kind: 'good',
    place: signature.place,
    signingKey: entry.key.fingerprint,
    primaryKey: entry.owner.certificate.fingerprint,
    created,
    expires: expires === undefined ? undefined : (expires as UnixSeconds), // a sum of two such
    version: signature.version,
    mode: signature.type === TYPE.text ? 'text' : 'binary',
    algorithm: {
      id: signature.algorithm,
      name: SIGNATURE_ALGORITHMS.get(signature.algorithm)?.name ?? '',
    },
    hash: { id: signature.hash, name: hash },
    digest: { algorithm: hash, hex: Buffer.from(digests.data()).toString('hex') },
    judgedAt: terms.at,
    notes: [...notes.map(note), ...packetNotes(signature)],
  }
}

function packetNotes(signature: SignaturePacket): readonly Note[] {
  const known = Object.keys(NOTES) as NoteCode[] // the keys of NOTES are its codes
  return known.filter((code) => signature.notes.includes(code)).map(note)
}
