/**
 * Errors of the trusted side that are not verdicts: an input that cannot be read, a call that is not as it must be.
 * Every one has a stable code; texts may change. No message holds a byte chosen by an input.
 */

/** Why an input could not be read. */
export type InputCode =
  | 'not-found'
  | 'no-permission'
  | 'not-a-file'
  | 'too-large'
  | 'io-failed'
  | 'shared-memory'

/** An input could not be opened or read: nothing was decided. */
export class InputError extends Error {
  override readonly name = 'InputError'
  readonly code: InputCode
  /** the file, as the caller named it; undefined for bytes and streams. Not part of the message: clean it to show it */
  readonly path: string | Uint8Array | undefined

  constructor(code: InputCode, message: string, options: ErrorContext = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.path = options.path
  }
}

/** What an error knows besides its code. */
export interface ErrorContext {
  readonly cause?: unknown
  readonly path?: string | Uint8Array | undefined
  /** octets from the start of the source where it holds */
  readonly offset?: number | undefined
}

/** Why a keyring could not be loaded: a source that fails makes the whole load fail. */
export type KeyringCode =
  | 'keyring-malformed'
  | 'keyring-private-key'
  | 'keyring-empty'
  | 'keyring-too-large'
  | 'keyring-handler-failed'
  /** a revocation beside the certificates names a key that did not make it */
  | 'keyring-stray-revocation'

/** A keyring source is not usable. */
export class KeyringError extends Error {
  override readonly name = 'KeyringError'
  readonly code: KeyringCode
  /** octets from the start of the source, or of its armored block, where it holds, if known */
  readonly offset: number | undefined
  /** the file, as the caller named it; undefined for bytes, streams, and where no single source is at fault */
  readonly path: string | Uint8Array | undefined

  constructor(code: KeyringCode, message: string, context: ErrorContext = {}) {
    super(message, context.cause === undefined ? undefined : { cause: context.cause })
    this.code = code
    this.offset = context.offset
    this.path = context.path
  }
}
