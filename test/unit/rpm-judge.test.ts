/**
 * A package through the real cage: what an entry of a signature may hold, where things are said to be, what is read for which
 * question, and what is demanded of all signatures together.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  Airlock,
  type JudgeOptions,
  type Keyring,
  type RpmVerdict,
  VerificationError,
} from '../../manager/index.ts'
import { certificateBytes, makeKey, signDetached } from '../support/openpgp-writer.ts'
import { concat, fill, packet, text } from './build.ts'
import { makeSignature } from './openpgp-make.ts'
import { type Entry, entryAt, header, LEAD, make, packageFile, patched } from './rpm-build.ts'
import { hex } from './rpm-read.ts'

const alice = makeKey('ed25519')
const bob = makeKey('p256')
const PAYLOAD = text('payload')
const ENTRIES = [make.string(1000, 'name'), make.strings(5092, hex('sha256', PAYLOAD))]
const MAIN = header('header', ENTRIES)
const SIGNED = signDetached(alice, MAIN)
const fileOf = (...entries: readonly Entry[]): Uint8Array =>
  packageFile({ signatures: header('signatures', entries), header: MAIN, payload: PAYLOAD })
const GOOD = fileOf(make.bin(267, SIGNED), make.bin(1005, signDetached(bob, concat(MAIN, PAYLOAD))))

let airlock: Airlock
let keyring: Keyring

beforeAll(async () => {
  airlock = await Airlock.open({ poolSize: 1 })
  keyring = await airlock.loadKeyring([certificateBytes(alice), certificateBytes(bob)])
})
afterAll(() => airlock[Symbol.asyncDispose]())

const tell = (verdict: RpmVerdict): string =>
  [verdict.kind, ...('reasons' in verdict ? verdict.reasons : []).map(({ code }) => code)].join(' ')
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
  ])('%s', async (_, octets, expected) => {
    expect(tell(await judge(fileOf(make.bin(267, octets))))).toBe(expected)
    // an entry over both parts is held to the same
    if (/^(good|bad|no-key)/.test(expected)) return
    const beside = fileOf(make.bin(267, SIGNED), make.bin(1002, octets))
    const isUnknown = expected.endsWith('unsupported-version')
    expect(tell(await judge(beside))).toBe(isUnknown ? 'good' : expected)
  })
})

describe('C3: places count from the start of the package', () => {
  test('of signatures', async () => {
    const { signatures } = await judge(GOOD)
    expect(signatures.map(({ tag, covers }) => `${tag} ${covers}`)).toEqual([
      'DSAHEADER header',
      'GPG header-and-payload',
    ])
    for (const { verdict } of signatures) {
      const { offset, length } = verdict?.place ?? { offset: 0, length: 0 }
      expect(GOOD[offset]).toBe(0xc2)
      expect(length).toBeGreaterThan(64)
    }
    const [first] = signatures
    const { offset = 0, length = 0 } = first?.verdict?.place ?? {}
    expect(GOOD.subarray(offset, offset + length)).toEqual(SIGNED)
  })

  const signatures = header('signatures', [make.bin(267, SIGNED)])
  const mainAt = LEAD.length + 8 * Math.ceil(signatures.length / 8)
  const whole = fileOf(make.bin(267, SIGNED))
  const padding = LEAD.length + signatures.length

  test.each<readonly [string, Uint8Array, number | undefined]>([
    ['of the signature header', patched(whole, LEAD.length, 0), LEAD.length],
    [
      'of one of its entries',
      patched(whole, LEAD.length + entryAt(1), 99),
      LEAD.length + entryAt(1),
    ],
    ['of padding', whole.with(padding, 1), padding],
    ['of the main header', patched(whole, mainAt, 0), mainAt],
    ['of one of its entries', patched(whole, mainAt + entryAt(2), 99), mainAt + entryAt(2)],
    [
      'of a tag in the wrong header',
      patched(whole, LEAD.length + entryAt(1), 1001),
      LEAD.length + entryAt(2),
    ],
    [
      'of a tag that signs in the main header',
      patched(whole, mainAt + entryAt(1), 267),
      mainAt + entryAt(3),
    ],
    ['of the end, within the signature header', whole.subarray(0, 130), 130],
    ['of the end, within the main header', whole.subarray(0, mainAt + 20), mainAt + 20],
  ])('%s', async (_, file, offset) => {
    const verdict = await judge(file)
    expect(tell(verdict)).toBe('unusable rpm-malformed')
    if ('reasons' in verdict) expect(verdict.reasons[0].offset).toBe(offset)
    expect([verdict.signatures, verdict.digests]).toEqual([[], []])
  })

  test('of a signature that cannot be read', async () => {
    const verdict = await judge(fileOf(make.bin(267, concat(SIGNED, [0]))))
    const place = verdict.signatures[0]?.verdict?.place
    expect(place).toEqual({ offset: LEAD.length + entryAt(2), length: SIGNED.length + 1 })
  })
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
    [{ level: 'digest', headerOnly: true }, 'unusable no-digest', 0, [undefined, undefined]],
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
    expect(tell(digests)).toBe('bad header-digest-mismatch no-digest')
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
