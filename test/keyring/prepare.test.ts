/** Verifying a certificate's signatures on the thread pool finds what verifying them at once finds. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { JudgedCertificate } from '../../manager/keyring/judged-certificate.ts'
import { collectFacts } from '../../manager/openpgp/facts.ts'
import { JUDGE_LIMITS } from '../../manager/openpgp/limits.ts'
import { certificateBytes, makeKey, signaturePacket } from '../support/openpgp-writer.ts'
import { concat } from '../unit/build.ts'
import { keyData, sub } from '../unit/openpgp-make.ts'
import { root, sharedAirlock } from './support.ts'

const airlock = sharedAirlock()
const key = makeKey('p256')
const subkey = makeKey('ed25519')

const direct = (count: number, corrupt?: 'value'): Uint8Array =>
  concat(
    ...Array.from({ length: count }, (_, index) =>
      signaturePacket(key, [keyData(key)], {
        type: 0x1f,
        hashed: [sub.keyExpires(index)],
        ...(corrupt === undefined ? {} : { corrupt }),
      }),
    ),
  )

const MADE: readonly (readonly [string, () => Uint8Array])[] = [
  ['a revoked subkey', () => certificateBytes(key, { subkeys: [{ key: subkey, revoked: {} }] })],
  ['no back-signature', () => certificateBytes(key, { subkeys: [{ key: subkey, back: false }] })],
  [
    'a revocation that does not hold',
    () => certificateBytes(key, { revoked: { corrupt: 'value' } }),
  ],
  ['signatures that do not hold', () => concat(certificateBytes(key), direct(20, 'value'))],
  [
    'more signatures than are checked',
    () => concat(certificateBytes(key), direct(JUDGE_LIMITS.maxCertificateChecks + 1)),
  ],
]

async function compared(source: Uint8Array): Promise<number> {
  const { certificates } = await airlock().loadKeyring([source])
  for (const { certificate } of certificates) {
    const judged = new JudgedCertificate(certificate)
    await Promise.all([judged.prepare(), judged.prepare()])
    const { facts } = judged
    await judged.prepare()
    // once found, they are kept
    expect(judged.facts).toBe(facts)
    expect(facts).toEqual(collectFacts(certificate))
  }
  return certificates.length
}

describe('prepare', () => {
  it.each(MADE)('of %s', async (_what, make) => {
    expect(await compared(make())).toBe(1)
  })

  it('of the fixtures', async () => {
    for (const name of readdirSync(join(root, 'fixtures/keys'))) {
      expect(await compared(readFileSync(join(root, 'fixtures/keys', name)))).toBeGreaterThan(0)
    }
  })

  it('leaves the event loop to others', async () => {
    const { certificates } = await airlock().loadKeyring([
      concat(certificateBytes(key), direct(200)),
    ])
    let turns = 0
    const count = (): void => {
      turns += 1
      turning = setImmediate(count)
    }
    let turning = setImmediate(count)
    for (const one of certificates) await new JudgedCertificate(one.certificate).prepare()
    clearImmediate(turning)
    expect(turns).toBeGreaterThan(50)
  })
})
