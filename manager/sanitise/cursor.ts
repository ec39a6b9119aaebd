/**
 * Reading forward over a part of the input, with the words for a person where it cannot go on. Trusted side; reads
 * hostile octets through the one Reader of protocol/bytes.ts, and refuses what is longer than what is left.
 */
import { Reader } from '../../protocol/bytes.ts'
import type { UnixSeconds } from '../openpgp/model.ts'
import { Fault } from './fault.ts'

/** Every method throws a {@link Fault} `malformed` that names `what` was expected. */
export class Cursor {
  readonly #reader: Reader
  readonly #base: number

  /** @param base where `bytes` begin in the input */
  constructor(bytes: Uint8Array, base: number) {
    this.#reader = new Reader(bytes)
    this.#base = base
  }

  /** Offset of the next octet in the input. */
  get offset(): number {
    return this.#base + this.#reader.offset
  }

  get left(): number {
    return this.#reader.left
  }

  u8(what: string): number {
    this.#need(1, what)
    return this.#reader.u8()
  }

  u16(what: string): number {
    this.#need(2, what)
    return this.#reader.u16()
  }

  u32(what: string): number {
    this.#need(4, what)
    return this.#reader.u32()
  }

  /** Four octets of seconds (RFC 9580 section 3.5). */
  time(what: string): UnixSeconds {
    // the place where an integer of a packet becomes a time
    return this.u32(what) as UnixSeconds
  }

  /** A view of the next octets, not a copy. */
  bytes(length: number, what: string): Uint8Array {
    this.#need(length, what)
    return this.#reader.bytes(length)
  }

  /** A cursor over the next octets alone. */
  inner(length: number, what: string): Cursor {
    const base = this.offset
    return new Cursor(this.bytes(length, what), base)
  }

  /** The end of a part: octets left over are a fault. */
  end(what: string): void {
    if (this.left !== 0) throw new Fault('malformed', `expected the end of ${what}`, this.offset)
  }

  #need(length: number, what: string): void {
    if (length > this.left) throw new Fault('malformed', `expected ${what}`, this.offset)
  }
}
