/** From a caller's options to the terms that something is judged by: read once, complete, of its own. Trusted side. */
import type { JudgeOptions } from './judging.ts'
import type { VerdictTerms } from './openpgp/detached.ts'
import type { UnixSeconds } from './openpgp/model.ts'
import { requireTime } from './openpgp/times.ts'
import type { Policy } from './policy/policy.ts'
import type { Isolation } from './umd/job.ts'

/** Makes a default policy as of a date. */
export type MakePolicy = (asOf: UnixSeconds) => Policy

/** @throws RangeError for a word that would isolate nothing */
export function isolationOf({ isolation = 'shared' }: JudgeOptions): Isolation {
  if (isolation === 'shared' || isolation === 'per-input') return isolation
  throw new RangeError('expected `isolation` shared or per-input')
}

/** Default policies: one object an hour, because a keyring keeps what it worked out per policy object. */
export class StandingPolicies {
  readonly #standing = new Map<MakePolicy, Policy>()

  of(make: MakePolicy, now: UnixSeconds): Policy {
    const hour = (time: number): number => Math.floor(time / 3600)
    const known = this.#standing.get(make)
    if (known !== undefined && hour(known.asOf) === hour(now)) return known
    const fresh = make(now)
    this.#standing.set(make, fresh)
    return fresh
  }
}

/**
 * The terms that options ask for, as of now where they name no time. Every option is read by its name, so that one that a
 * caller's object inherits counts as well; lists are copied, since the caller's may change or be readable only once.
 *
 * @throws RangeError for a time or a threshold that is none
 */
export function termsOf(
  options: JudgeOptions,
  standing: StandingPolicies,
  makePolicy: MakePolicy,
): VerdictTerms {
  const now = Math.floor(Date.now() / 1000) as UnixSeconds // whole seconds of the clock
  const {
    keyring,
    at = now,
    policy = standing.of(makePolicy, now),
    signers,
    threshold,
    requiredSigners,
    requiredAlgorithms,
  } = options
  requireTime(at)
  if (threshold !== undefined && !(Number.isInteger(threshold) && threshold >= 1)) {
    throw new RangeError('expected `threshold` a whole number from 1 on')
  }
  return {
    keyring,
    at,
    policy,
    ...(signers === undefined ? {} : { signers: new Set(signers) }),
    ...(threshold === undefined ? {} : { threshold }),
    ...(requiredSigners === undefined ? {} : { requiredSigners: [...requiredSigners] }),
    ...(requiredAlgorithms === undefined ? {} : { requiredAlgorithms: [...requiredAlgorithms] }),
  }
}
