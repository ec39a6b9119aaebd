/**
 * Signatures of version 3 sign nothing but their type and time: no issuer, no algorithm, no expiry. Vendors' packages carry
 * them to this day, so they are accepted over headers, as rpm-sequoia has it, and over documents they are not.
 */
import { expect, test } from 'vitest'
import { certificateBytes } from '../support/openpgp-writer.ts'
import { entryOf, parsePackageForTests } from '../support/rpm-writer.ts'
import { answerTo, attacked, signer, stranger, useAirlock } from './rpm-attack.ts'

const airlock = useAirlock()
const octets = attacked({ signers: [{ key: signer, over: 'header', version: 3 }] })
const { signature, header } = parsePackageForTests(octets)
const { data, dataAt } = entryOf(signature, 268)
/** Of the old-format packet: a tag and two octets of length; then version, 5, type, time, key id, algorithm. */
const [KEY_ID, ALGORITHM] = [dataAt + 3 + 7, dataAt + 3 + 15]

const changed = (at: number, ...others: readonly number[]): Uint8Array => {
  const copy = octets.slice()
  copy.set(others, at)
  return copy
}

test('C1: over a header it is good', async () => {
  expect(await answerTo(airlock(), octets)).toBe('good')
})

test('C1: the same packet over the same octets as a document is refused', async () => {
  const keyring = await airlock().loadKeyring([certificateBytes(signer)])
  const verdict = await airlock().judgeDetached({
    keyring,
    signature: data,
    data: octets.slice(header.start, header.end),
  })
  expect(verdict).toMatchObject({ kind: 'untrusted', reasons: [{ code: 'version-refused' }] })
})

test('C1: what it does not sign is not believed', async () => {
  expect(octets[ALGORITHM]).toBe(1)
  expect(await answerTo(airlock(), changed(ALGORITHM, 3))).toBe('no-key no-key')
  const theirs = Buffer.from(stranger.packet.keyId, 'hex')
  const all = [certificateBytes(signer), certificateBytes(stranger)]
  expect(await answerTo(airlock(), changed(KEY_ID, ...theirs), all)).toBe('bad bad-signature')
})
