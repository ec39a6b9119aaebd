/**
 * Errors of the trusted side that are not verdicts: an input that cannot be read, a call that is not as it must be.
 * Every one has a stable code; texts may change. No message holds a byte chosen by an input.
 */

/** Why an input could not be read, and what each code means. */
export const INPUT_CODES = {
  'not-found': 'there is no such file',
  'no-permission': 'this user may not read it',
  'not-a-file': 'a directory, a FIFO, a socket or a device',
  'too-large': 'more octets than are read of such an input',
  'io-failed': 'reading failed, or a stream did',
  'shared-memory': 'the bytes are in memory that others can change meanwhile',
} as const
export type InputCode = keyof typeof INPUT_CODES

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
export const KEYRING_CODES = {
  'keyring-malformed': 'not a file of certificates: `offset` says where',
  'keyring-private-key': 'a private key is in it, which has no place in a keyring',
  'keyring-empty': 'no certificate is in it',
  'keyring-too-large': 'more octets, packets or certificates than are read',
  'keyring-handler-failed': 'the handler failed over it, alone and in a fresh process',
  'keyring-stray-revocation':
    'a revocation beside the certificates names a key that did not make it',
} as const
export type KeyringCode = keyof typeof KEYRING_CODES

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
