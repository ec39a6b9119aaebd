/**
 * One reading of a caller's input, whatever form it has. Small inputs are copied whole into private memory, under a cap;
 * data is streamed. Nothing here looks at the bytes.
 */
import { Readable } from 'node:stream'
import { isSharedArrayBuffer } from 'node:util/types'
import { InputError } from './errors.ts'
import { fileChunks } from './regular-file.ts'

/**
 * Bytes to judge: a file, bytes in memory, or a stream that is read to its end once (a Node.js or Web stream, any async
 * iterable). A file's name is text, or bytes where it is not UTF-8. Of bytes in memory signatures, messages and up to 1 MiB
 * of data are copied when they are asked about (in a batch: when they are taken); more data, key files and packages must stay as they are until the answer.
 * A stream that an answer does not need is ended; one of a question that is none (RangeError) is left to the caller.
 */
export type Input = { readonly path: string | Uint8Array } | Uint8Array | AsyncIterable<Uint8Array>

/** Octets that a small input takes at first. */
const FIRST_ROOM = 65_536

/**
 * The bytes of an input in order, each chunk valid until the next is asked for.
 *
 * @throws {@link InputError}
 */
export async function* readChunks(input: Input, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  if (signal?.aborted === true) discard(input)
  signal?.throwIfAborted()
  if (input instanceof Uint8Array) {
    requireOwnMemory(input)
    yield input
  } else if (Symbol.asyncIterator in input) {
    // before `path`: a stream of a file has one as well, and may be of a part of that file
    yield* streamChunks(input, signal)
  } else {
    yield* fileChunks(input.path, signal)
  }
}

/** The chunks of a caller's stream. Its errors become ours; a stream that has stopped coming can be aborted. */
async function* streamChunks(
  stream: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const failed = (cause: unknown): InputError => {
    signal?.throwIfAborted()
    return new InputError('io-failed', 'the stream failed before its end', { cause })
  }
  let iterator: AsyncIterator<Uint8Array>
  try {
    iterator = stream[Symbol.asyncIterator]()
  } catch (cause) {
    throw failed(cause)
  }
  try {
    for (;;) {
      let next: IteratorResult<Uint8Array>
      let isOver: boolean
      try {
        next = await abortable(iterator.next(), signal)
        isOver = next.done === true
      } catch (cause) {
        throw failed(cause)
      }
      if (isOver) return
      requireOwnMemory(next.value)
      yield next.value
    }
  } finally {
    letGo(iterator)
  }
}

/**
 * Inputs that wait until others are read: a Node.js stream that fails meanwhile, with nobody who listens, would end the
 * process. Its failure is told when it is read.
 */
export function heed(...inputs: readonly Input[]): void {
  for (const input of inputs) {
    if (input instanceof Readable) input.on('error', () => {})
  }
}

/** An input that is not read after all: a stream may hold a file open. */
export function discard(input: Input): void {
  if (input instanceof Uint8Array || !(Symbol.asyncIterator in input)) return
  // its iterator would not destroy what it has not begun to read
  if (input instanceof Readable) input.destroy()
  else {
    try {
      letGo(input[Symbol.asyncIterator]())
    } catch {
      // it cannot even be begun
    }
  }
}

/**
 * Says to a caller's source that nothing more is wanted of it. Nobody waits for its answer, which may never come, and its
 * failure to end is no part of what was read.
 */
export function letGo(source: Iterator<unknown> | AsyncIterator<unknown>): void {
  const ended = async (): Promise<void> => {
    await source.return?.()
  }
  ended().catch(() => {})
}

/** The promise, or the signal's reason if that comes first. */
async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  signal.throwIfAborted()
  let abort = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
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
  if (input instanceof Uint8Array) return ownCopy(input, cap, signal)
  let whole = new Uint8Array(Math.min(cap, FIRST_ROOM))
  let length = 0
  for await (const chunk of readChunks(input, signal)) {
    if (length + chunk.length > cap) {
      throw tooLarge(cap, input)
    }
    if (length + chunk.length > whole.length) {
      const larger = new Uint8Array(Math.min(cap, 2 * (length + chunk.length)))
      larger.set(whole.subarray(0, length))
      whole = larger
    }
    whole.set(chunk, length)
    length += chunk.length
  }
  return whole.slice(0, length)
}

/** Before anybody else's turn: the caller may use its array again at once. */
function ownCopy(bytes: Uint8Array, cap: number, signal: AbortSignal | undefined): Uint8Array {
  signal?.throwIfAborted()
  requireOwnMemory(bytes)
  if (bytes.length > cap) throw tooLarge(cap, bytes)
  return new Uint8Array(bytes)
}

const tooLarge = (cap: number, input: Input): InputError =>
  new InputError('too-large', `expected at most ${cap} bytes`, { path: pathOf(input) })

/** The file that an input is, if it is one. */
export function pathOf(input: Input): string | Uint8Array | undefined {
  if (input instanceof Uint8Array || Symbol.asyncIterator in input) return undefined
  return input.path
}

/** Shared memory can change between the check and the use. */
function requireOwnMemory(chunk: unknown): void {
  if (!(chunk instanceof Uint8Array)) {
    throw new InputError('io-failed', 'expected a stream of byte arrays')
  }
  if (isSharedArrayBuffer(chunk.buffer)) {
    throw new InputError('shared-memory', 'expected bytes of its own, not of a SharedArrayBuffer')
  }
}
