/**
 * What every kind of judgement shares: its options, what is told beside its verdict, and what a handler's failure means
 * for the input that it was asked about. Trusted side.
 */
import { REJECT_CODE } from '../protocol/frame.ts'
import type { Keyring } from './keyring/keyring.ts'
import type { Demands } from './openpgp/count.ts'
import type { VerdictTerms } from './openpgp/detached.ts'
import type { Fingerprint, UnixSeconds } from './openpgp/model.ts'
import { type Reason, reason } from './openpgp/reasons.ts'
import type { Asking, HandlerFailure } from './openpgp-driver.ts'
import type { Policy } from './policy/policy.ts'
import type { Driver } from './umd/driver.ts'
import type { Isolation } from './umd/job.ts'
import type { LayerReport } from './umd/proof.ts'

/** What every judgement needs besides its input. */
export interface JudgeOptions extends Demands {
  /** certificates whose keys may vouch: being in the keyring is being trusted */
  readonly keyring: Keyring
  /** only these certificates or keys, by full fingerprint */
  readonly signers?: readonly Fingerprint[]
  /** default: the default policy as of now */
  readonly policy?: Policy
  /** the time to judge at; default now */
  readonly at?: UnixSeconds
  /** `per-input`: only a handler that has seen no other input may read this one; default `shared` */
  readonly isolation?: Isolation
  readonly signal?: AbortSignal
}

/** What a question is asked with: where it is parsed, and what it is judged by. */
export interface Judging extends Asking {
  readonly driver: Driver
  readonly terms: VerdictTerms
}

/** What many questions are asked with: at one time and under one policy. */
export interface JudgingMany extends Pick<Judging, 'driver' | 'terms'> {
  /** for one more input, under a name of its own */
  one(signal: AbortSignal): Judging
}

/** The layers of the cage around the handler that was started last; every handler has them, or none serves. */
export interface Caged {
  readonly cage: readonly LayerReport[]
}

/** What a handler's failure means for its input; a cage that cannot be set up is nobody's input's fault. */
export function failureReason(failure: HandlerFailure): Reason {
  switch (failure.status) {
    case 'setup-failed':
      throw failure.error
    case 'timeout':
      return reason('handler-timeout', `${failure.step}, ${failure.milliseconds} ms`)
    case 'violation':
      return reason('handler-violation', failure.detail)
    case 'crashed':
      return reason('handler-crashed', failure.signal ?? `exit code ${failure.exitCode}`)
    case 'resource-limit':
      return reason('handler-crashed', failure.detail)
    case 'rejected':
      return failure.code === REJECT_CODE.replyTooLarge
        ? reason('too-large', 'more packets than fit a reply')
        : reason('handler-crashed', 'out of memory')
    default:
      return failure satisfies never
  }
}
