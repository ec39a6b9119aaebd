/** What belongs to the caller: options that an object inherits, arrays that are used again, streams that are not needed. */
import {
  createReadStream,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  Airlock,
  defaultPolicy,
  type JudgeOptions,
  type Keyring,
  type UnixSeconds,
} from '../../manager/index.ts'
import { openpgpDriver } from '../../manager/openpgp-driver.ts'
import { armored, certificateBytes, makeKey, signDetached } from '../support/openpgp-writer.ts'
import { makePackage } from '../support/rpm-writer.ts'
import { until } from '../umd/drive.ts'
import { text } from '../unit/build.ts'
import { seconds } from '../unit/openpgp-make.ts'

const key = makeKey('ed25519')
const data = text('hello\n')
const other = text('evil!\n')
const signature = signDetached(key, data)
const ARMORED = text(armored(signature))
let airlock: Airlock
let keyring: Keyring
let folder = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pgp-airlock-caller-'))
  airlock = await Airlock.open()
  keyring = await airlock.loadKeyring([certificateBytes(key)])
})

afterAll(async () => {
  await airlock[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

/** An object that has `own`, and inherits the rest. */
function inheriting<Own extends object, Inherited extends object>(own: Own, inherited: Inherited) {
  return Object.assign(Object.create(inherited) as Inherited, own) // Object.create has no types
}

describe('C7: an option that the caller’s object inherits counts', () => {
  const refuseAll = { ...defaultPolicy(seconds(1_700_000_000)), hashes: [] }
  const OPTIONS: readonly (readonly [string, Partial<JudgeOptions>])[] = [
    ['threshold', { threshold: 2 }],
    ['policy', { policy: refuseAll }],
    ['at', { at: 946_684_800 as UnixSeconds }],
    ['requiredAlgorithms', { requiredAlgorithms: [1] }],
    ['requiredSigners', { requiredSigners: [makeKey('ed25519').packet.fingerprint] }],
    ['signers', { signers: [makeKey('ed25519').packet.fingerprint] }],
  ]

  test.each(OPTIONS)('%s', async (_name, options) => {
    const own = { keyring, signature, data }
    const plain = await airlock.judgeDetached({ ...own, ...options })
    const inherited = await airlock.judgeDetached(inheriting(own, options))
    expect([plain.kind, inherited.kind]).toEqual(['untrusted', 'untrusted'])
  })

  test('of a batch of packages', async () => {
    const options = inheriting({ keyring }, { level: 'digest', headerOnly: true } as const)
    const judge = async () => {
      for await (const _ of airlock.judgeRpms([{ package: makePackage({}) }], options));
    }
    // the two exclude each other, and both are seen
    await expect(judge()).rejects.toThrow(RangeError)
  })

  test('of the cage', async () => {
    const options = inheriting({}, { require: ['namespaces'], bubblewrap: 'off' } as const)
    await using driver = openpgpDriver(options)
    await expect(driver.start()).rejects.toMatchObject({
      code: 'setup-failed',
      layer: 'namespaces',
    })
  })
})

describe('C1: the caller’s array may be used again at once', () => {
  test.each([
    ['binary', signature],
    ['armored', ARMORED],
  ])('judgeMany, %s signatures', async (_form, one) => {
    const buffer = new Uint8Array(data.length)
    async function* pairs() {
      buffer.set(other)
      yield { signature: one, data: buffer }
      buffer.set(data)
      yield { signature: one, data: buffer }
    }
    const kinds: string[] = []
    for await (const { kind } of airlock.judgeMany(pairs(), { keyring })) kinds.push(kind)
    expect(kinds).toEqual(['bad', 'good'])
  })

  test('judgeDetached, its signature as well', async () => {
    const buffer = new Uint8Array(other)
    const asked = airlock.judgeDetached({ keyring, signature, data: buffer })
    buffer.set(data)
    expect((await asked).kind).toBe('bad')
    const packets = new Uint8Array(signature)
    const again = airlock.judgeDetached({ keyring, signature: packets, data })
    packets.fill(0)
    expect((await again).kind).toBe('good')
  })
})

describe('C5: a stream that turns out not to be needed is ended', () => {
  const open = (path: string): number => {
    let count = 0
    for (const name of readdirSync('/proc/self/fd')) {
      try {
        if (readlinkSync(`/proc/self/fd/${name}`) === path) count += 1
      } catch {
        // the directory's own descriptor is closed by now
      }
    }
    return count
  }

  test.each([
    ['a signature that is none', text('junk')],
    ['a signature file that is not there', { path: '/nonexistent' }],
    ['a signature by nobody’s key', signDetached(makeKey('ed25519'), data, { type: 2 })],
  ])('data, with %s', async (_what, wrong) => {
    const path = join(folder, 'data')
    writeFileSync(path, data)
    const stream = createReadStream(path)
    await new Promise((resolve) => stream.once('open', resolve))
    await airlock.judgeDetached({ keyring, signature: wrong, data: stream }).catch(() => {})
    await until(() => open(path) === 0, 'the file to be closed')
  })

  test('keys behind a source that is none', async () => {
    const path = join(folder, 'key')
    writeFileSync(path, certificateBytes(key))
    const stream = createReadStream(path)
    await new Promise((resolve) => stream.once('open', resolve))
    await expect(airlock.loadKeyring([text('junk'), stream])).rejects.toThrow()
    await until(() => open(path) === 0, 'the file to be closed')
  })
})
