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

  constructor(code: InputCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Why a keyring could not be loaded: a source that fails makes the whole load fail. */
export type KeyringCode =
  | 'keyring-malformed'
  | 'keyring-empty'
  | 'keyring-too-large'
  | 'keyring-handler-failed'

/** A keyring source is not usable. */
export class KeyringError extends Error {
  override readonly name = 'KeyringError'
  readonly code: KeyringCode
  /** octets from the start of the source where it holds, if known */
  readonly offset: number | undefined

  constructor(code: KeyringCode, message: string, offset?: number) {
    super(message)
    this.code = code
    this.offset = offset
  }
}
