/**
 * A certificate of a keyring with what was found out about it. Trusted side. Facts are checked when first needed, and an
 * evaluation is kept per policy for the time interval in which it cannot change.
 */
import type { Certificate } from '../openpgp/certificate.ts'
import { changesOf } from '../openpgp/changes.ts'
import { type Evaluation, evaluate } from '../openpgp/evaluate.ts'
import { type CertificateFacts, collectFacts, collectFactsLater } from '../openpgp/facts.ts'
import type { Terms } from '../openpgp/validity.ts'
import type { Policy } from '../policy/policy.ts'

/** A certificate and its caches. */
export class JudgedCertificate {
  readonly certificate: Certificate
  #facts: CertificateFacts | undefined
  #changes: readonly number[] = []
  readonly #evaluations = new WeakMap<Policy, Map<number, Evaluation>>()

  constructor(certificate: Certificate) {
    this.certificate = certificate
  }

  /** The signatures that hold. The first call verifies them, blocking. */
  get facts(): CertificateFacts {
    return this.#facts ?? this.#keep(collectFacts(this.certificate))
  }

  /** Verifies them on the thread pool, so that many certificates are ready sooner, and nothing is blocked. */
  async prepare(): Promise<void> {
    if (this.#facts !== undefined) return
    const facts = await collectFactsLater(this.certificate)
    // another call may have been faster
    if (this.#facts === undefined) this.#keep(facts)
  }

  /**
   * The certificate at a time under a policy. Cached by the policy object and the interval between changes; the
   * evaluation's `at` may therefore be another time of the same interval.
   */
  at(terms: Terms): Evaluation {
    const { facts } = this
    let known = this.#evaluations.get(terms.policy)
    if (known === undefined) {
      known = new Map()
      this.#evaluations.set(terms.policy, known)
    }
    const interval = this.#intervalOf(terms.at)
    let evaluation = known.get(interval)
    if (evaluation === undefined) {
      evaluation = evaluate(facts, terms)
      known.set(interval, evaluation)
    }
    return evaluation
  }

  #keep(facts: CertificateFacts): CertificateFacts {
    this.#facts = facts
    this.#changes = changesOf(facts)
    return facts
  }

  /** How many changes lie at or before a time: binary search. */
  #intervalOf(time: number): number {
    let low = 0
    let high = this.#changes.length
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if ((this.#changes[middle] ?? 0) <= time) low = middle + 1
      else high = middle
    }
    return low
  }
}
