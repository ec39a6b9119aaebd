/**
 * Found by the comparison with other programs: a certificate with a packet that has no place in it was read as if the packet
 * was not there. One of a critical type refuses the whole (RFC 9580 section 4.3), one of another type is ignored.
 */
import { expect, test } from 'vitest'
import { groupCertificates } from '../../manager/openpgp/certificate.ts'
import { honestPackets } from '../hostile/liar/consequences.ts'
import { certificateBytes, makeKey } from '../support/openpgp-writer.ts'
import { concat, packet } from '../unit/build.ts'

const certificate = certificateBytes(makeKey('ed25519'))

function straysBeside(tag: number): readonly string[] {
  const sequence = honestPackets(concat(certificate, packet(tag, [1, 2, 3])))
  return groupCertificates(sequence).strays.map(({ code }) => code)
}

test.each([1, 3, 4, 8, 9, 11, 18, 19, 20, 22, 33, 39])('C2: tag %i is refused', (tag) => {
  expect(straysBeside(tag)).toEqual(['malformed'])
})

test.each([10, 12, 21, 40, 57, 60, 63])('tag %i is ignored', (tag) => {
  expect(straysBeside(tag)).toEqual([])
})
