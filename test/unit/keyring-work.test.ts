/** C5: what a key file costs the manager does not grow with the product of its parts. Steps are counted, not time. */
import { describe, expect, it } from 'vitest'
import { placeRevocations } from '../../manager/keyring/bare-revocation.ts'
import { curate } from '../../manager/keyring/curate.ts'
import type { Certificate, Component } from '../../manager/openpgp/certificate.ts'
import type { Fingerprint, KeyId, KeyPacket } from '../../manager/openpgp/model.ts'
import { makeKey, makeSignature, makeUser, sub } from './openpgp-make.ts'

/** How often a property is read, of all things that it is put on. */
class Counter {
  count = 0

  on<T extends object>(thing: T, name: keyof T & string): T {
    return new Proxy(thing, {
      get: (target, asked, receiver) => {
        if (asked === name) this.count += 1
        return Reflect.get(target, asked, receiver) as unknown
      },
    })
  }
}

const key = makeKey()
const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0')

describe('C5: revocations that stand alone, beside many keys', () => {
  const KEYS = 2_000
  const hints = Array.from({ length: 250 }, (_, index) => ({
    kind: 'keyId' as const,
    keyId: hex(index, 16) as KeyId,
  }))

  it('each key is looked at a few times, however many revocations name however many keys', () => {
    const counter = new Counter()
    const primaries: KeyPacket[] = Array.from({ length: KEYS }, (_, index) => {
      const names = {
        fingerprint: hex(index, 40) as Fingerprint,
        keyId: hex(index + 1_000, 16) as KeyId,
      }
      return counter.on({ ...key.packet, ...names }, 'keyId')
    })
    const signature = makeSignature(key, [], { type: 0x20, issuers: hints })
    const named = { type: 33, critical: false, data: new Uint8Array(21).fill(4) }
    // a hashed fingerprint of nobody here: it is tried on no key
    const foreign = { ...signature, hashed: [...signature.hashed, named] }
    const revocations = Array.from({ length: 200 }, () => ({ signature: foreign, path: undefined }))
    const { copies, strays } = placeRevocations(revocations, primaries)
    expect([copies.length, strays.length]).toEqual([0, 200])
    expect(counter.count).toBeLessThanOrEqual(2 * KEYS)
  })

  it('finds whose they are all the same, by key id and by fingerprint', () => {
    const other = makeKey({ name: 'other' }).packet
    for (const issuers of [
      [{ kind: 'keyId', keyId: key.packet.keyId }],
      [{ kind: 'fingerprint', fingerprint: key.packet.fingerprint }],
    ] as const) {
      const signature = { ...makeSignature(key, [], { type: 0x20 }), issuers, hashed: [] }
      const ask = () => placeRevocations([{ signature, path: undefined }], [other, key.packet])
      // named, and not made by that key
      expect(ask).toThrow('expected a revocation by the key that it names')
      const silent = placeRevocations([{ signature, path: undefined }], [other])
      expect(silent.strays.length).toBe(1)
    }
  })
})

describe('C5: a certificate with many user ids and many revocations', () => {
  it('is stored by as many steps as it has parts', () => {
    const counter = new Counter()
    const signature = makeSignature(key, [], {
      type: 0x20,
      hashed: [sub.reason(0)],
      corrupt: 'value',
    })
    const primary: Component = {
      subject: { kind: 'primary' },
      signatures: Array.from({ length: 500 }, () => signature),
      flawed: [],
    }
    const users: Component[] = Array.from({ length: 5_000 }, (_, index) => {
      const subject = { kind: 'user', user: makeUser(`user ${index}`) } as const
      return counter.on({ subject, signatures: [], flawed: [] }, 'subject')
    })
    const certificate: Certificate = {
      fingerprint: key.packet.fingerprint,
      primary: key.packet,
      components: [primary, ...users],
      thirdParty: 0,
    }
    expect(curate(certificate).components.length).toBe(1)
    expect(counter.count).toBeLessThanOrEqual(20 * users.length)
  })
})
