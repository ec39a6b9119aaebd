/** Requests on their way into a handler's socket: the small ones of one turn go in one write. Trusted side. */
import type { Socket } from 'node:net'

/** From here on a part is written as it is; a copy would cost more than a call. */
const LARGE = 65_536

export class Outgoing {
  readonly #socket: Socket
  readonly #parts: Uint8Array[] = []
  #length = 0
  #isDue = false
  #isOver = false

  constructor(socket: Socket) {
    this.#socket = socket
  }

  /** Puts parts behind the others; returns the position in the stream just behind them. */
  push(...parts: readonly Uint8Array[]): number {
    for (const part of parts) {
      this.#parts.push(part)
      this.#length += part.length
    }
    if (!this.#isDue) {
      this.#isDue = true
      queueMicrotask(() => this.#flush())
    }
    return this.#length
  }

  /** The position up to which the stream has left this process. */
  get taken(): number {
    return this.#length - this.#socket.writableLength
  }

  /** Nothing more is written. */
  end(): void {
    this.#isOver = true
  }

  #flush(): void {
    this.#isDue = false
    const parts = this.#parts.splice(0)
    if (this.#isOver) return
    this.#socket.cork()
    let small: Uint8Array[] = []
    for (const part of parts) {
      if (part.length < LARGE) {
        small.push(part)
        continue
      }
      if (small.length > 0) this.#socket.write(Buffer.concat(small))
      small = []
      this.#socket.write(part)
    }
    if (small.length > 0) this.#socket.write(Buffer.concat(small))
    this.#socket.uncork()
  }
}
