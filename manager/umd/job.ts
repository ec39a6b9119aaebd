/**
 * A request on its way through a driver. The driver owns it from submission until `settle` is called, exactly once.
 */
import type { Tainted } from '../../protocol/tainted.ts'
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

/**
 * How carefully a job is run, raised with each failure:
 * 0 pipelined beside others; 1 a suspect, nothing else in flight with it; 2 alone, in a handler that has served nothing.
 */
export type Care = 0 | 1 | 2

export interface Job {
  readonly request: Request<unknown>
  readonly settle: (outcome: Outcome<unknown>) => void
  /** the driver was closed, or the caller aborted: there is no outcome */
  readonly fail: (error: unknown) => void
  care: Care
  /** settled already (aborted): its reply, if one comes, is dropped */
  done: boolean
}
