/** What a review broke in the rules, each as it was shown. */
import { describe, expect, it } from 'vitest'
import { Keyring } from '../../manager/keyring/keyring.ts'
import { claimedRevocation } from '../../manager/openpgp/claim.ts'
import { judgeDetached } from '../../manager/openpgp/detached.ts'
import type { KeyPacket, PacketSequence, UnixSeconds } from '../../manager/openpgp/model.ts'
import { publicKey } from '../../manager/openpgp/public-key.ts'
import { defaultPolicy } from '../../manager/policy/policy.ts'
import { makeKey } from '../support/openpgp-writer.ts'
import { fill, signature4, sub } from './build.ts'

describe('C5: RSA exponents', () => {
  it('above 64 bits are refused: they make one verification take as long as hundreds', () => {
    const { packet } = makeKey('rsa2048')
    if (packet.material.family !== 'rsa') throw new Error('not RSA')
    const slow = { ...packet.material, e: fill(32, 0xff) }
    const key: KeyPacket = { ...packet, material: slow }
    expect(publicKey(packet).usable).toBe(true)
    expect(publicKey(key)).toMatchObject({ usable: false, code: 'malformed' })
  })
})

describe('C2: a revocation that cannot be read', () => {
  const { packet: primary } = makeKey('ed25519')
  const flawedWith = (unhashed: Uint8Array) => ({
    tag: 2,
    place: { offset: 0, length: 100 },
    body: signature4({ type: 0x20, algorithm: 99, unhashed }),
    reason: 'unsupported-algorithm' as const,
    detail: '',
    offset: 0,
  })

  it('claims the primary key when it names nobody, by the wildcard key id too', () => {
    expect(claimedRevocation(flawedWith(fill(0)), primary)).toBe(0x20)
    expect(claimedRevocation(flawedWith(sub.issuerKeyId(fill(8, 0))), primary)).toBe(0x20)
    expect(claimedRevocation(flawedWith(sub.issuerKeyId(fill(8, 7))), primary)).toBeUndefined()
  })
})

describe('C1: times that are none', () => {
  const at = 1_750_000_000 as UnixSeconds
  const keyring = Keyring.from([])
  const sequence: PacketSequence = { packets: [], stop: undefined }
  const terms = { keyring, at, policy: defaultPolicy(at) }

  it('are refused by the rules themselves', () => {
    expect(judgeDetached(sequence, fill(1), terms).kind).toBe('unusable')
    for (const wrong of [Number.NaN, -1, 0.5, 2 ** 32]) {
      const judge = () => judgeDetached(sequence, fill(1), { ...terms, at: wrong as UnixSeconds })
      expect(judge).toThrow(RangeError)
    }
    const policy = { ...terms.policy, clockSkew: Number.NaN }
    expect(() => judgeDetached(sequence, fill(1), { ...terms, policy })).toThrow(RangeError)
  })
})
