/**
 * Checks the signatures of one certificate, and counts the work. Trusted side. Each key operation is a question to whoever
 * drives the check: at once, blocking, or on the thread pool, the order and the bounds are the same.
 */
import {
  beginsAsClaimed,
  digestOf,
  type MathResult,
  signedOctets,
  verifyLater,
  verifyNow,
} from './crypto.ts'
import { bitLength } from './integers.ts'
import { JUDGE_LIMITS } from './limits.ts'
import type { KeyPacket, SignaturePacket } from './model.ts'

/** A key operation to be done. */
interface Question {
  readonly key: KeyPacket
  readonly signature: SignaturePacket
  readonly octets: Uint8Array
  readonly digest: Uint8Array
}

/** A check that asks, is told each result, and ends with its own. */
export type Check<T> = Generator<Question, T, MathResult>

/** Runs a check at once, blocking. */
export function checkNow<T>(check: Check<T>): T {
  let step = check.next()
  while (step.done !== true) {
    const { key, signature, octets, digest } = step.value
    step = check.next(verifyNow(key, signature, octets, digest))
  }
  return step.value
}

/** Runs a check with its key operations on the thread pool, one after the other. */
export async function checkLater<T>(check: Check<T>): Promise<T> {
  let step = check.next()
  while (step.done !== true) {
    const { key, signature, octets, digest } = step.value
    const result = await new Promise<MathResult>((resolve) => {
      verifyLater(key, signature, octets, digest, resolve)
    })
    step = check.next(result)
  }
  return step.value
}

/** Size up to which a key operation counts as one; above, the work grows with the square. */
const PLAIN_BITS = 4096

function cost({ material }: KeyPacket): number {
  const bits =
    material.family === 'rsa'
      ? bitLength(material.n)
      : material.family === 'dsa'
        ? bitLength(material.p)
        : 0
  return Math.max(1, Math.ceil((bits / PLAIN_BITS) ** 2))
}

/** A budget of public-key operations and of hashing for one certificate. */
export class CertificateChecker {
  #left: number = JUDGE_LIMITS.maxCertificateChecks
  #hashable: number = JUDGE_LIMITS.maxCertificateHashed

  /** Whether something could not be checked for want of budget. */
  get exhausted(): boolean {
    return this.#left < 0 || this.#hashable < 0
  }

  /** A self-signature, binding or back-signature. A wrong digest prefix fails before any key operation. */
  binding(
    key: KeyPacket,
    signature: SignaturePacket,
    data: readonly Uint8Array[],
  ): Check<MathResult> {
    return this.#check(key, signature, data, true)
  }

  /** A revocation counts whatever digest prefix it states: only the mathematics is asked. */
  revocation(
    key: KeyPacket,
    signature: SignaturePacket,
    data: readonly Uint8Array[],
  ): Check<MathResult> {
    return this.#check(key, signature, data, false)
  }

  *#check(
    key: KeyPacket,
    signature: SignaturePacket,
    data: readonly Uint8Array[],
    prefixCounts: boolean,
  ): Check<MathResult> {
    const length = data.reduce((sum, part) => sum + part.length, signature.hashedPart.length)
    this.#hashable -= Math.max(length, JUDGE_LIMITS.leastHashed)
    if (this.exhausted) return 'unsupported'
    const octets = signedOctets(signature, data)
    const digest = digestOf(signature.hash, octets)
    if (digest === undefined) return 'unsupported'
    if (prefixCounts && !beginsAsClaimed(signature, digest)) return 'fails'
    this.#left -= cost(key)
    return this.exhausted ? 'unsupported' : yield { key, signature, octets, digest }
  }
}
