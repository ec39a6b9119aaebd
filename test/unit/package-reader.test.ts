/** One reading of a package in pieces: the same octets however they come, and memory only for what came. */
import { describe, expect, it } from 'vitest'
import { PackageReader } from '../../manager/rpm/package-reader.ts'

const OCTETS = Uint8Array.from({ length: 300 }, (_, index) => index % 251)
const PARTS = [96, 16, 0, 40, 7, 100] as const

/** Chunks of these lengths, in turn; each is spoilt when the next is asked for. */
async function* chunks(
  octets: Uint8Array,
  ...lengths: readonly number[]
): AsyncGenerator<Uint8Array> {
  let turn = 0
  for (let at = 0; at < octets.length; ) {
    const length = lengths[turn % lengths.length] ?? 1
    turn += 1
    const chunk = octets.slice(at, at + length)
    at += length
    yield chunk
    chunk.fill(0xee)
  }
}

interface Read {
  readonly parts: readonly Uint8Array[]
  readonly offsets: readonly number[]
  readonly rest: Uint8Array
}

async function read(reader: PackageReader): Promise<Read> {
  const parts: Uint8Array[] = []
  const offsets: number[] = []
  for (const length of PARTS) {
    parts.push(await reader.take(length))
    offsets.push(reader.offset)
  }
  const rest: number[] = []
  for await (const chunk of reader.remainder()) rest.push(...chunk)
  offsets.push(reader.offset)
  return { parts, offsets, rest: Uint8Array.from(rest) }
}

/** What is read of so many octets, cut by hand. */
function expected(octets: Uint8Array): Read {
  let at = 0
  const parts = PARTS.map((length) => {
    const part = octets.slice(at, at + length)
    at = Math.min(at + length, octets.length)
    return part
  })
  let sum = 0
  const offsets = [...parts, octets.slice(at)].map(({ length }) => {
    sum += length
    return sum
  })
  return { parts, offsets, rest: octets.slice(at) }
}

describe('C5: a package is read once, in parts', () => {
  it.each([[[1]], [[2]], [[7, 1]], [[95, 2]], [[96, 16, 40]], [[1000]], [[0, 5, 0]], [[0, 0, 1]]])(
    'in chunks of %j',
    async (lengths) => {
      await using reader = new PackageReader(chunks(OCTETS, ...lengths))
      expect(await read(reader)).toEqual(expected(OCTETS))
    },
  )

  it('cut at every octet, in chunks of 1 and whole', async () => {
    for (let length = 0; length <= OCTETS.length; length += 1) {
      const cut = OCTETS.slice(0, length)
      await using whole = new PackageReader(cut)
      expect(await read(whole)).toEqual(expected(cut))
      await using single = new PackageReader(chunks(cut, 1))
      expect(await read(single)).toEqual(expected(cut))
    }
  })

  it('parts are copies: what comes later changes nothing', async () => {
    await using reader = new PackageReader(OCTETS)
    const part = await reader.take(10)
    expect(part.buffer).not.toBe(OCTETS.buffer)
    expect(part.byteLength).toBe(part.buffer.byteLength)
  })

  it('parts larger than the first room are whole', async () => {
    const large = Uint8Array.from({ length: 200_000 }, (_, index) => index % 253)
    for (const lengths of [[65_536], [65_535, 1], [1000], [200_000]]) {
      await using reader = new PackageReader(chunks(large, ...lengths))
      expect(Buffer.compare(await reader.take(70_000), large.subarray(0, 70_000))).toBe(0)
      expect(Buffer.compare(await reader.take(1_000_000), large.subarray(70_000))).toBe(0)
      expect(await reader.take(1)).toHaveLength(0)
      expect(reader.offset).toBe(large.length)
    }
  })

  it('a claimed length takes memory only as octets come', async () => {
    const before = process.memoryUsage().arrayBuffers
    const readers: PackageReader[] = []
    for (let count = 0; count < 100; count += 1) {
      const reader = new PackageReader(OCTETS)
      readers.push(reader)
      const part = await reader.take(4_294_967_295)
      expect(part).toHaveLength(OCTETS.length)
      expect(part.buffer.byteLength).toBe(OCTETS.length)
    }
    // 400 GiB were claimed; a room of 64 KiB each was taken and given back
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1_048_576)
    for (const reader of readers) await reader[Symbol.asyncDispose]()
  })

  it('is closed where it stands: a stream that goes on is ended', async () => {
    let isClosed = false
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield OCTETS
      } finally {
        isClosed = true
      }
    }
    {
      await using reader = new PackageReader(endless())
      await reader.take(1000)
    }
    expect(isClosed).toBe(true)
  })

  it('a stream of shared memory, or of no octets, is refused', async () => {
    async function* of(value: unknown): AsyncGenerator<Uint8Array> {
      yield value as Uint8Array // what a caller in JavaScript may pass
    }
    await using shared = new PackageReader(of(new Uint8Array(new SharedArrayBuffer(8))))
    await expect(shared.take(1)).rejects.toMatchObject({ code: 'shared-memory' })
    await using strange = new PackageReader(of('text'))
    await expect(strange.take(1)).rejects.toMatchObject({ code: 'io-failed' })
  })
})
