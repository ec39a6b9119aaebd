/**
 * Request frames on their way out: those of one turn of the event loop leave together, and how many bytes have left is
 * known. Trusted side.
 */
import type { Socket } from 'node:net'
import { Writer } from '../../protocol/bytes.ts'
import { encodeFrameHeader, FRAME_KIND } from '../../protocol/frame.ts'

/** Bytes from which on a part is written by itself: copying it would cost more than one more part. */
const LARGE = 65_536

export class Outgoing {
  readonly #socket: Socket
  readonly #parts: Uint8Array[] = []
  #length = 0
  #isFlushing = false

  constructor(socket: Socket) {
    this.#socket = socket
  }

  /** Sends one request. Returns the position in the stream just behind it. */
  push(verb: number, id: number, body: Uint8Array): number {
    const header = new Writer(16)
    encodeFrameHeader(header, { kind: FRAME_KIND.request, verb, id, length: body.length })
    this.#parts.push(header.view(), body)
    this.#length += 16 + body.length
    if (!this.#isFlushing) {
      this.#isFlushing = true
      queueMicrotask(() => this.#flush())
    }
    return this.#length
  }

  /** The position up to which the stream has left this process. */
  get taken(): number {
    return this.#length - this.#socket.writableLength
  }

  #flush(): void {
    this.#isFlushing = false
    const parts = this.#parts.splice(0)
    if (this.#socket.destroyed) return
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
