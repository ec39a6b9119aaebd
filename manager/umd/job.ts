/**
 * A request on its way through a driver. The driver owns it from submission until `settle` is called, exactly once.
 */
import type { Tainted } from '../../protocol/tainted.ts'
import type { Care } from './care.ts'
import type { Outcome } from './outcome.ts'

/**
 * Which handler a request may be sent to.
 * - `shared`: any, beside other requests
 * - `per-input`: one that has seen nothing but requests of the same source
 */
export type Isolation = 'shared' | 'per-input'

export interface Request<T> {
  /** what is asked: a number of the driver's own table */
  readonly verb: number
  /** the bytes to parse; the caller must not change them until the request is settled */
  readonly body: Uint8Array
  /** whom a failure is counted against, and what `per-input` compares; one input, one name */
  readonly source: string
  readonly isolation: Isolation
  /**
   * Opens the reply: checks it against the manager's own copy. Throws {@link Violation} for a lie, and the handler is
   * killed. Called once per attempt.
   */
  open(reply: Tainted<Uint8Array>): T
  /** true for a value that refuses the input: then a handler that served others is not believed */
  refuses?(value: T): boolean
  readonly signal?: AbortSignal
}

export interface Job {
  readonly request: Request<unknown>
  readonly settle: (outcome: Outcome<unknown>) => void
  /** the driver was closed, or the caller aborted: there is no outcome */
  readonly fail: (error: unknown) => void
  care: Care
  /** settled already (aborted): its reply, if one comes, is dropped */
  done: boolean
}

/** A job that ends early when its signal says so; the signal forgets it once it is settled. */
export function abortable(
  request: Request<unknown>,
  signal: AbortSignal,
  settle: Job['settle'],
  fail: Job['fail'],
  aborted: () => void,
): Job {
  const abort = (): void => {
    if (job.done) return
    job.done = true
    fail(signal.reason)
    aborted()
  }
  const forget = (): void => signal.removeEventListener('abort', abort)
  const job: Job = {
    request,
    settle: (outcome) => {
      forget()
      settle(outcome)
    },
    fail: (error) => {
      forget()
      fail(error)
    },
    care: 0,
    done: false,
  }
  signal.addEventListener('abort', abort, { once: true })
  return job
}

/** Gives a job its outcome, unless it has one. */
export function settleJob(job: Job, outcome: Outcome<unknown>): void {
  if (job.done) return
  job.done = true
  try {
    job.settle(outcome)
  } catch (error) {
    // the caller's own error is its own, and must not cost other jobs their outcome
    queueMicrotask(() => {
      throw error
    })
  }
}

/** Ends a job without an outcome, unless it has one. */
export function failJob(job: Job, error: unknown): void {
  if (job.done) return
  job.done = true
  job.fail(error)
}
