/**
 * What the hostile handlers share: an honest start (lock-down, hello, go), then a raw socket in the hands of a sin.
 * A request that starts with {@link TRIGGER} is sinned upon; every other one is answered honestly, with itself, so
 * that a test sees what an honest input gets from the same program afterwards.
 */
import { readSync, writeSync } from 'node:fs'
import { lockDown } from '../../handler/lockdown/lockdown.ts'
import { Writer } from '../../protocol/bytes.ts'
import {
  decodeFrameHeader,
  encodeFrameHeader,
  FRAME_HEADER_LENGTH,
  FRAME_KIND,
  type FrameHeader,
} from '../../protocol/frame.ts'
import { encodeHello, HELLO_LENGTH, type Hello, PROTOCOL_DESCRIPTOR } from '../../protocol/hello.ts'

/** First octet of a request that makes a hostile handler do what it is named after. */
export const TRIGGER = 0x66

/** One request as it came: the header's fields and the body. */
export interface Asked {
  readonly verb: number
  readonly id: number
  readonly body: Uint8Array
}

/** The protocol socket without any of the protocol's manners. */
export interface RawSocket {
  /** exactly so many bytes, or undefined at end of file */
  read(length: number): Uint8Array | undefined
  write(bytes: Uint8Array): void
  /** ends this process at once */
  exit(code: number): never
}

/** A frame as it should be; `lie` changes the finished bytes of the header. */
export function frame(
  header: Omit<FrameHeader, 'length'> & { length?: number },
  body: Uint8Array,
  lie?: (header: DataView) => void,
): Uint8Array {
  const writer = new Writer(64)
  encodeFrameHeader(writer, { length: body.length, ...header })
  const bytes = writer.bytes(body).take()
  lie?.(new DataView(bytes.buffer))
  return bytes
}

export function reply(request: Asked, lie?: (header: DataView) => void): Uint8Array {
  const { verb, id, body } = request
  return frame({ kind: FRAME_KIND.reply, verb, id }, body, lie)
}

export function helloFrame(hello: Hello): Uint8Array {
  const body = new Writer(HELLO_LENGTH)
  encodeHello(body, hello)
  return frame({ kind: FRAME_KIND.hello, verb: 0, id: 0 }, body.take())
}

export interface Manners {
  /** the bytes that are sent instead of the honest hello */
  readonly hello?: (honest: Hello) => Uint8Array
  /** between go and the first request */
  readonly afterGo?: (socket: RawSocket) => void
  /** instead of the answer to a triggered request; `earlier` was answered before, if any */
  readonly sin?: (socket: RawSocket, request: Asked, earlier: Asked | undefined) => void
  /** at end of file, before the honest exit */
  readonly atEnd?: () => void
}

/** Starts honestly and then misbehaves. Never returns. */
export function misbehave(manners: Manners): never {
  const { hello, exit } = lockDown(Number(process.argv[2]))
  const socket: RawSocket = rawSocket(exit)
  socket.write(manners.hello?.(hello) ?? helloFrame(hello))
  socket.read(FRAME_HEADER_LENGTH) // go
  manners.afterGo?.(socket)
  let earlier: Asked | undefined
  for (;;) {
    const header = socket.read(FRAME_HEADER_LENGTH)
    if (header === undefined) {
      manners.atEnd?.()
      socket.exit(0)
    }
    const { verb, id, length } = decodeFrameHeader(header)
    const body = socket.read(length) ?? socket.exit(0)
    const request = { verb, id, body }
    if (body[0] === TRIGGER && manners.sin !== undefined) manners.sin(socket, request, earlier)
    else socket.write(reply(request))
    earlier = request
  }
}

export function rawSocket(exit: (code: number) => void): RawSocket {
  return {
    read: (length) => {
      const bytes = new Uint8Array(length)
      let at = 0
      while (at < length) {
        const count = readSync(PROTOCOL_DESCRIPTOR, bytes, at, length - at, null)
        if (count === 0) return undefined
        at += count
      }
      return bytes
    },
    write: (bytes) => {
      let at = 0
      while (at < bytes.length) {
        at += writeSync(PROTOCOL_DESCRIPTOR, bytes, at, bytes.length - at)
      }
    },
    exit: (code) => {
      exit(code)
      for (;;);
    },
  }
}

export function forEver(): never {
  for (;;);
}
