/** Batches in which something is no package file, and those that are left before their end. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Airlock, type Input, type Keyring } from '../../manager/index.ts'
import { certificateBytes, makeKey } from '../support/openpgp-writer.ts'
import { makePackage } from '../support/rpm-writer.ts'
import { until } from '../umd/drive.ts'
import { NOW, openFiles } from './support.ts'

const key = makeKey('ed25519')
const good = makePackage({
  payload: new Uint8Array(2_000_000),
  signers: [{ key, over: 'header' }],
})

let directory = ''
let airlock: Airlock
let keyring: Keyring
const place = (name: string): string => join(directory, name)

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'pgp-airlock-batch-'))
  airlock = await Airlock.open()
  keyring = await airlock.loadKeyring([certificateBytes(key)])
})
afterAll(async () => {
  await airlock[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true, force: true })
})

describe('C5: a batch with inputs that are no package files', () => {
  test('each has its error, and the others go on', async () => {
    writeFileSync(place('good.rpm'), good)
    writeFileSync(place('empty.rpm'), '')
    writeFileSync(place('short.rpm'), good.subarray(0, 1000))
    writeFileSync(place('vanishing.rpm'), good)
    mkdirSync(place('directory.rpm'))
    execFileSync('mkfifo', [place('fifo.rpm')])
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(place('socket.rpm'), resolve))
    const WANTED: readonly (readonly [string, string, RegExp])[] = [
      [place('good.rpm'), 'good', /^$/],
      [place('fifo.rpm'), 'error', /found a FIFO/],
      [place('directory.rpm'), 'error', /found a directory/],
      [place('socket.rpm'), 'error', /found a socket/],
      ['/dev/zero', 'error', /found a device/],
      ['/dev/null', 'error', /found a device/],
      [place('vanishing.rpm'), 'error', /no such file/],
      [place('never.rpm'), 'error', /no such file/],
      [join(place('good.rpm'), 'below.rpm'), 'error', /no such file/],
      [place('empty.rpm'), 'unusable', /expected an RPM package/],
      [place('short.rpm'), 'unusable', /ends within a header/],
      ['/proc/self/status', 'unusable', /expected an RPM package/],
      [place('good.rpm'), 'good', /^$/],
    ]
    function* items(): Generator<{ readonly package: Input }> {
      for (const [path] of WANTED) {
        if (path === place('vanishing.rpm')) rmSync(path)
        yield { package: { path } }
      }
    }
    const told: unknown[] = []
    for await (const verdict of airlock.judgeRpms(items(), { keyring, at: NOW, concurrency: 4 })) {
      const text = 'reasons' in verdict ? verdict.reasons[0].text : ''
      told.push([verdict.kind, text])
    }
    server.close()
    expect(told).toEqual(WANTED.map(([, kind, text]) => [kind, expect.stringMatching(text)]))
    expect(openFiles(directory)).toEqual([])
  })

  test('a stream that fails is one error', async () => {
    // biome-ignore lint/correctness/useYield: it fails before the first chunk
    async function* failing(): AsyncGenerator<Uint8Array> {
      throw new Error('unplugged')
    }
    const kinds: string[] = []
    const items = [{ package: failing() }, { package: good }]
    for await (const { kind } of airlock.judgeRpms(items, { keyring })) kinds.push(kind)
    expect(kinds).toEqual(['error', 'good'])
  })
})

describe('C5: ending early', () => {
  const never = (): AsyncIterable<Uint8Array> => ({
    [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }),
  })

  test('a judgement that waits for its stream is aborted', async () => {
    const stop = new AbortController()
    const verdict = airlock.judgeRpm({ package: never(), keyring, signal: stop.signal })
    setTimeout(() => stop.abort(new Error('enough')), 20)
    await expect(verdict).rejects.toThrow('enough')
  })

  test('leaving a batch closes what is under way, streams too', async () => {
    const path = place('many.rpm')
    writeFileSync(path, good)
    let returned = 0
    const endless = (): AsyncIterable<Uint8Array> => ({
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          await new Promise((resolve) => setTimeout(resolve, 1))
          return { done: false, value: good.subarray(0, 96) }
        },
        return: async () => {
          returned += 1
          return { done: true, value: undefined }
        },
      }),
    })
    let pulled = 0
    function* items(): Generator<{ readonly package: Input }> {
      for (;;) {
        pulled += 1
        yield { package: pulled % 4 === 0 ? endless() : { path } }
      }
    }
    for await (const { kind } of airlock.judgeRpms(items(), { keyring, concurrency: 8 })) {
      expect(kind).toBe('good')
      break
    }
    await until(() => openFiles(directory).length === 0, 'all files to be closed')
    await until(() => returned > 0, 'the streams to be let go')
    // nothing is pulled any more
    const before = pulled
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(pulled).toBe(before)
  })
})

test('C5: a file whose status cannot be had is its own error, and leaves nothing open', async () => {
  writeFileSync(place('status.rpm'), good)
  const handle = await open('/dev/null')
  const prototype = Object.getPrototypeOf(handle) as { stat: () => Promise<unknown> } // of all handles
  await handle.close()
  const honest = prototype.stat
  let calls = 0
  prototype.stat = function (...args) {
    calls += 1
    // as network file systems do when a file went away
    if (calls === 1) return Promise.reject(Object.assign(new Error('ESTALE'), { code: 'ESTALE' }))
    return honest.apply(this, args)
  }
  try {
    const items = [1, 2, 3].map(() => ({ package: { path: place('status.rpm') } }))
    const kinds: string[] = []
    for await (const { kind } of airlock.judgeRpms(items, { keyring, concurrency: 1, at: NOW })) {
      kinds.push(kind)
    }
    expect(kinds).toEqual(['error', 'good', 'good'])
  } finally {
    prototype.stat = honest
  }
  expect(openFiles(place('status.rpm'))).toEqual([])
})

test('C5: streams that share their flow do not wait for one another, however large their headers', async () => {
  const large = makePackage({
    summary: 's'.repeat(2_000_000),
    signers: [{ key, over: 'header' }],
  })
  const streams = [1, 2, 3].map(() => new PassThrough())
  const feed = async (): Promise<void> => {
    for (let from = 0; from < large.length; from += 65_536) {
      const piece = large.subarray(from, from + 65_536)
      // the next piece only when all have taken this one
      const waits = streams.map((stream) => {
        if (stream.write(piece)) return undefined
        return new Promise((resolve) => stream.once('drain', resolve))
      })
      await Promise.all(waits)
    }
    for (const stream of streams) stream.end()
  }
  const fed = feed()
  const kinds: string[] = []
  const items = streams.map((stream) => ({ package: stream }))
  for await (const { kind } of airlock.judgeRpms(items, { keyring, at: NOW })) kinds.push(kind)
  await fed
  expect(kinds).toEqual(['good', 'good', 'good'])
})
