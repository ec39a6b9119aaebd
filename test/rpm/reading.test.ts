/**
 * One reading: a verdict is about the octets that were read, whatever becomes of the file meanwhile. What is read is recorded here, and judged again in memory: the verdicts must agree.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { Airlock, type Input, type Keyring, type RpmVerdict } from '../../manager/index.ts'
import { certificateBytes, makeKey } from '../support/openpgp-writer.ts'
import { makePackage, parsePackageForTests } from '../support/rpm-writer.ts'
import { until } from '../umd/drive.ts'
import { chunks, codesOf, judge, openFiles } from './support.ts'

/** What happens after a read of a file of ours, and what was read so far. */
const watch = vi.hoisted(() => ({
  path: '',
  afterRead: (_reads: number): void => {},
  delivered: [] as Uint8Array[],
}))

vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof import('node:fs/promises')>()
  const open = async (...how: Parameters<typeof real.open>): Promise<FileHandle> => {
    const file = await real.open(...how)
    if (String(how[0]) !== watch.path) return file
    const plain = file.read.bind(file)
    // the manager reads in one way only
    const read = async (buffer: Buffer, offset: number, length: number, position: null) => {
      const result = await plain(buffer, offset, length, position)
      watch.delivered.push(Uint8Array.from(buffer.subarray(0, result.bytesRead)))
      watch.afterRead(watch.delivered.length)
      return result
    }
    return Object.assign(file, { read })
  }
  return { ...real, open }
})

const key = makeKey('ed25519')
const MIB = 1_048_576
const large = (fill: number, name = 'large'): Uint8Array =>
  makePackage({
    name,
    payload: new Uint8Array(3 * MIB).fill(fill),
    signers: [
      { key, over: 'header' },
      { key, over: 'header-and-payload' },
    ],
  })
const good = large(1)
const { header, payloadStart } = parsePackageForTests(good)

let directory = ''
let airlock: Airlock
let keyring: Keyring
const place = (name: string): string => join(directory, name)

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'pgp-airlock-reading-'))
  airlock = await Airlock.open()
  keyring = await airlock.loadKeyring([certificateBytes(key)])
})
afterAll(async () => {
  await airlock[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true, force: true })
})

const ask = (input: Input): Promise<RpmVerdict> => judge(airlock, { package: input, keyring })
const without = (verdict: RpmVerdict): unknown => ({ ...verdict, contents: undefined })

describe('C1: a file that changes between two reads', () => {
  /** Changes `change.rpm` after the first read, and judges what was read again in memory. */
  async function during(change: (path: string) => void): Promise<RpmVerdict> {
    const path = place('change.rpm')
    writeFileSync(path, good)
    watch.path = path
    watch.delivered = []
    watch.afterRead = (reads) => {
      if (reads === 1) change(path)
    }
    const verdict = await ask({ path })
    watch.path = ''
    const again = await ask(Buffer.concat(watch.delivered))
    expect(without(verdict)).toEqual(without(again))
    expect(watch.delivered.length).toBeGreaterThan(1)
    rmSync(path, { force: true })
    return verdict
  }

  const overwrite = (at: number, octets: Uint8Array) => (path: string) => {
    execFileSync('dd', [`of=${path}`, 'bs=1', `seek=${at}`, 'conv=notrunc', 'status=none'], {
      input: octets,
    })
  }

  test('nothing: the way it is asked here', async () => {
    expect(await during(() => {})).toMatchObject({ kind: 'good' })
  })

  test('the payload is swapped', async () => {
    const verdict = await during(overwrite(good.length - 4096, new Uint8Array(4096).fill(2)))
    expect(verdict.kind).toBe('bad')
    expect(codesOf(verdict)).toContain('payload-digest-mismatch')
    const last = Buffer.from(good)
    last.fill(2, good.length - 4096)
    const actual = createHash('sha256').update(last.subarray(payloadStart)).digest('hex')
    expect(verdict.digests.find(({ tag }) => tag === 'PAYLOADSHA256')?.actual).toBe(actual)
  })

  test('the header is swapped: it was read', async () => {
    const verdict = await during(overwrite(header.start, new Uint8Array(64)))
    expect(verdict).toMatchObject({ kind: 'good' })
  })

  test('another package is moved to its place: the open one is read', async () => {
    const verdict = await during((path) => {
      writeFileSync(`${path}.new`, large(2, 'other'))
      renameSync(`${path}.new`, path)
    })
    expect(verdict).toMatchObject({ kind: 'good' })
    if (verdict.kind === 'good') expect(verdict.contents.name?.text).toBe('large')
  })

  test('another package is written over it', async () => {
    const verdict = await during((path) => writeFileSync(path, large(2, 'other')))
    expect(verdict.kind).toBe('bad')
  })

  test('it is deleted: the open one is read', async () => {
    expect(await during(unlinkSync)).toMatchObject({ kind: 'good' })
  })

  test('it is cut off', async () => {
    const verdict = await during((path) => truncateSync(path, good.length - 1))
    expect(verdict.kind).toBe('bad')
  })

  test('it grows', async () => {
    const verdict = await during((path) => appendFileSync(path, 'x'))
    expect(verdict.kind).toBe('bad')
  })

  test('it grows while it is written: what was there is too short', async () => {
    const path = place('growing.rpm')
    writeFileSync(path, good.subarray(0, 2 * MIB))
    expect((await ask({ path })).kind).toBe('bad')
    appendFileSync(path, good.subarray(2 * MIB))
    expect((await ask({ path })).kind).toBe('good')
  })
})

describe('C1: a stream that takes its octets back', () => {
  test('behind the header comes the payload of another package', async () => {
    async function* swapped(): AsyncGenerator<Uint8Array> {
      yield good.subarray(0, payloadStart)
      yield large(2).subarray(payloadStart)
    }
    expect((await ask(swapped())).kind).toBe('bad')
  })

  test('each chunk is overwritten as soon as the next is asked for', async () => {
    async function* reused(): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks(good, 65_536)) {
        const lent = chunk.slice()
        yield lent
        lent.fill(0xff)
      }
    }
    expect((await ask(reused())).kind).toBe('good')
  })

  test('memory that others may write to is refused', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(good.length))
    shared.set(good)
    await expect(ask(shared)).rejects.toMatchObject({ code: 'shared-memory' })
  })
})

test('C5: a judgement that reads a file is aborted, and closes it', async () => {
  const stop = new AbortController()
  const path = place('abort.rpm')
  writeFileSync(path, good)
  Object.assign(watch, { path, delivered: [], afterRead: () => stop.abort(new Error('enough')) })
  const verdict = airlock.judgeRpm({ package: { path }, keyring, signal: stop.signal })
  await expect(verdict).rejects.toThrow('enough')
  watch.path = ''
  await until(() => openFiles(directory).length === 0, 'all files to be closed')
})
