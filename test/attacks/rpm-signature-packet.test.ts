/**
 * Signature packets that rpm was taught to refuse, or that say two things at once (its commits daeddb01d, c29255621,
 * 9d7251b8c): each fails the package, also beside a good signature, because it may hide what a reader of another mind sees.
 */
import { describe, expect, test } from 'vitest'
import type { Subpacket } from '../../manager/openpgp/model.ts'
import { certificateBytes } from '../support/openpgp-writer.ts'
import type { PackageSigner } from '../support/rpm-writer.ts'
import { concat, u32 } from '../unit/build.ts'
import { day } from '../unit/openpgp-make.ts'
import { answerTo, attacked, signer, stranger, useAirlock } from './rpm-attack.ts'

const airlock = useAirlock()
const BOTH = [certificateBytes(signer), certificateBytes(stranger)]

const hex = (digits: string): Uint8Array => Buffer.from(digits, 'hex')
const { fingerprint: other, keyId: otherId } = stranger.packet
const named = (type: number, data: Uint8Array): Subpacket => ({ type, critical: false, data })
const created = named(2, u32(day(2)))

/** What is wrong with the one signature, or with the first of two. */
const WRONGS: readonly (readonly [string, Partial<PackageSigner>, RegExp])[] = [
  ['type 0x01, text', { type: 0x01 }, /^unusable wrong-type/],
  ['type 0x02, of itself', { type: 0x02 }, /^unusable wrong-type/],
  ['type 0x10, over a certificate', { type: 0x10 }, /^unusable wrong-type/],
  ['type 0x18, over a subkey', { type: 0x18 }, /^unusable wrong-type/],
  ['type 0x40, a timestamp', { type: 0x40 }, /^unusable wrong-type/],
  ['two creation times', { hashed: [created] }, /^unusable malformed/],
  ['the fingerprint of another key', { hashed: [named(33, concat([4], hex(other)))] }, /malformed/],
  ['the key id of another key', { hashed: [named(16, hex(otherId))] }, /^unusable malformed/],
  ['octets behind the packet', { wrap: (one) => concat(one, [0]) }, /^unusable malformed/],
  ['two packets', { wrap: (one) => concat(one, one) }, /^unusable malformed/],
  [
    'a marker in front of the packet',
    { wrap: (one) => concat([0xca, 3], Buffer.from('PGP'), one) },
    /^unusable malformed/,
  ],
  ['a packet that is no signature', { wrap: () => concat([0xcd, 1, 0x41]) }, /^unusable malformed/],
  ['a packet that is cut off', { wrap: (one) => one.subarray(0, -1) }, /^unusable malformed/],
  ['nothing but a header', { wrap: (one) => one.subarray(0, 3) }, /^unusable malformed/],
  ['other 16 bits of the digest', { corrupt: 'left16' }, /^bad digest-mismatch/],
  ['another value', { corrupt: 'value' }, /^bad bad-signature/],
]

describe.each(WRONGS)('C1, C2: a signature with %s', (_what, wrong, answer) => {
  test('alone', async () => {
    const octets = attacked({ signers: [{ key: signer, over: 'header', ...wrong }] })
    expect(await answerTo(airlock(), octets, BOTH)).toMatch(answer)
  })

  test('beside a good one', async () => {
    const octets = attacked({
      signers: [
        { key: signer, over: 'header', ...wrong },
        { key: signer, over: 'header-and-payload' },
      ],
    })
    expect(await answerTo(airlock(), octets, BOTH)).toMatch(answer)
  })
})

test('C1: the fingerprint of the signer, the value by a stranger', async () => {
  const hashed = [named(33, concat([4], hex(signer.packet.fingerprint)))]
  const forged = { key: stranger, over: 'header', hashed } as const
  expect(await answerTo(airlock(), attacked({ signers: [forged] }), BOTH)).not.toMatch(/^good/)
  expect(
    await answerTo(airlock(), attacked({ signers: [forged] }), [certificateBytes(signer)]),
  ).not.toMatch(/^good/)
})

test('C2: a good signature beside one by a key that is missing', async () => {
  const octets = attacked({
    signers: [
      { key: stranger, over: 'header' },
      { key: signer, over: 'header-and-payload' },
    ],
  })
  expect(await answerTo(airlock(), octets)).toBe('no-key no-key')
  expect(await answerTo(airlock(), octets, BOTH)).toBe('good')
})
