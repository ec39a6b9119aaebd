/**
 * A genuine header by one signer, which states no digest of the payload, with a payload and a signature over both by another
 * one of the keyring: who signed only that header meets no demand on signers, and is not named as one of the package.
 */
import { describe, expect, test } from 'vitest'
import type { JudgeOptions } from '../../manager/index.ts'
import { codesOf, judge } from '../rpm/support.ts'
import { certificateBytes } from '../support/openpgp-writer.ts'
import { makePackage } from '../support/rpm-writer.ts'
import { signer, stranger, useAirlock } from './rpm-attack.ts'

const airlock = useAirlock()
const A = signer.packet.fingerprint
const B = stranger.packet.fingerprint

/** A over the header, B over all of it. */
const made = (isTied: boolean): Uint8Array =>
  makePackage({
    files: [{ path: '/a', content: 'by B' }],
    digests: isTied ? {} : { payloadSha256: 'absent', payloadSha256Alt: 'absent' },
    signers: [
      { key: signer, over: 'header' },
      { key: stranger, over: 'header-and-payload' },
    ],
  })

async function ask(octets: Uint8Array, demands: Partial<JudgeOptions> = {}) {
  const keyring = await airlock().loadKeyring([
    certificateBytes(signer),
    certificateBytes(stranger),
  ])
  const verdict = await judge(airlock(), { package: octets, keyring, ...demands })
  const signers = 'good' in verdict ? verdict.good.map(({ primaryKey }) => primaryKey) : []
  return { answer: [verdict.kind, ...codesOf(verdict)].join(' '), signers }
}

describe('C1: a payload by another than the signer of the header', () => {
  test('is the package of its own signer alone', async () => {
    expect(await ask(made(false))).toEqual({ answer: 'good', signers: [B] })
  })

  test.each([
    ['a required signer', { requiredSigners: [A] }, 'untrusted required-signer-missing'],
    ['two certificates', { threshold: 2 }, 'untrusted threshold-not-met'],
  ])('meets no demand for %s', async (_what, demands, expected) => {
    expect(await ask(made(false), demands)).toEqual({ answer: expected, signers: [] })
  })

  test('where the header states the digest of the payload, both signed the package', async () => {
    const both = await ask(made(true), { requiredSigners: [A], threshold: 2 })
    expect(both).toEqual({ answer: 'good', signers: expect.arrayContaining([A, B]) })
  })

  test('a demand that can be read only once holds for every package of a batch', async () => {
    const keyring = await airlock().loadKeyring([
      certificateBytes(signer),
      certificateBytes(stranger),
    ])
    const once = [A].values() as unknown as readonly (typeof A)[] // as an untyped caller would
    const items = [1, 2, 3].map(() => ({ package: made(false) }))
    const kinds: string[] = []
    for await (const { kind } of airlock().judgeRpms(items, { keyring, requiredSigners: once })) {
      kinds.push(kind)
    }
    expect(kinds).toEqual(['untrusted', 'untrusted', 'untrusted'])
  })
})
