/**
 * A request on its way through a driver. The driver owns it from submission until it is settled or failed, exactly
 * once.
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
   * killed. Whatever else it throws ends the request with that error, and the handler too. Called once per attempt.
   */
  open(reply: Tainted<Uint8Array>): T
  /**
   * true for a value that refuses the input: then a handler that served others is not believed. What it throws ends the
   * request with that error.
   */
  refuses?(value: T): boolean
  readonly signal?: AbortSignal
}

/** A request under way, with whom to tell. */
export class Job {
  readonly request: Request<unknown>
  care: Care
  readonly #settle: (outcome: Outcome<unknown>) => void
  readonly #fail: (error: unknown) => void
  #forget: (() => void) | undefined
  #done = false

  constructor(
    request: Request<unknown>,
    settle: (outcome: Outcome<unknown>) => void,
    fail: (error: unknown) => void,
    care: Care = 0,
  ) {
    this.request = request
    this.care = care
    this.#settle = settle
    this.#fail = fail
  }

  /** Settled already. If it was aborted, a reply may still come, and is dropped. */
  get done(): boolean {
    return this.#done
  }

  /** Fails early when the signal says so, then calls `aborted`. The signal forgets the job once that is settled. */
  abortOn(signal: AbortSignal, aborted: () => void): void {
    const abort = (): void => {
      if (this.#done) return
      this.fail(signal.reason)
      aborted()
    }
    signal.addEventListener('abort', abort, { once: true })
    this.#forget = () => signal.removeEventListener('abort', abort)
  }

  /**
   * Whether an outcome refuses the input. Where the request cannot say it, the job ends by its error, and there is nothing
   * left to doubt.
   */
  refuses(outcome: Outcome<unknown>): boolean {
    try {
      if (outcome.status === 'rejected') return true
      return outcome.status === 'ok' && this.request.refuses?.(outcome.value) === true
    } catch (error) {
      this.fail(error)
      return false
    }
  }

  settle(outcome: Outcome<unknown>): void {
    this.#end(() => this.#settle(outcome))
  }

  /** The driver was closed, the caller aborted, or the request's own check failed: there is no outcome. */
  fail(error: unknown): void {
    this.#end(() => this.#fail(error))
  }

  #end(tell: () => void): void {
    if (this.#done) return
    this.#done = true
    this.#forget?.()
    try {
      tell()
    } catch (error) {
      // the caller's own error is its own, and must not cost other jobs their end
      queueMicrotask(() => {
        throw error
      })
    }
  }
}
