/**
 * Who may have written what is read as trusted: every entry of a certificate directory belongs to this user or to root,
 * and nobody else may write it. Trusted side. Reads attributes only; access control lists that let others write show in
 * the group bits.
 */
import { constants, type Stats } from 'node:fs'
import { type FileHandle, lstat, open } from 'node:fs/promises'
import { OPENPGP_LIMITS } from '../../protocol/limits.ts'
import { io, StoreError, systemCode } from './store-error.ts'

const WRITABLE_BY_OTHERS = 0o022

/** @throws {@link StoreError} `store-foreign`, `store-writable` */
export function requireOwn(stat: Stats, path: Uint8Array): void {
  if (stat.uid !== 0 && stat.uid !== process.geteuid?.()) {
    throw new StoreError('store-foreign', 'expected an entry of this user or of root', { path })
  }
  if ((stat.mode & WRITABLE_BY_OTHERS) !== 0) {
    throw new StoreError('store-writable', 'expected an entry that only its owner can write', {
      path,
    })
  }
}

/** @throws {@link StoreError} `store-link`, `store-stray`, and those of {@link requireOwn} */
export async function requireOwnDirectory(path: Buffer): Promise<void> {
  const stat = await io(path, lstat(path))
  if (stat.isSymbolicLink()) {
    throw new StoreError('store-link', 'expected a directory, found a symbolic link', { path })
  }
  if (!stat.isDirectory()) throw new StoreError('store-stray', 'expected a directory', { path })
  requireOwn(stat, path)
}

/** Whether there is a directory; one that does not pass the guard is an error. @throws {@link StoreError} */
export async function isOwnDirectory(path: Buffer): Promise<boolean> {
  try {
    await requireOwnDirectory(path)
    return true
  } catch (error) {
    if (error instanceof StoreError && systemCode(error.cause) === 'ENOENT') return false
    throw error
  }
}

/**
 * The bytes of a regular file that passes the guard, read from one descriptor; undefined where there is none.
 *
 * @throws {@link StoreError} `store-link`, `store-stray`, `store-too-large`, `store-io`, those of {@link requireOwn}
 */
export async function readOwnFile(path: Buffer): Promise<Uint8Array | undefined> {
  let file: FileHandle
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (cause) {
    const code = systemCode(cause)
    if (code === 'ENOENT') return undefined
    if (code === 'ELOOP') {
      throw new StoreError('store-link', 'expected a file, found a symbolic link', { path })
    }
    throw new StoreError('store-io', 'the file cannot be opened', { path, cause })
  }
  try {
    const stat = await io(path, file.stat())
    if (!stat.isFile()) throw new StoreError('store-stray', 'expected a regular file', { path })
    requireOwn(stat, path)
    return await readUpTo(file, stat.size, path)
  } finally {
    await file.close()
  }
}

/** Files are replaced, never changed: one that holds more than its size said is not ours. */
async function readUpTo(file: FileHandle, size: number, path: Buffer): Promise<Uint8Array> {
  const cap = OPENPGP_LIMITS.maxCertificate
  if (size > cap) {
    throw new StoreError('store-too-large', `expected at most ${cap} bytes`, { path })
  }
  const bytes = new Uint8Array(size + 1)
  let length = 0
  while (length < bytes.length) {
    const { bytesRead } = await io(path, file.read(bytes, length))
    if (bytesRead === 0) return bytes.subarray(0, length)
    length += bytesRead
  }
  throw new StoreError('store-io', 'the file grew while it was read', { path })
}
