/**
 * The only reader and the only writer of bytes. Pure: no Node types, no text. All numbers are big-endian and
 * unsigned. The reader compares with what is left, so no sum can overflow; it never allocates by a number that
 * it read.
 */

/** Why bytes could not be decoded; `offset` is relative to the start of what the reader was given. */
export type WireFault = 'short' | 'trailing' | 'value' | 'order' | 'size'

/** The one error of every decoder in protocol/. Holds numbers and closed words only. */
export class WireError extends Error {
  override readonly name = 'WireError'
  readonly fault: WireFault
  readonly offset: number

  constructor(fault: WireFault, offset: number) {
    super(`${fault} at byte ${offset}`)
    this.fault = fault
    this.offset = offset
  }
}

/** Reads forward over a byte array that it does not copy. */
export class Reader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Offset of the next byte. */
  get offset(): number {
    return this.#at
  }

  /** Bytes not yet read. */
  get left(): number {
    return this.#bytes.length - this.#at
  }

  /** One octet. @throws {@link WireError} `short` */
  u8(): number {
    const at = this.#take(1)
    return this.#view.getUint8(at)
  }

  /** Two octets. @throws {@link WireError} `short` */
  u16(): number {
    const at = this.#take(2)
    return this.#view.getUint16(at)
  }

  /** Four octets. @throws {@link WireError} `short` */
  u32(): number {
    const at = this.#take(4)
    return this.#view.getUint32(at)
  }

  /** A view of the next `length` octets, not a copy. @throws {@link WireError} `short` */
  bytes(length: number): Uint8Array {
    const at = this.#take(length)
    return this.#bytes.subarray(at, at + length)
  }

  /** Passes over the next `length` octets. @throws {@link WireError} `short` */
  skip(length: number): void {
    this.#take(length)
  }

  /** The end of a decoder: leftover bytes are an error. @throws {@link WireError} `trailing` */
  end(): void {
    if (this.left !== 0) throw new WireError('trailing', this.#at)
  }

  #take(length: number): number {
    if (length > this.left) throw new WireError('short', this.#at)
    const at = this.#at
    this.#at = at + length
    return at
  }
}

/** Appends to a buffer that doubles as needed. */
export class Writer {
  #bytes: Uint8Array
  #view: DataView
  #length = 0

  constructor(capacity = 64) {
    this.#bytes = new Uint8Array(capacity)
    this.#view = new DataView(this.#bytes.buffer)
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length
  }

  /** Forgets what was written and keeps the memory, for reuse between replies. */
  reset(): void {
    this.#length = 0
  }

  u8(value: number): this {
    const at = this.#grow(1)
    this.#view.setUint8(at, value)
    return this
  }

  u16(value: number): this {
    const at = this.#grow(2)
    this.#view.setUint16(at, value)
    return this
  }

  u32(value: number): this {
    const at = this.#grow(4)
    this.#view.setUint32(at, value)
    return this
  }

  bytes(value: Uint8Array): this {
    const at = this.#grow(value.length)
    this.#bytes.set(value, at)
    return this
  }

  /** A view of what was written; valid until the next write. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  /** A copy of what was written. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  #grow(length: number): number {
    const at = this.#length
    const need = at + length
    if (need > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(need, this.#bytes.length * 2))
      larger.set(this.#bytes.subarray(0, at))
      this.#bytes = larger
      this.#view = new DataView(larger.buffer)
    }
    this.#length = need
    return at
  }
}
