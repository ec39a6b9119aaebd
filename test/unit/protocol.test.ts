/** Protocol version 1: one encoding per value, frames however they are cut, no other error than its own. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Reader, WireError, Writer } from '../../protocol/bytes.ts'
import {
  decodeFrameHeader,
  decodeReject,
  encodeFrameHeader,
  encodeReject,
  FRAME_HEADER_LENGTH,
  FRAME_KIND,
  type Frame,
  FrameSplitter,
} from '../../protocol/frame.ts'
import { decodeHello, encodeHello } from '../../protocol/hello.ts'
import { decodeItems, encodeItem } from '../../protocol/messages.ts'

const bytes = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength })

/** What decodes must re-encode to itself, and nothing but WireError may come out. */
function canonical<T>(
  decode: (bytes: Uint8Array) => T,
  encode: (writer: Writer, value: T) => void,
) {
  return (input: Uint8Array): void => {
    let value: T
    try {
      value = decode(input)
    } catch (error) {
      expect(error).toBeInstanceOf(WireError)
      return
    }
    const writer = new Writer()
    encode(writer, value)
    expect(writer.take()).toEqual(Uint8Array.from(input))
  }
}

const header = (kind: number, length: number): number[] => {
  const at = [0x50, 0x41, 0x4c, 0x31, 1, kind, 7, 0, 0, 0, 0, 9]
  return [...at, length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255]
}

describe('C2: every message has one encoding', () => {
  it('frame headers', () => {
    const near = fc.tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(near, ([at, value]) => {
        const input = Uint8Array.from(header(4, 20))
        input[at] = value
        canonical(decodeFrameHeader, encodeFrameHeader)(input)
      }),
    )
    fc.assert(fc.property(bytes(20), canonical(decodeFrameHeader, encodeFrameHeader)))
  })

  it('rejects, hellos and item lists', () => {
    fc.assert(fc.property(bytes(8), canonical(decodeReject, encodeReject)))
    const sparse = fc.array(fc.constantFrom(0, 1, 5, 13, 14, 130, 255), { maxLength: 14 })
    const hello = canonical(decodeHello, encodeHello)
    fc.assert(fc.property(sparse, (octets) => hello(Uint8Array.from(octets))))
    const items = canonical(decodeItems, (writer, list) => {
      for (const item of list) encodeItem(writer, item)
    })
    const itemBytes = fc.array(
      fc.oneof(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 255 })),
      {
        maxLength: 80,
      },
    )
    fc.assert(
      fc.property(itemBytes, (octets) => items(Uint8Array.from(octets))),
      { numRuns: 2000 },
    )
  })

  it('a decoder refuses what is left over', () => {
    const reader = new Reader(Uint8Array.of(1, 2))
    reader.u8()
    expect(() => reader.end()).toThrow(WireError)
  })
})

describe('C5: the splitter', () => {
  const frames: Frame[] = [
    { kind: FRAME_KIND.reply, verb: 1, id: 1, length: 0, body: new Uint8Array(0) },
    { kind: FRAME_KIND.reply, verb: 1, id: 2, length: 3, body: Uint8Array.of(1, 2, 3) },
    { kind: FRAME_KIND.reject, verb: 2, id: 3, length: 6, body: new Uint8Array(6) },
    { kind: FRAME_KIND.reply, verb: 1, id: 4, length: 70, body: new Uint8Array(70).fill(9) },
  ]
  const writer = new Writer()
  for (const frame of frames) {
    encodeFrameHeader(writer, frame)
    writer.bytes(frame.body)
  }
  const stream = writer.take()

  it('gives the same frames however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: stream.length }), { maxLength: 30 }),
        (cuts) => {
          const got: Frame[] = []
          const splitter = new FrameSplitter(() => 100)
          const edges = [0, ...cuts.sort((a, b) => a - b), stream.length]
          for (let i = 1; i < edges.length; i += 1) {
            splitter.push(stream.subarray(edges[i - 1], edges[i]), (frame) => {
              got.push({ ...frame, body: frame.body.slice() })
            })
          }
          expect(got).toEqual(frames)
          expect(splitter.idle).toBe(true)
        },
      ),
    )
  })

  it('refuses a length above its cap before it takes memory', () => {
    for (const length of [101, 2 ** 31, 2 ** 32 - 1]) {
      const splitter = new FrameSplitter(() => 100)
      const before = process.memoryUsage().arrayBuffers
      expect(() => splitter.push(Uint8Array.from(header(4, length)), () => {})).toThrow(WireError)
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000)
    }
  })

  it('throws nothing but its own error on any bytes', () => {
    fc.assert(
      fc.property(fc.array(bytes(40), { maxLength: 6 }), (chunks) => {
        const splitter = new FrameSplitter(() => 64)
        try {
          for (const chunk of chunks) splitter.push(chunk, () => {})
        } catch (error) {
          expect(error).toBeInstanceOf(WireError)
        }
      }),
    )
    expect(FRAME_HEADER_LENGTH).toBe(16)
  })
})
