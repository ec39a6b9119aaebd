/**
 * What can become of a request, and of an attempt to start a handler. Trusted side; closed sets, no text from a
 * handler.
 */
import type { Layer } from '../../protocol/hello.ts'

/** A layer of the cage could not be put on or proven. Nothing starts (claim C7). */
export class SetupError extends Error {
  override readonly name = 'SetupError'
  readonly code = 'setup-failed'
  readonly layer: Layer
  readonly errno: number

  /**
   * @param layer the layer that is not in force
   * @param cause what was expected and what was found, lower case, without bytes of any input
   * @param errno the system's error number where there is one, else 0
   */
  constructor(layer: Layer, cause: string, errno = 0) {
    super(`${layer}: ${cause}`)
    this.layer = layer
    this.errno = errno
  }
}

/** How a handler ended, or was ended, while it owed an answer. */
export type Failure =
  | { readonly status: 'violation'; readonly detail: string }
  | {
      readonly status: 'crashed'
      readonly signal: string | undefined
      readonly exitCode: number | undefined
    }
  | { readonly status: 'timeout'; readonly step: 'write' | 'read'; readonly milliseconds: number }
  | { readonly status: 'resource-limit'; readonly detail: string }
  | { readonly status: 'setup-failed'; readonly error: SetupError }

/**
 * The result of one request. `rejected` is the handler's refusal by a code of its driver's closed table; the
 * failures are the manager's own findings, after the request failed alone in a handler that had served nothing.
 */
export type Outcome<T> =
  | { readonly status: 'ok'; readonly value: T }
  | { readonly status: 'rejected'; readonly code: number; readonly offset: number }
  | Failure

/** A reply that breaks the protocol or contradicts the manager's own reading: the handler is killed. */
export class Violation extends Error {
  override readonly name = 'Violation'
  readonly code = 'handler-violation'
}

/** A driver was closed while a request waited. */
export class DriverClosedError extends Error {
  override readonly name = 'DriverClosedError'
  readonly code = 'driver-closed'

  constructor() {
    super('the driver was closed before the request was answered')
  }
}
