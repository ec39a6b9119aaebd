/**
 * Reading a file once: it must be a regular one, is opened once, and is read from that descriptor to its end. Trusted side;
 * looks at no byte.
 */
import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { InputError } from './errors.ts'

/** Bytes per read: large enough that the disk, not the calls, is what takes time. */
const CHUNK = 1_048_576
/** Bytes per read of a small file, or of one without a size (in /proc). */
const LEAST_CHUNK = 16_384

interface OpenFile {
  readonly file: FileHandle
  /** as the file system says it now; a hint for how much to take at once, nothing more */
  readonly size: number
}

/**
 * Opens a regular file. A FIFO, a device, a socket or a directory is refused without being opened; if one takes the file's
 * place meanwhile, the open does not block.
 *
 * @throws {@link InputError} `not-found`, `no-permission`, `not-a-file`, `io-failed`
 */
async function openRegular(path: string | Uint8Array): Promise<OpenFile> {
  const name = typeof path === 'string' ? path : Buffer.from(path)
  let file: FileHandle | undefined
  try {
    // looked at first: opening a FIFO or a device may be an act of its own; a directory is opened all the same, so that one
    // that this user may not read is told as that
    const found = await stat(name)
    if (!found.isDirectory()) requireRegular(found, path)
    file = await open(name, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
    const { size } = requireRegular(await file.stat(), path)
    return { file, size }
  } catch (error) {
    await file?.close().catch(() => {}) // what is wrong with the file is told already
    throw error instanceof InputError ? error : openError(error, path)
  }
}

function requireRegular(status: Stats, path: string | Uint8Array): Stats {
  if (status.isFile()) return status
  const what = status.isDirectory()
    ? 'a directory'
    : status.isFIFO()
      ? 'a FIFO'
      : status.isSocket()
        ? 'a socket'
        : 'a device'
  throw new InputError('not-a-file', `expected a regular file, found ${what}`, { path })
}

function openError(cause: unknown, path: string | Uint8Array): InputError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new InputError('not-found', 'no such file', { path })
    case 'EACCES':
    case 'EPERM':
      return new InputError('no-permission', 'this user may not read the file', { path })
    case 'ELOOP':
      return new InputError('io-failed', 'too many symbolic links', { path })
    default:
      return new InputError('io-failed', 'the file cannot be opened', { path, cause })
  }
}

/**
 * The bytes of a file, each chunk valid until the next is asked for.
 *
 * @throws {@link InputError} and the signal's reason
 */
export async function* fileChunks(
  path: string | Uint8Array,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const { file, size } = await openRegular(path)
  try {
    // a small file in one read, without a large buffer for each of many; one that grows takes more reads
    const room = Math.min(CHUNK, Math.max(size, LEAST_CHUNK))
    const buffer = Buffer.allocUnsafeSlow(room)
    for (;;) {
      signal?.throwIfAborted()
      const { bytesRead } = await file.read(buffer, 0, room, null).catch((cause: unknown) => {
        throw new InputError('io-failed', 'the file cannot be read', { path, cause })
      })
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close().catch(() => {}) // it was only read
  }
}
