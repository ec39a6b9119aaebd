/** Self-signatures of one second: the order of packets and of sources is nobody's signature, and decides nothing. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { Keyring } from '../../manager/index.ts'
import { sharedAirlock } from '../keyring/support.ts'
import {
  certificateBytes,
  FLAG,
  makeKey,
  signDetached,
  sub,
  type WriteOptions,
} from '../support/openpgp-writer.ts'
import { concat, text } from '../unit/build.ts'

const airlock = sharedAirlock()
const DATA = text('data')
const LATER = 1_700_000_000

const key = makeKey('ed25519', LATER - 100_000_000)
const subkey = makeKey('ed25519', LATER - 100_000_000)
const self = (...hashed: NonNullable<WriteOptions['hashed']>): Uint8Array =>
  certificateBytes(key, { selfSignature: { created: LATER - 100_000_000, hashed } })
const bound = (...hashed: NonNullable<WriteOptions['hashed']>): Uint8Array =>
  certificateBytes(key, {
    selfSignature: { created: LATER - 100_000_000 },
    subkeys: [{ key: subkey, binding: { created: LATER - 100_000_000, hashed } }],
  })

const MAY_SIGN = sub.flags(FLAG.certify | FLAG.sign)
const DAY = 86_400

/** Two copies of a certificate, of which the first allows less; and who signed. */
const TIES: readonly (readonly [string, Uint8Array, Uint8Array, typeof key, string])[] = [
  ['one ends', self(MAY_SIGN, sub.keyExpires(DAY)), self(MAY_SIGN), key, 'key-expired'],
  [
    'both end',
    self(MAY_SIGN, sub.keyExpires(DAY)),
    self(MAY_SIGN, sub.keyExpires(4_000 * DAY)),
    key,
    'key-expired',
  ],
  ['one does not sign', self(sub.flags(FLAG.certify)), self(MAY_SIGN), key, 'key-not-for-signing'],
  [
    'a subkey’s',
    bound(sub.flags(FLAG.encrypt)),
    bound(sub.flags(FLAG.sign)),
    subkey,
    'key-not-for-signing',
  ],
]

describe('C2: of two self-signatures of one second the same rules in any order', () => {
  const load = (...sources: readonly Uint8Array[]): Promise<Keyring> =>
    airlock().loadKeyring(sources)

  test.each(TIES)('%s', async (_name, less, more, signer, code) => {
    const signature = signDetached(signer, DATA, { created: LATER })
    const kindsOf = async (ring: Keyring): Promise<string> => {
      const verdict = await airlock().judgeDetached({ keyring: ring, signature, data: DATA })
      return verdict.kind === 'good' ? 'good' : verdict.reasons[0].code
    }
    expect(await kindsOf(await load(more))).toBe('good')
    for (const order of [
      [less, more],
      [more, less],
    ]) {
      expect(await kindsOf(await load(...order))).toBe(code)
      expect(await kindsOf(await load(concat(...order)))).toBe(code)
    }
  })
})

describe('C2: a crowd of certificates that claim a key', () => {
  let victim: Uint8Array
  beforeAll(() => {
    victim = certificateBytes(key)
  })

  test.each([15, 16, 40])('%i: its own certificate speaks for it all the same', async (count) => {
    const crowd = Array.from({ length: count }, () =>
      certificateBytes(makeKey('ed25519', LATER - 100_000_000), {
        selfSignature: { created: LATER - 100_000_000 },
        subkeys: [{ key, back: false }],
      }),
    )
    const signature = signDetached(key, DATA, { created: LATER })
    for (const order of [
      [victim, ...crowd],
      [...crowd, victim],
    ]) {
      const keyring = await airlock().loadKeyring([concat(...order)])
      const verdict = await airlock().judgeDetached({ keyring, signature, data: DATA })
      expect(verdict.kind).toBe('good')
      expect(verdict.kind === 'good' && verdict.good[0].primaryKey).toBe(key.packet.fingerprint)
    }
  })

  test('without it the signature is not good, and not too much', async () => {
    const crowd = Array.from({ length: 40 }, () =>
      certificateBytes(makeKey('ed25519', LATER - 100_000_000), {
        selfSignature: { created: LATER - 100_000_000 },
        subkeys: [{ key, back: false }],
      }),
    )
    const keyring = await airlock().loadKeyring([concat(...crowd)])
    const signature = signDetached(key, DATA, { created: LATER })
    const verdict = await airlock().judgeDetached({ keyring, signature, data: DATA })
    expect(verdict).toMatchObject({
      kind: 'untrusted',
      reasons: expect.arrayContaining([expect.objectContaining({ code: 'key-not-bound' })]),
    })
  })
})
