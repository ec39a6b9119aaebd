/**
 * One reading of a package, front to back: the parts whose length is known are copied into memory of their own, the rest
 * comes chunk by chunk. Trusted side; looks at no byte. A claimed length takes memory only as the bytes arrive.
 */
import { type Input, readChunks } from '../input.ts'

const NOTHING = new Uint8Array(0)
/** What is taken at first for a part of claimed length. */
const FIRST_ROOM = 65_536
/** So many times what has come is taken when the room is too small: each step leaves the one before as garbage. */
const GROWTH = 4

export class PackageReader implements AsyncDisposable {
  readonly #chunks: AsyncGenerator<Uint8Array>
  #rest: Uint8Array = NOTHING
  readonly #onRead: ((octets: number) => void) | undefined
  #offset = 0

  /** @param onRead told how many more octets were read, for who shows progress */
  constructor(input: Input, signal?: AbortSignal, onRead?: (octets: number) => void) {
    this.#chunks = readChunks(input, signal)
    this.#onRead = onRead
  }

  /** Octets taken so far. */
  get offset(): number {
    return this.#offset
  }

  /**
   * A part: its front, if that was taken before, and the next octets, copied; shorter where the input ends before.
   *
   * @param length with its front
   * @param front a few octets
   * @throws InputError if it cannot be read
   */
  async take(length: number, front: Uint8Array = NOTHING): Promise<Uint8Array> {
    let part = new Uint8Array(Math.min(length, FIRST_ROOM))
    part.set(front)
    let filled = front.length
    while (filled < length) {
      if (this.#rest.length === 0 && !(await this.#next())) break
      const piece = this.#rest.subarray(0, length - filled)
      if (filled + piece.length > part.length) {
        const larger = new Uint8Array(Math.min(length, GROWTH * (filled + piece.length)))
        larger.set(part.subarray(0, filled))
        part = larger
      }
      part.set(piece, filled)
      filled += piece.length
      this.#rest = this.#rest.subarray(piece.length)
    }
    this.#offset += filled - front.length
    return filled === part.length ? part : part.slice(0, filled)
  }

  /** All that is left, to the end; each chunk is valid until the next is asked for. */
  async *remainder(): AsyncGenerator<Uint8Array> {
    while (this.#rest.length > 0 || (await this.#next())) {
      const chunk = this.#rest
      this.#rest = NOTHING
      this.#offset += chunk.length
      yield chunk
    }
  }

  /** Closes the input, wherever the reading stands. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#chunks.return(undefined)
  }

  async #next(): Promise<boolean> {
    const next = await this.#chunks.next()
    if (next.done === true) return false
    this.#rest = next.value
    this.#onRead?.(next.value.length)
    return true
  }
}
