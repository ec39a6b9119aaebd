/**
 * Does this key's signature hold over these octets? Trusted side; mathematics only - no time, no policy, no keyring.
 * Two paths: octets in memory (self-signatures, RPM headers up to 1 MiB; blocking or on the thread pool), and a stream that is read
 * once. Both compare the digest's left 16 bits too, because a packet that claims another digest is not the one that
 * was signed (RFC 9580 section 5.2.3).
 */
import { createVerify, type Verify, type VerifyKeyObjectInput, verify } from 'node:crypto'
import { HASHES, SIGNATURE_ALGORITHMS } from './algorithms.ts'
import { hasher, preamble, trailer } from './digest.ts'
import type { KeyPacket, SignaturePacket } from './model.ts'
import { isOpensslError, publicKey } from './public-key.ts'
import { signatureValue } from './value.ts'

/** `unsupported`: this build of OpenSSL cannot say; never taken for anything but a refusal. */
export type MathResult = 'holds' | 'fails' | 'unsupported'

/** Hash and algorithm. */
function isKnown({ hash, algorithm }: SignaturePacket): boolean {
  return HASHES.has(hash) && SIGNATURE_ALGORITHMS.has(algorithm)
}

/** EdDSA signs the digest itself; RSA, DSA and ECDSA take the hash's name and hash by themselves. */
function signsDigest(signature: SignaturePacket): boolean {
  const family = SIGNATURE_ALGORITHMS.get(signature.algorithm)?.family
  return family === 'ed25519' || family === 'ed448'
}

interface Prepared {
  readonly key: VerifyKeyObjectInput
  readonly value: Uint8Array
}

/** Key and value in node:crypto's form, or the result that is known without any computation. */
function prepare(packet: KeyPacket, signature: SignaturePacket): Prepared | MathResult {
  const key = publicKey(packet)
  if (!key.usable || !isKnown(signature)) return 'unsupported'
  const value = signatureValue(packet, signature)
  if (value === undefined) return 'fails'
  return { key: { key: key.object, dsaEncoding: 'ieee-p1363' }, value }
}

/** Whether a digest begins with the 16 bits that the packet claims. */
export function beginsAsClaimed(signature: SignaturePacket, digest: Uint8Array): boolean {
  return (digest[0] ?? 0) * 256 + (digest[1] ?? 0) === signature.left16
}

/** The octets that are hashed for a signature over `data` in memory, whole. */
export function signedOctets(signature: SignaturePacket, data: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([preamble(signature), ...data, trailer(signature)])
}

/** Digest of octets in memory. @returns undefined if the hash cannot be computed here */
export function digestOf(hash: number, octets: Uint8Array): Uint8Array | undefined {
  return hasher(hash)?.peek(octets)
}

/** The message and hash name that node:crypto's verify takes. */
function message(
  signature: SignaturePacket,
  octets: Uint8Array,
  digest: Uint8Array,
): readonly [string | null, Uint8Array] {
  return signsDigest(signature)
    ? [null, digest]
    : [HASHES.get(signature.hash)?.node ?? null, octets]
}

/**
 * Verifies at once, blocking.
 *
 * @param octets all that is hashed, from {@link signedOctets}
 * @param digest its digest, from {@link digestOf}
 */
export function verifyNow(
  key: KeyPacket,
  signature: SignaturePacket,
  octets: Uint8Array,
  digest: Uint8Array,
): MathResult {
  const prepared = prepare(key, signature)
  if (typeof prepared === 'string') return prepared
  const [name, data] = message(signature, octets, digest)
  return guarded(() => verify(name, data, prepared.key, prepared.value))
}

/** As {@link verifyNow}, on the thread pool. `done` may be called before this function returns. */
export function verifyLater(
  key: KeyPacket,
  signature: SignaturePacket,
  octets: Uint8Array,
  digest: Uint8Array,
  done: (result: MathResult) => void,
): void {
  const prepared = prepare(key, signature)
  if (typeof prepared === 'string') {
    done(prepared)
    return
  }
  const [name, data] = message(signature, octets, digest)
  let started = false
  try {
    verify(name, data, prepared.key, prepared.value, (error, valid) => {
      // an error of the job is OpenSSL's own; whatever it is, it is no proof
      done(error ? 'unsupported' : valid ? 'holds' : 'fails')
    })
    started = true
  } catch (error) {
    if (!isOpensslError(error)) throw error
  }
  if (!started) done('unsupported')
}

function guarded(run: () => boolean): MathResult {
  try {
    return run() ? 'holds' : 'fails'
  } catch (error) {
    if (isOpensslError(error)) return 'unsupported'
    throw error
  }
}

/**
 * One signature and one key over a stream. EdDSA needs nothing of its own, since it signs the digest that the shared
 * hasher gives; the others hash once more inside OpenSSL, which verifies no bare digest.
 */
export class StreamVerifier {
  readonly #signature: SignaturePacket
  readonly #prepared: Prepared | MathResult
  readonly #verify: Verify | undefined

  constructor(key: KeyPacket, signature: SignaturePacket) {
    this.#signature = signature
    const prepared = prepare(key, signature)
    const name = HASHES.get(signature.hash)?.node
    if (typeof prepared === 'string' || signsDigest(signature) || name === undefined) {
      this.#prepared = prepared
      return
    }
    this.#verify = newVerify(name)
    this.#prepared = this.#verify === undefined ? 'unsupported' : prepared
    this.#verify?.update(preamble(signature))
  }

  /** Whether it must see the octets. */
  get isFed(): boolean {
    return this.#verify !== undefined
  }

  /** The next octets, canonical already if the signature is over text. */
  update(octets: Uint8Array): void {
    this.#verify?.update(octets)
  }

  /** @param digest the digest of everything, trailer included */
  finish(digest: Uint8Array): MathResult {
    const prepared = this.#prepared
    if (typeof prepared === 'string') return prepared
    const { key, value } = prepared
    const stream = this.#verify
    if (stream === undefined) return guarded(() => verify(null, digest, key, value))
    stream.update(trailer(this.#signature))
    return guarded(() => stream.verify(key, value))
  }
}

function newVerify(name: string): Verify | undefined {
  try {
    return createVerify(name)
  } catch (error) {
    if (isOpensslError(error)) return undefined
    throw error
  }
}
