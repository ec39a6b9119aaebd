/** What the `verifyX` form of a question rejects with. */
import type { Caged } from './judging.ts'
import type { Reason } from './openpgp/reasons.ts'
import type { RefusedVerdict } from './openpgp/verdict.ts'
import type { RefusedRpm } from './rpm/verdict.ts'

/** A verdict that is not good, thrown: its first reason's code, and all of it. */
export class VerificationError<
  Refused extends RefusedVerdict | RefusedRpm = RefusedVerdict,
> extends Error {
  override readonly name = 'VerificationError'
  readonly code: Reason['code']
  readonly verdict: Refused & Caged

  constructor(verdict: Refused & Caged) {
    const [first] = verdict.reasons
    super(`${verdict.kind}: ${first.text}`)
    this.code = first.code
    this.verdict = verdict
  }
}
