/**
 * The frame: what both directions of the protocol socket carry. A fixed header of 16 bytes, then the body.
 *
 * ```
 * offset size field
 *      0    4 magic     50 41 4C 31 ("PAL1")
 *      4    1 version   1
 *      5    1 kind      closed table FRAME_KIND
 *      6    1 verb      what the driver asks; 0 in hello and go; echoed in the answer
 *      7    1 reserved  0
 *      8    4 id        0 in hello and go; echoed in the answer
 *     12    4 length    of the body, checked before anything is allocated
 * ```
 *
 * Anything else is a violation: there is no resynchronising.
 */
import { Reader, WireError, type Writer } from './bytes.ts'

export const FRAME_MAGIC = 0x50414c31
export const FRAME_VERSION = 1
export const FRAME_HEADER_LENGTH = 16

/** Closed set of frame kinds. */
export const FRAME_KIND = {
  /** handler to manager, once: the lock-down is done, or which layer failed (hello.ts) */
  hello: 1,
  /** manager to handler, once, after the proof; no body */
  go: 2,
  /** manager to handler: parse these bytes */
  request: 3,
  /** handler to manager: the answer to the oldest unanswered request */
  reply: 4,
  /** handler to manager: a refusal instead of a reply; body `u16 code, u32 offset` */
  reject: 5,
} as const
export type FrameKind = (typeof FRAME_KIND)[keyof typeof FRAME_KIND]

const KINDS: ReadonlySet<number> = new Set(Object.values(FRAME_KIND))

export interface FrameHeader {
  readonly kind: FrameKind
  readonly verb: number
  readonly id: number
  readonly length: number
}

export interface Frame extends FrameHeader {
  readonly body: Uint8Array
}

/** Appends a header; the caller appends `length` bytes of body. */
export function encodeFrameHeader(writer: Writer, header: FrameHeader): void {
  writer.u32(FRAME_MAGIC).u8(FRAME_VERSION).u8(header.kind).u8(header.verb).u8(0)
  writer.u32(header.id).u32(header.length)
}

/**
 * Decodes the 16 bytes of a header.
 *
 * @throws {@link WireError} `value` for a wrong magic, version, kind or reserved octet, `short`, `trailing`
 */
export function decodeFrameHeader(bytes: Uint8Array): FrameHeader {
  const reader = new Reader(bytes)
  if (reader.u32() !== FRAME_MAGIC) throw new WireError('value', 0)
  if (reader.u8() !== FRAME_VERSION) throw new WireError('value', 4)
  const kind = reader.u8()
  if (!isFrameKind(kind)) throw new WireError('value', 5)
  const verb = reader.u8()
  if (reader.u8() !== 0) throw new WireError('value', 7)
  const id = reader.u32()
  const length = reader.u32()
  reader.end()
  return { kind, verb, id, length }
}

function isFrameKind(value: number): value is FrameKind {
  return KINDS.has(value)
}

/** A refusal: a closed code and the offset in the request where it holds. */
export interface Reject {
  readonly code: number
  readonly offset: number
}

export const REJECT_LENGTH = 6

export function encodeReject(writer: Writer, reject: Reject): void {
  writer.u16(reject.code).u32(reject.offset)
}

/** @throws {@link WireError} `short`, `trailing` */
export function decodeReject(body: Uint8Array): Reject {
  const reader = new Reader(body)
  const code = reader.u16()
  const offset = reader.u32()
  reader.end()
  return { code, offset }
}

/** Codes that `serve` itself may answer; a driver's own codes start at {@link FIRST_DRIVER_CODE}. */
export const REJECT_CODE = {
  /** the handler has no such verb */
  unknownVerb: 1,
  /** the reply would be longer than the cap for this request */
  replyTooLarge: 2,
  /** memory ran out while parsing */
  outOfMemory: 3,
} as const
export const FIRST_DRIVER_CODE = 16

/**
 * Cuts a byte stream into frames, however the stream was cut on its way. `cap` is asked for the largest body
 * that the header may announce; it throws for a header that is not expected now. A body that lies whole in one
 * chunk is a view of that chunk, otherwise one buffer of exactly its announced, already capped length is taken.
 */
export class FrameSplitter {
  readonly #cap: (header: FrameHeader) => number
  readonly #head = new Uint8Array(FRAME_HEADER_LENGTH)
  #headFilled = 0
  #header: FrameHeader | undefined
  #body: Uint8Array | undefined
  #bodyFilled = 0

  constructor(cap: (header: FrameHeader) => number) {
    this.#cap = cap
  }

  /** True between frames: nothing of a next frame has arrived. */
  get idle(): boolean {
    return this.#headFilled === 0
  }

  /**
   * Takes the next bytes and calls `emit` for each frame that they complete.
   *
   * @throws {@link WireError} `size` for a body above its cap, or what the header's decoder throws
   */
  push(chunk: Uint8Array, emit: (frame: Frame) => void): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#header === undefined) {
        at += this.#fillHead(chunk, at)
        if (this.#headFilled < FRAME_HEADER_LENGTH) return
        const header = decodeFrameHeader(this.#head)
        if (header.length > this.#cap(header)) throw new WireError('size', 12)
        this.#header = header
      }
      at += this.#fillBody(this.#header, chunk, at, emit)
    }
  }

  #fillHead(chunk: Uint8Array, at: number): number {
    const take = Math.min(FRAME_HEADER_LENGTH - this.#headFilled, chunk.length - at)
    this.#head.set(chunk.subarray(at, at + take), this.#headFilled)
    this.#headFilled += take
    return take
  }

  #fillBody(
    header: FrameHeader,
    chunk: Uint8Array,
    at: number,
    emit: (frame: Frame) => void,
  ): number {
    const available = chunk.length - at
    if (this.#body === undefined && header.length <= available) {
      this.#finish(header, chunk.subarray(at, at + header.length), emit)
      return header.length
    }
    this.#body ??= new Uint8Array(header.length)
    const take = Math.min(header.length - this.#bodyFilled, available)
    this.#body.set(chunk.subarray(at, at + take), this.#bodyFilled)
    this.#bodyFilled += take
    if (this.#bodyFilled === header.length) this.#finish(header, this.#body, emit)
    return take
  }

  #finish(header: FrameHeader, body: Uint8Array, emit: (frame: Frame) => void): void {
    this.#headFilled = 0
    this.#header = undefined
    this.#body = undefined
    this.#bodyFilled = 0
    emit({ ...header, body })
  }
}
