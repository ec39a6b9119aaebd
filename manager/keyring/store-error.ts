/**
 * Errors of certificate directories: an entry that is not as it must be, a write that could not be done. Trusted side.
 * Codes are stable, texts may change; no text holds a byte chosen by an input or a file name.
 */
import type { ErrorContext } from '../errors.ts'

/** Why a certificate directory cannot be read or changed. */
export type StoreCode =
  /** an entry belongs neither to this user nor to root */
  | 'store-foreign'
  /** an entry can be written by others than its owner */
  | 'store-writable'
  /** an entry is a symbolic link */
  | 'store-link'
  /** an entry has no place in a certificate directory, or in a directory of key files */
  | 'store-stray'
  /** a file's name is not the fingerprint of the one certificate in it */
  | 'store-name'
  /** a file cannot be read as a certificate */
  | 'store-damaged'
  /** what should be changed is no certificate directory: a keyring file, a directory of key files */
  | 'store-not-a-store'
  /** others kept the write lock for as long as this process waits */
  | 'store-busy'
  /** the write lock cannot be used on this machine */
  | 'store-lock-failed'
  /** a certificate exceeds what may be stored */
  | 'store-too-large'
  /** two different primary keys of one fingerprint */
  | 'store-collision'
  /** the file system refused an operation */
  | 'store-io'

/** A certificate directory is not usable, or was not changed. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreCode
  /** the file or directory. Not part of the message: clean it to show it */
  readonly path: string | Uint8Array | undefined

  constructor(code: StoreCode, message: string, context: Omit<ErrorContext, 'offset'> = {}) {
    super(message, context.cause === undefined ? undefined : { cause: context.cause })
    this.code = code
    this.path = context.path
  }
}

/** The code of an operating system's error (`ENOENT` ...), if it is one. */
export function systemCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

/**
 * The result of a file system call.
 *
 * @throws {@link StoreError} `store-io` where it fails
 */
export async function io<T>(path: Uint8Array, call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (cause) {
    throw new StoreError('store-io', 'the file system refused an operation', { path, cause })
  }
}
