/** Many detached signatures in one run: order, bounds, and failures that stay where they belong. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Airlock } from '../../manager/airlock.ts'
import type { DetachedPair } from '../../manager/detached.ts'
import type { Keyring } from '../../manager/keyring/keyring.ts'
import type { ManyOptions } from '../../manager/many.ts'
import { certificateBytes, makeKey, signDetached } from '../support/openpgp-writer.ts'
import { armored } from '../unit/build.ts'

const key = makeKey('ed25519')
const other = makeKey('ed25519')
const data = (number: number): Uint8Array => new Uint8Array(Buffer.from(`data ${number}`))

interface Numbered extends DetachedPair {
  readonly number: number
}

const pair = (number: number, more: Partial<DetachedPair> = {}): Numbered => ({
  number,
  signature: signDetached(key, data(number)),
  data: data(number),
  ...more,
})

let airlock: Airlock
let keyring: Keyring
let folder = ''
beforeAll(async () => {
  airlock = await Airlock.open()
  keyring = await airlock.loadKeyring([certificateBytes(key)])
  folder = mkdtempSync(join(tmpdir(), 'many-'))
})
afterAll(async () => {
  await airlock[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

async function told(
  pairs: Iterable<Numbered> | AsyncIterable<Numbered>,
  options: Partial<ManyOptions> = {},
): Promise<string[]> {
  const found: string[] = []
  for await (const verdict of airlock.judgeMany(pairs, { keyring, ...options })) {
    const why = verdict.kind === 'good' ? '' : ` ${verdict.reasons[0].text}`
    found.push(`${verdict.pair.number} ${verdict.kind}${why}`)
  }
  return found
}

const good = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `${from + index} good`)
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
const file = (name: string, bytes: Uint8Array): { path: string } => {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return { path }
}

describe('C2: every pair gets its verdict, in the order of the pairs', () => {
  it.each([1, 3, 64, 1024])('concurrency %i', async (concurrency) => {
    expect(
      await told(
        numbers(300).map((number) => pair(number)),
        { concurrency },
      ),
    ).toEqual(good(0, 300))
  })

  it('from memory, files, streams, armor and binary, side by side', async () => {
    async function* stream(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
      for (const octet of bytes) yield Uint8Array.of(octet)
    }
    const pairs = numbers(60).map((number) => {
      const signature = signDetached(key, data(number))
      const armor = new Uint8Array(Buffer.from(armored(signature, { label: 'SIGNATURE' })))
      const own = data(number)
      if (number % 5 === 1) return pair(number, { signature: file(`${number}.sig`, signature) })
      if (number % 5 === 2) return pair(number, { signature: armor })
      if (number % 5 === 3) return pair(number, { data: file(`${number}`, own) })
      if (number % 5 === 4) return pair(number, { signature: stream(armor), data: stream(own) })
      return pair(number)
    })
    expect(await told(pairs)).toEqual(good(0, 60))
  })

  it('pairs that come late, from a generator', async () => {
    async function* late(): AsyncGenerator<Numbered> {
      for (const number of numbers(40)) {
        if (number % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
        yield pair(number)
      }
    }
    expect(await told(late(), { concurrency: 4 })).toEqual(good(0, 40))
  })

  it('none at all', async () => {
    expect(await told([])).toEqual([])
  })

  it('each verdict is about its own pair', async () => {
    const pairs = numbers(50).map((number) => {
      if (number % 3 === 1) return pair(number, { data: data(number + 1) })
      if (number % 3 === 2) return pair(number, { signature: signDetached(other, data(number)) })
      return pair(number)
    })
    const found = await told(pairs)
    expect(found).toHaveLength(50)
    for (const [number, line] of found.entries()) {
      expect(line).toMatch(new RegExp(`^${number} ${['good', 'bad', 'no-key'][number % 3]}`))
    }
  })

  it('arrays may change as soon as the pair was taken', async () => {
    const own = data(0)
    const signature = signDetached(key, own)
    const verdicts = airlock.judgeMany([{ signature, data: own }], { keyring })
    const first = verdicts.next()
    own.fill(0)
    signature.fill(0)
    expect((await first).value?.kind).toBe('good')
  })
})

describe('C5: what fails, fails alone', () => {
  it('unreadable files, directories and FIFOs are the error of their pair', async () => {
    const fifo = join(folder, 'fifo.sig')
    expect(spawnSync('mkfifo', [fifo]).status).toBe(0)
    expect(
      await told([
        pair(0),
        pair(1, { signature: { path: join(folder, 'missing') } }),
        pair(2, { data: { path: join(folder, 'missing') } }),
        pair(3, { signature: { path: fifo } }),
        pair(4, { data: { path: fifo } }),
        pair(5, { data: { path: folder } }),
        pair(6),
      ]),
    ).toEqual([
      '0 good',
      '1 error the input could not be read: signature: no such file',
      '2 error the input could not be read: data: no such file',
      '3 error the input could not be read: signature: expected a regular file, found a FIFO',
      '4 error the input could not be read: data: expected a regular file, found a FIFO',
      '5 error the input could not be read: data: expected a regular file, found a directory',
      '6 good',
    ])
  })

  it('garbage and too large signatures between good ones', async () => {
    const pairs = numbers(90).map((number) => {
      if (number % 3 === 1) return pair(number, { signature: Uint8Array.of(0x88, 0xff, number) })
      if (number % 3 === 2) return pair(number, { signature: new Uint8Array(1_048_577).fill(0x88) })
      return pair(number)
    })
    const found = await told(pairs)
    for (const [number, line] of found.entries()) {
      expect(line).toMatch(new RegExp(`^${number} ${number % 3 === 0 ? 'good' : 'unusable'}`))
    }
  })

  it('per-input isolation gives the same verdicts', async () => {
    const pairs = [pair(0), pair(1, { data: data(2) }), pair(2)]
    const found = await told(pairs, { isolation: 'per-input' })
    expect(found.map((line) => line.split(' ')[1])).toEqual(['good', 'bad', 'good'])
  })

  it('no more pairs are taken than the bounds allow', async () => {
    let taken = 0
    function* counted(): Generator<Numbered> {
      for (const number of numbers(500)) {
        taken += 1
        yield pair(number)
      }
    }
    const verdicts = airlock.judgeMany(counted(), { keyring, concurrency: 5 })
    await verdicts.next()
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    expect(taken).toBeLessThanOrEqual(5 * 4 + 1)
    await verdicts.return(undefined)
  })

  it('leaving early ends the source, and the airlock goes on', async () => {
    let isReturned = false
    function* endless(): Generator<Numbered> {
      try {
        for (let number = 0; ; number += 1) yield pair(number)
      } finally {
        isReturned = true
      }
    }
    for await (const { pair: one } of airlock.judgeMany(endless(), { keyring })) {
      if (one.number === 10) break
    }
    expect(isReturned).toBe(true)
    expect(await told([pair(0)])).toEqual(['0 good'])
  })

  it('an abort, a source that throws, a wrong concurrency', async () => {
    const abort = new AbortController()
    async function* stuck(): AsyncGenerator<Numbered> {
      yield pair(0)
      abort.abort(new Error('enough'))
      await new Promise(() => {})
    }
    await expect(told(stuck(), { signal: abort.signal })).rejects.toThrow('enough')
    function* broken(): Generator<Numbered> {
      yield pair(0)
      throw new Error('no more')
    }
    await expect(told(broken())).rejects.toThrow('no more')
    for (const concurrency of [0, 1.5, 1025, Number.NaN]) {
      await expect(told([pair(0)], { concurrency })).rejects.toBeInstanceOf(RangeError)
    }
  })

  it('the demands hold for each pair', async () => {
    const found = await told([pair(0)], { requiredAlgorithms: [1], threshold: 2 })
    expect(found[0]).toMatch(/^0 untrusted expected good signatures by more certificates/)
  })
})
