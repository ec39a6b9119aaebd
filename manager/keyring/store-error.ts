/**
 * Errors of certificate directories: an entry that is not as it must be, a write that could not be done. Trusted side.
 * Codes are stable, texts may change; no text holds a byte chosen by an input or a file name.
 */
import type { ErrorContext } from '../errors.ts'

/** Why a certificate directory cannot be read or changed. */
export const STORE_CODES = {
  'store-foreign': 'an entry belongs neither to this user nor to root',
  'store-writable': 'an entry can be written by others than its owner',
  'store-link': 'an entry is a symbolic link',
  'store-stray': 'an entry has no place in a certificate directory, or in a directory of key files',
  'store-name': "a file's name is not the fingerprint of the one certificate in it",
  'store-damaged': 'a file cannot be read as a certificate',
  'store-not-a-store':
    'what should be a certificate directory is something else, such as a directory of key files',
  'store-busy':
    'others kept the write lock for as long as this process waits: 30 seconds, or `lockPatience`',
  'store-lock-failed': 'the write lock cannot be used on this machine',
  'store-too-large': 'a certificate has more signatures than are checked, or more than 8 MiB',
  'store-collision': 'two different primary keys of one fingerprint',
  'store-io': 'the file system refused an operation',
} as const
export type StoreCode = keyof typeof STORE_CODES

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
