/**
 * One reading: an input is opened once, without blocking, must be a regular file, and is read from that descriptor.
 * Small inputs are copied whole into private memory, under a cap; data is streamed. Nothing here looks at the bytes.
 */
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { InputError } from './errors.ts'

/** Bytes to judge: a file, bytes in memory, or a stream that is read to its end once. */
export type Input = { readonly path: string } | Uint8Array | AsyncIterable<Uint8Array>

/** Bytes per read: large enough that the disk, not the calls, is what takes time. */
const CHUNK = 1_048_576

/**
 * Opens a regular file. A FIFO, a device, a socket or a directory is refused and hangs nothing: the open does not
 * block.
 *
 * @throws {@link InputError} `not-found`, `no-permission`, `not-a-file`, `io-failed`
 */
async function openRegular(path: string): Promise<FileHandle> {
  let file: FileHandle
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch (error) {
    throw openError(error)
  }
  const stat = await file.stat()
  if (stat.isFile()) return file
  await file.close()
  const what = stat.isDirectory()
    ? 'a directory'
    : stat.isFIFO()
      ? 'a FIFO'
      : 'a device or a socket'
  throw new InputError('not-a-file', `expected a regular file, found ${what}`)
}

function openError(error: unknown): InputError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') return new InputError('not-found', 'no such file')
  if (code === 'EACCES' || code === 'EPERM') {
    return new InputError('no-permission', 'this user may not read the file')
  }
  if (code === 'ENXIO')
    return new InputError('not-a-file', 'expected a regular file, found a socket')
  if (code === 'ELOOP') return new InputError('io-failed', 'too many symbolic links')
  return new InputError('io-failed', 'the file cannot be opened', { cause: error })
}

/**
 * The bytes of an input in order, each chunk valid until the next is asked for.
 *
 * @throws {@link InputError}
 */
export async function* readChunks(input: Input, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  if (input instanceof Uint8Array) {
    requireOwnMemory(input)
    signal?.throwIfAborted()
    yield input
    return
  }
  if (!('path' in input)) {
    for await (const chunk of input) {
      signal?.throwIfAborted()
      requireOwnMemory(chunk)
      yield chunk
    }
    return
  }
  const file = await openRegular(input.path)
  try {
    const buffer = Buffer.allocUnsafeSlow(CHUNK)
    for (;;) {
      signal?.throwIfAborted()
      const { bytesRead } = await file.read(buffer, 0, CHUNK, null).catch(readFailed)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

/**
 * A whole small input, copied into memory that nobody else holds. The cap is checked while reading, so that a file
 * that lies about its size, or a stream without one, takes no more than the cap and one chunk.
 *
 * @throws {@link InputError} `too-large` and those of opening and reading
 */
export async function readWhole(
  input: Input,
  cap: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of readChunks(input, signal)) {
    length += chunk.length
    if (length > cap) throw new InputError('too-large', `expected at most ${cap} bytes`)
    parts.push(Uint8Array.prototype.slice.call(chunk))
  }
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Shared memory can change between the check and the use. */
function requireOwnMemory(chunk: unknown): void {
  if (!(chunk instanceof Uint8Array)) {
    throw new InputError('io-failed', 'expected a stream of byte arrays')
  }
  if (chunk.buffer instanceof SharedArrayBuffer) {
    throw new InputError('shared-memory', 'expected bytes of its own, not of a SharedArrayBuffer')
  }
}

function readFailed(error: unknown): never {
  throw new InputError('io-failed', 'the file cannot be read', { cause: error })
}
