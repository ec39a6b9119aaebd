/**
 * The body of one packet, or a part of it: a window on the one {@link Reader} of the input, so that offsets are those
 * of the request and a window costs no view. Handler side.
 *
 * No parser here throws: exceptions cost microseconds without a JIT, and an input can hold a million malformed packets.
 * So each asks `left` before it reads, and a part that may have been left half read is ended by `leave`.
 */
import type { Reader } from '../../../protocol/bytes.ts'

export class Body {
  readonly #reader: Reader
  readonly #end: number

  /** The next `length` octets of `reader`, which are there. */
  constructor(reader: Reader, length: number) {
    this.#reader = reader
    this.#end = reader.offset + length
  }

  /** Offset of the next octet in the request. */
  get offset(): number {
    return this.#reader.offset
  }

  /** Octets of this body not yet read. */
  get left(): number {
    return this.#end - this.#reader.offset
  }

  u8(): number {
    return this.#reader.u8()
  }

  u16(): number {
    return this.#reader.u16()
  }

  u32(): number {
    return this.#reader.u32()
  }

  skip(length: number): void {
    this.#reader.skip(length)
  }

  /** The next `length` octets as a body of their own; this one goes on after them once they are left. */
  part(length: number): Body {
    return new Body(this.#reader, length)
  }

  /** Skips what is left. */
  leave(): void {
    this.skip(this.left)
  }
}
