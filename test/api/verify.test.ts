/** `verifyDetached` and `judgeDetached`: one rejects unless good, the other tells; whatever form the bytes have. */
import { createHash } from 'node:crypto'
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  Airlock,
  defaultPolicy,
  type Input,
  InputError,
  type Keyring,
  REASONS,
  type Verdict,
  VerificationError,
} from '../../manager/index.ts'
import { bytes, DATA, ED25519, key, path, pieces, RSA4096, seconds, signature } from './fixtures.ts'

let airlock: Airlock
let keyring: Keyring

beforeAll(async () => {
  airlock = await Airlock.open()
  keyring = await airlock.loadKeyring([
    key('ed25519'),
    key('rsa4096'),
    key('revoked'),
    key('expired'),
  ])
})
afterAll(async () => {
  await airlock[Symbol.asyncDispose]()
})

/** A verdict without what differs from run to run. */
function plain(verdict: Verdict): object {
  return JSON.parse(JSON.stringify({ ...verdict, cage: undefined })) as object
}

const TAMPERED = bytes('signed/tampered.txt')

describe('C7: verifyDetached rejects unless the verdict is good', () => {
  test('good: who, when, over what, in which cage', async () => {
    const { good, cage } = await airlock.verifyDetached({
      keyring,
      signature: signature('ed25519'),
      data: DATA,
    })
    expect(good).toHaveLength(1)
    expect(good[0]).toMatchObject({
      primaryKey: ED25519,
      signingKey: ED25519,
      created: seconds('2025-06-01T12:00:00Z'),
      digest: { algorithm: 'SHA256', hex: createHash('sha256').update(DATA).digest('hex') },
    })
    expect(cage.filter(({ required }) => required).map(({ state }) => state)).not.toContain(
      'missing',
    )
  })

  const refused: readonly (readonly [string, string, string, Uint8Array, Uint8Array])[] = [
    ['other data', 'bad', 'digest-mismatch', signature('ed25519'), TAMPERED],
    ['no data', 'bad', 'digest-mismatch', signature('ed25519'), new Uint8Array(0)],
    ['a stranger', 'no-key', 'no-key', signature('stranger'), DATA],
    ['a revoked key', 'untrusted', 'key-revoked', signature('revoked'), DATA],
    ['an expired key', 'untrusted', 'key-expired', signature('expired'), DATA],
    ['SHA-1', 'untrusted', 'weak-hash', signature('rsa4096.sha1'), DATA],
    ['no signature', 'unusable', 'malformed', new Uint8Array(0), DATA],
    ['text', 'unusable', 'malformed', new TextEncoder().encode('good'), DATA],
    ['half a signature', 'unusable', 'malformed', signature('ed25519').slice(0, 40), DATA],
  ]

  test.each(refused)('%s: %s, %s', async (_what, kind, code, signature, data) => {
    const verdict = await airlock.judgeDetached({ keyring, signature, data })
    expect(verdict.kind).toBe(kind)
    const error = await airlock
      .verifyDetached({ keyring, signature, data })
      .catch((e: unknown) => e)
    expect(error).toBeInstanceOf(VerificationError)
    if (!(error instanceof VerificationError)) return
    expect(error.code).toBe(code)
    expect(REASONS[error.code].kind).toBe(kind)
    expect(plain(error.verdict)).toEqual({ ...plain(verdict), judgedAt: expect.any(Number) })
    expect(error.message).toBe(`${kind}: ${error.verdict.reasons[0].text}`)
  })

  test('signers, thresholds, required signers and algorithms, time, policy', async () => {
    const two = { keyring, signature: bytes('signed/release.txt.two.sig'), data: DATA }
    const kind = async (more: object): Promise<string> =>
      (await airlock.judgeDetached({ ...two, ...more })).kind
    expect(await kind({})).toBe('good')
    expect(await kind({ threshold: 2 })).toBe('good')
    expect(await kind({ threshold: 3 })).toBe('untrusted')
    for (const wrong of [{ threshold: Number.NaN }, { threshold: 0 }, { threshold: 1.5 }]) {
      await expect(kind(wrong)).rejects.toThrow(RangeError)
    }
    // what a type would not let through weakens nothing either
    await expect(kind({ isolation: 'per_input' })).rejects.toThrow(RangeError)
    expect(await kind({ signers: [ED25519] })).toBe('good')
    expect(await kind({ signers: [ED25519], threshold: 2 })).toBe('untrusted')
    expect(await kind({ signers: [] })).toBe('untrusted')
    expect(await kind({ requiredSigners: [ED25519, RSA4096] })).toBe('good')
    expect(await kind({ requiredAlgorithms: [1, 22] })).toBe('good')
    expect(await kind({ requiredAlgorithms: [30] })).toBe('untrusted')
    expect(await kind({ at: seconds('2025-05-01T00:00:00Z') })).toBe('untrusted')
    const policy = { ...defaultPolicy(seconds('2026-01-01T00:00:00Z')), hashes: [] }
    expect(await kind({ policy })).toBe('untrusted')
  })

  test('two signatures by one certificate count once', async () => {
    const twice = Buffer.concat([signature('ed25519'), signature('ed25519')])
    const verdict = await airlock.judgeDetached({
      keyring,
      signature: twice,
      data: DATA,
      threshold: 2,
    })
    expect(verdict.kind).toBe('untrusted')
  })
})

describe('C1: the form of the bytes changes nothing', () => {
  const directory = mkdtempSync(join(tmpdir(), 'pgp-airlock-'))
  afterAll(() => rmSync(directory, { recursive: true }))
  const large = new Uint8Array(3 * 1_048_576 + 7).fill(0x61) // above what is judged in memory

  const forms: readonly (readonly [string, (data: Uint8Array) => Input])[] = [
    ['an array', (data) => data],
    ['a view of a larger array', (data) => Buffer.concat([Buffer.from('xx'), data]).subarray(2)],
    ['an async iterable, byte by byte', (data) => pieces(data, data.length > 65_536 ? 65_537 : 1)],
    ['an async iterable, two chunks', (data) => pieces(data, Math.ceil(data.length / 2))],
    ['a Node.js stream', (data) => Readable.from(pieces(data, 10_007))],
    ['a Web stream', (data) => new Blob([new Uint8Array(data)]).stream()],
    ['chunks that share one buffer', (data) => reused(data)],
    ['empty chunks between', (data) => padded(data)],
    [
      'a file',
      (data) => {
        writeFileSync(join(directory, 'data'), data)
        return { path: join(directory, 'data') }
      },
    ],
    [
      'a stream of a file',
      (data) => {
        writeFileSync(join(directory, 'streamed'), data)
        return createReadStream(join(directory, 'streamed'))
      },
    ],
  ]

  async function* reused(data: Uint8Array): AsyncGenerator<Uint8Array> {
    const buffer = new Uint8Array(1000)
    for (let at = 0; at < data.length; at += buffer.length) {
      const part = data.subarray(at, at + buffer.length)
      buffer.set(part)
      yield buffer.subarray(0, part.length)
      buffer.fill(0)
    }
  }

  async function* padded(data: Uint8Array): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces(data, 1 + (data.length >>> 3))) {
      yield new Uint8Array(0)
      yield piece
    }
  }

  test.each(forms)('%s as data', async (_name, form) => {
    for (const name of ['ed25519', 'rsa4096', 'rsa4096.text']) {
      const ask = (data: Uint8Array): Promise<Verdict> =>
        airlock.judgeDetached({
          keyring,
          signature: signature(name),
          data: form(data),
          at: seconds('2026-01-01T00:00:00Z'),
        })
      expect(plain(await ask(DATA))).toMatchObject({ kind: 'good' })
      expect(plain(await ask(TAMPERED))).toMatchObject({ kind: 'bad' })
      expect(plain(await ask(large))).toMatchObject({ kind: 'bad' })
    }
  })

  test.each(forms)('%s as signature', async (_name, form) => {
    const verdict = await airlock.judgeDetached({
      keyring,
      signature: form(signature('ed25519')),
      data: DATA,
    })
    expect(verdict.kind).toBe('good')
  })

  test('a stream of a part of a file is that part, not the file', async () => {
    const file = join(directory, 'longer')
    writeFileSync(file, Buffer.concat([Buffer.from('before'), DATA]))
    const ask = (data: Input): Promise<Verdict> =>
      airlock.judgeDetached({ keyring, signature: signature('ed25519'), data })
    expect((await ask(createReadStream(file, { start: 6 }))).kind).toBe('good')
    expect((await ask({ path: file })).kind).toBe('bad')
  })
})

describe('C1: inputs that change', () => {
  test('memory that others can write to is refused', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(2_000_000))
    const wanted = { name: 'InputError', code: 'shared-memory' }
    const good = { keyring, signature: signature('ed25519'), data: DATA }
    await expect(airlock.judgeDetached({ ...good, data: shared })).rejects.toMatchObject(wanted)
    await expect(
      airlock.judgeDetached({ ...good, data: pieces2(shared.subarray(0, 100)) }),
    ).rejects.toMatchObject(wanted)
    await expect(
      airlock.judgeDetached({ ...good, signature: shared.subarray(0, 100) }),
    ).rejects.toMatchObject(wanted)
    await expect(airlock.loadKeyring([shared.subarray(0, 100)])).rejects.toMatchObject(wanted)
  })

  async function* pieces2(data: Uint8Array): AsyncGenerator<Uint8Array> {
    yield data
  }

  test.each([DATA.length, 2_000_000])(
    'an array of %i bytes that is written to meanwhile: good only over what was signed',
    async (length) => {
      const own = new Uint8Array(length)
      own.set(DATA.subarray(0, length))
      const other = new Uint8Array(TAMPERED)
      let isDone = false
      let flips = 0
      const flip = (): void => {
        if (isDone) return
        flips += 1
        own.set((flips % 2 === 0 ? DATA : other).subarray(0, Math.min(DATA.length, other.length)))
        setImmediate(flip)
      }
      flip()
      const sha256 = createHash('sha256').update(DATA).digest('hex')
      for (let round = 0; round < 30; round += 1) {
        const verdict = await airlock.judgeDetached({
          keyring,
          signature: signature('ed25519'),
          data: own,
        })
        if (verdict.kind === 'good') expect(verdict.good[0].digest.hex).toBe(sha256)
        else expect(verdict.kind).toBe('bad')
      }
      isDone = true
    },
  )

  test('a signature array that is written to meanwhile', async () => {
    const own = signature('ed25519')
    const asked = airlock.judgeDetached({ keyring, signature: own, data: DATA })
    await Promise.resolve()
    own.fill(0)
    expect(['good', 'unusable']).toContain((await asked).kind)
  })
})

describe('inputs that cannot be read reject with InputError', () => {
  const good = { signature: signature('ed25519'), data: DATA }

  test('files', async () => {
    for (const [where, code] of [
      ['/nonexistent', 'not-found'],
      ['/', 'not-a-file'],
      ['/dev/null', 'not-a-file'],
    ] as const) {
      for (const field of ['signature', 'data']) {
        const input = { keyring, ...good, [field]: { path: where } }
        const error = await airlock.verifyDetached(input).catch((e: unknown) => e)
        expect(error).toBeInstanceOf(InputError)
        expect(error).toMatchObject({ code, path: where })
        expect((error as Error).message).not.toContain(where)
      }
    }
  })

  test('streams that fail, or hold no bytes; the cause is kept', async () => {
    const cause = new Error('the network is down')
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield DATA.slice(0, 10)
      throw cause
    }
    await expect(airlock.judgeDetached({ keyring, ...good, data: broken() })).rejects.toMatchObject(
      {
        code: 'io-failed',
        message: 'the stream failed before its end',
        cause,
      },
    )
    const text: AsyncIterable<Uint8Array> = Readable.from(['text'])
    await expect(airlock.judgeDetached({ keyring, ...good, data: text })).rejects.toMatchObject({
      code: 'io-failed',
    })
  })

  test('a stream is closed whatever comes of it', async () => {
    const isClosed = (stream: Readable): boolean => stream.destroyed
    const good1 = Readable.from(pieces(DATA, 10))
    await airlock.judgeDetached({ keyring, ...good, data: good1 })
    expect(isClosed(good1)).toBe(true)
    const tooLong = Readable.from(pieces(new Uint8Array(2_000_000), 100_000))
    const verdict = await airlock.judgeDetached({ keyring, ...good, signature: tooLong })
    expect(verdict).toMatchObject({ kind: 'unusable', reasons: [{ code: 'too-large' }] })
    expect(isClosed(tooLong)).toBe(true)
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('odd')
      },
    ],
    ['rejects', () => Promise.reject(new Error('odd'))],
    ['never answers', () => new Promise<never>(() => {})],
  ])('a stream whose end %s changes no verdict', async (_, end) => {
    const large = { done: false, value: new Uint8Array(1_000_000) }
    const odd: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve(large), return: end }),
    }
    const verdict = await airlock.judgeDetached({ keyring, ...good, signature: odd })
    expect(verdict).toMatchObject({ kind: 'unusable', reasons: [{ code: 'too-large' }] })
    const rpm = await airlock.judgeRpm({ keyring, package: odd })
    expect(rpm).toMatchObject({ kind: 'unusable', reasons: [{ code: 'not-an-rpm' }] })
  })

  test('C5: a stream of Node.js that fails while something else is read ends nothing', async () => {
    async function* slow(octets: Uint8Array): AsyncGenerator<Uint8Array> {
      await new Promise((resolve) => setTimeout(resolve, 50))
      yield octets
    }
    const missing = (): Readable => createReadStream('/nonexistent')
    const input = { keyring, signature: slow(good.signature), data: missing() }
    await expect(airlock.judgeDetached(input)).rejects.toMatchObject({ code: 'io-failed' })
    const sources = [slow(bytes('keys/ed25519.pub.asc')), missing()]
    await expect(airlock.loadKeyring(sources)).rejects.toMatchObject({ code: 'io-failed' })
    const pairs = [{ signature: slow(good.signature), data: missing() }]
    for await (const verdict of airlock.judgeMany(pairs, { keyring })) {
      expect(verdict).toMatchObject({ kind: 'error', reasons: [{ code: 'input-output' }] })
    }
  })

  test('C5: a stream that throws at once is its own error, and the batch goes on', async () => {
    const boom = (): never => {
      throw new Error('boom')
    }
    const odd: AsyncIterable<Uint8Array>[] = [
      { [Symbol.asyncIterator]: boom },
      { [Symbol.asyncIterator]: () => ({ next: boom }) },
      { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve() as never }) }, // on purpose
    ]
    for (const one of odd) {
      await expect(airlock.judgeRpm({ keyring, package: one })).rejects.toBeInstanceOf(InputError)
    }
    const items = [...odd, bytes('packages/good.rpm')].map((one) => ({ package: one }))
    const kinds: string[] = []
    for await (const { kind } of airlock.judgeRpms(items, { keyring })) kinds.push(kind)
    expect(kinds).toEqual(['error', 'error', 'error', 'no-key'])
  })

  test('a file descriptor of every file is closed', async () => {
    const { readdirSync } = await import('node:fs')
    const open = (): number => readdirSync('/proc/self/fd').length
    await airlock.judgeDetached({ keyring, ...good, data: path('signed/release.txt') })
    const before = open()
    for (let round = 0; round < 20; round += 1) {
      await airlock.judgeDetached({ keyring, ...good, data: path('signed/release.txt') })
      await airlock.judgeDetached({ keyring, ...good, data: { path: '/' } }).catch(() => {})
    }
    expect(open()).toBeLessThanOrEqual(before)
  })
})

describe('C5: AbortSignal', () => {
  const stop = new Error('enough')

  test('aborted before: nothing is read', async () => {
    const signal = AbortSignal.abort(stop)
    const input = { keyring, signature: signature('ed25519'), data: DATA, signal }
    await expect(airlock.judgeDetached(input)).rejects.toBe(stop)
    await expect(airlock.loadKeyring([key('ed25519')], signal)).rejects.toBe(stop)
  })

  test('a stream that has stopped coming', async () => {
    const controller = new AbortController()
    let isReturned = false
    const stalled: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          setImmediate(() => controller.abort(stop))
          return new Promise(() => {})
        },
        return: () => {
          isReturned = true
          return new Promise(() => {})
        },
      }),
    }
    const { signal } = controller
    const input = { keyring, signature: signature('ed25519'), data: stalled, signal }
    await expect(airlock.judgeDetached(input)).rejects.toBe(stop)
    expect(isReturned).toBe(true)
  })

  test('between two chunks; the airlock serves on', async () => {
    const controller = new AbortController()
    async function* data(): AsyncGenerator<Uint8Array> {
      yield DATA.slice(0, 10)
      controller.abort(stop)
      yield DATA.slice(10)
    }
    const { signal } = controller
    const input = { keyring, signature: signature('ed25519') }
    await expect(airlock.judgeDetached({ ...input, data: data(), signal })).rejects.toBe(stop)
    expect((await airlock.judgeDetached({ ...input, data: DATA })).kind).toBe('good')
  })
})
