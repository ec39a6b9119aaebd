/**
 * A package through the real cage: what an entry of a signature may hold, what is read and told for which question, and what is
 * demanded of all signatures together.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  Airlock,
  type JudgeOptions,
  type Keyring,
  type RpmVerdict,
  VerificationError,
} from '../../manager/index.ts'
import { makeKey, signDetached } from '../support/openpgp-writer.ts'
import { concat, fill, packet, signature4, sub, text } from './build.ts'
import { makeSignature } from './openpgp-make.ts'
import { make } from './rpm-build.ts'
import { hex } from './rpm-read.ts'
import {
  alice,
  bob,
  CERTIFICATES,
  fileOf,
  GOOD,
  MAIN,
  PAYLOAD,
  SIGNED,
  tell,
} from './rpm-signed.ts'

let airlock: Airlock
let keyring: Keyring

beforeAll(async () => {
  airlock = await Airlock.open({ poolSize: 1 })
  keyring = await airlock.loadKeyring(CERTIFICATES)
})
afterAll(() => airlock[Symbol.asyncDispose]())

const judge = (file: Uint8Array, options: Partial<JudgeOptions> = {}): Promise<RpmVerdict> =>
  airlock.judgeRpm({ keyring, package: file, ...options })

describe('C1: an entry of a signature holds one signature packet over a document', () => {
  const version3 = packet(2, makeSignature(alice, [MAIN], { version: 3 }).body)

  test.each<readonly [string, Uint8Array, string]>([
    ['one', SIGNED, 'good'],
    ['one of version 3', version3, 'good'],
    ['two', concat(SIGNED, SIGNED), 'unusable malformed'],
    ['a marker first', concat(packet(10, text('PGP')), SIGNED), 'unusable malformed'],
    ['a packet of private use behind', concat(SIGNED, packet(60, [])), 'unusable malformed'],
    ['an octet behind', concat(SIGNED, [0]), 'unusable malformed'],
    ['one that is cut', SIGNED.subarray(0, -1), 'unusable malformed'],
    ['a key', packet(6, alice.packet.body), 'unusable malformed'],
    ['one in text mode', signDetached(alice, MAIN, { type: 1 }), 'unusable wrong-type'],
    ['a certification', signDetached(alice, MAIN, { type: 0x13 }), 'unusable wrong-type'],
    ['one over nothing', signDetached(alice, MAIN, { type: 2 }), 'unusable wrong-type'],
    ['one of version 9', packet(2, [9, 0]), 'unusable unsupported-version'],
    [
      'one over header and payload',
      signDetached(alice, concat(MAIN, PAYLOAD)),
      'bad digest-mismatch',
    ],
    ['one over the payload', signDetached(alice, PAYLOAD), 'bad digest-mismatch'],
    ['one by a stranger', signDetached(makeKey('ed25519'), MAIN), 'no-key no-key'],
    ['no packet', text('text'), 'unusable malformed'],
    ['octets of 128 KiB', new Uint8Array(131_072), 'unusable malformed'],
    ['more than that: C5, not even parsed', new Uint8Array(131_073), 'unusable too-large'],
  ])('%s', async (_, octets, expected) => {
    expect(tell(await judge(fileOf(make.bin(267, octets))))).toBe(expected)
    // an entry over both parts is held to the same
    if (/^(good|bad|no-key)/.test(expected)) return
    const beside = fileOf(make.bin(267, SIGNED), make.bin(1002, octets))
    const isUnknown = expected.endsWith('unsupported-version')
    expect(tell(await judge(beside))).toBe(isUnknown ? 'good' : expected)
  })
})

test.each([{ level: 'digest', headerOnly: true }, { level: 'none' }, { headerOnly: 'no' }])(
  'C7: %j is no question',
  async (question) => {
    // what a type would not let through
    const options = question as { headerOnly?: boolean }
    await expect(airlock.judgeRpm({ keyring, package: GOOD, ...options })).rejects.toThrow(
      RangeError,
    )
  },
)

test('C7: the question is the one that was asked, whatever becomes of its object', async () => {
  const wrong = GOOD.with(-1, (GOOD.at(-1) ?? 0) ^ 1)
  const asked = { keyring, package: wrong, headerOnly: false }
  const verdict = airlock.judgeRpm(asked)
  asked.headerOnly = true
  expect(tell(await verdict)).toBe('bad digest-mismatch payload-digest-mismatch')
})

test('C5: a policy that is none rejects, and nothing is left unheard', async () => {
  const unheard: unknown[] = []
  const hear = (why: unknown): void => void unheard.push(why)
  process.on('unhandledRejection', hear)
  const none = {} as unknown as NonNullable<JudgeOptions['policy']> // as an untyped caller would
  await expect(judge(GOOD, { policy: none })).rejects.toThrow()
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', hear)
  expect(unheard).toEqual([])
})

describe('C1: what is asked decides what is read, and what is said', () => {
  /** The package up to its payload, then what counts how often it is asked for. */
  async function* readTo(asked: { count: number }): AsyncGenerator<Uint8Array> {
    yield GOOD.subarray(0, GOOD.length - PAYLOAD.length)
    asked.count += 1
    yield PAYLOAD
  }

  test.each([
    [{}, 'good', 1, ['good', 'good']],
    [{ level: 'signature' }, 'good', 1, ['good', 'good']],
    [{ level: 'digest' }, 'unusable no-digest', 1, [undefined, undefined]],
    [{ headerOnly: true }, 'header-only', 0, ['good', undefined]],
  ] as const)('%j', async (question, expected, count, kinds) => {
    const asked = { count: 0 }
    const verdict = await airlock.judgeRpm({ keyring, package: readTo(asked), ...question })
    expect([tell(verdict), asked.count]).toEqual([expected, count])
    expect(verdict.signatures.map((one) => one.verdict?.kind)).toEqual(kinds)
    const isRead = count > 0
    expect(verdict.digests.map(({ tag, state }) => `${tag} ${state}`)).toEqual([
      `PAYLOADSHA256 ${isRead ? 'match' : 'not-asked'}`,
    ])
  })

  test('digests of the header that nobody signed count unless only signatures are asked for', async () => {
    const file = fileOf(make.bin(267, SIGNED), make.string(273, hex('sha256', PAYLOAD)))
    expect(tell(await judge(file))).toBe('bad header-digest-mismatch')
    const verdict = await airlock.judgeRpm({ keyring, package: file, level: 'signature' })
    expect(tell(verdict)).toBe('good')
    expect(verdict.digests.map(({ state }) => state)).toEqual(['not-asked', 'match'])
    const digests = await airlock.judgeRpm({ keyring, package: file, level: 'digest' })
    expect(tell(digests)).toBe('bad header-digest-mismatch')
  })

  test('every digest is told once, whatever is asked', async () => {
    const weak = [make.string(269, 'a'.repeat(40)), make.bin(1004, fill(16))]
    const file = fileOf(make.bin(267, SIGNED), make.string(273, hex('sha256', MAIN)), ...weak)
    const rows = (states: string): string[] => {
      const names = ['MD5', 'PAYLOADSHA256', 'SHA1HEADER', 'SHA256HEADER']
      return states.split(' ').map((state, index) => `${names[index]} ${state}`)
    }
    for (const [question, states] of [
      [{}, 'ignored match ignored match'],
      [{ level: 'digest' }, 'ignored match ignored match'],
      [{ level: 'signature' }, 'ignored match ignored not-asked'],
      [{ headerOnly: true }, 'ignored not-asked ignored match'],
    ] as const) {
      const { digests } = await airlock.judgeRpm({ keyring, package: file, ...question })
      expect(digests.map(({ tag, state }) => `${tag} ${state}`).sort()).toEqual(rows(states))
    }
  })

  test('what a signature states of itself is told beside its verdict', async () => {
    const flawed = packet(2, signature4({ algorithm: 99, unhashed: sub.issuerKeyId() }))
    const version3 = packet(2, makeSignature(alice, [MAIN], { version: 3 }).body)
    const file = fileOf(
      make.bin(267, SIGNED),
      make.bin(268, version3),
      make.bin(1002, flawed),
      make.bin(1005, signDetached(bob, concat(MAIN, PAYLOAD), { issuer: 'none' })),
      make.strings(278, 'c2ln'),
    )
    const { signatures: found } = await judge(file)
    expect(found.map(({ tag, stated }) => [tag, stated])).toEqual([
      [
        'DSAHEADER',
        {
          version: 4,
          algorithm: 'EdDSA (legacy)',
          hash: 'SHA256',
          issuer: alice.packet.fingerprint,
        },
      ],
      [
        'RSAHEADER',
        { version: 3, algorithm: 'EdDSA (legacy)', hash: 'SHA256', issuer: alice.packet.keyId },
      ],
      ['OPENPGP', undefined],
      ['PGP', undefined],
      ['GPG', { version: 4, algorithm: 'ECDSA', hash: 'SHA256', issuer: undefined }],
    ])
  })

  test('octets behind the payload are payload', async () => {
    expect(tell(await judge(concat(GOOD, [0])))).toMatch(/^bad /)
  })
})

describe('C1: demands are made of all signatures together', () => {
  test.each<readonly [Partial<JudgeOptions>, string]>([
    [{ threshold: 2 }, 'good'],
    [{ threshold: 3 }, 'untrusted threshold-not-met'],
    [{ requiredSigners: [alice.packet.fingerprint, bob.packet.fingerprint] }, 'good'],
    [{ requiredAlgorithms: [19, 22] }, 'good'],
    [{ requiredAlgorithms: [1] }, 'untrusted required-algorithm-missing'],
    [{ signers: [alice.packet.fingerprint] }, 'good'],
    [{ signers: [makeKey('ed25519').packet.fingerprint] }, 'untrusted signer-not-wanted'],
  ])('%o: %s', async (demands, expected) => {
    expect(tell(await judge(GOOD, demands))).toBe(expected)
  })

  test('C7: verifyRpm gives a good verdict or throws', async () => {
    expect((await airlock.verifyRpm({ keyring, package: GOOD })).kind).toBe('good')
    const none = fileOf(make.bin(1008, fill(4)))
    await expect(airlock.verifyRpm({ keyring, package: none })).rejects.toThrow(VerificationError)
    // what a caller in JavaScript may pass
    const more = { keyring, package: GOOD, headerOnly: true }
    await expect(airlock.verifyRpm(more)).rejects.toThrow(TypeError)
  })
})
