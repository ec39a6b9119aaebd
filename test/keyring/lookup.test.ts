/** Finding a key costs the same in a large keyring: it is an index, and no certificate is looked at. */
import { describe, expect, it } from 'vitest'
import { Keyring } from '../../manager/keyring/keyring.ts'
import type { Certificate } from '../../manager/openpgp/certificate.ts'
import type { Fingerprint, KeyId } from '../../manager/openpgp/model.ts'
import { CertificateMaker, makeKey } from '../unit/openpgp-make.ts'

/** Certificates that count who looks at them. */
function watched(count: number): { keyring: Keyring; ids: KeyId[]; looks: () => number } {
  const model = new CertificateMaker(makeKey()).build()
  let looks = 0
  const certificates: Certificate[] = []
  const ids: KeyId[] = []
  for (let index = 0; index < count; index += 1) {
    // every second key id collides with the one before
    const keyId = Math.trunc(index / 2)
      .toString(16)
      .padStart(16, '0') as KeyId
    const fingerprint = index.toString(16).padStart(40, '0') as Fingerprint
    const body = new Uint8Array(new Uint32Array([index]).buffer)
    const primary = { ...model.primary, keyId, fingerprint, body }
    const components = [...model.components]
    ids.push(keyId)
    certificates.push({
      fingerprint,
      thirdParty: 0,
      get primary() {
        looks += 1
        return primary
      },
      get components() {
        looks += 1
        return components
      },
    })
  }
  const keyring = Keyring.from(certificates)
  looks = 0
  return { keyring, ids, looks: () => looks }
}

describe('a lookup', () => {
  it.each([10, 10_000])('looks at no certificate of %d', (count) => {
    const { keyring, ids, looks } = watched(count)
    for (const id of ids) expect(keyring.byKeyId(id).length).toBe(2)
    expect(keyring.byFingerprint('0'.repeat(40) as Fingerprint).length).toBe(1)
    expect(keyring.byFingerprint('f'.repeat(40) as Fingerprint)).toEqual([])
    expect(keyring.byHint({ kind: 'keyId', keyId: 'ffffffffffffffff' as KeyId })).toEqual([])
    expect(looks()).toBe(0)
  })
})
