/**
 * rpm pull request 1671: a header with a good signature and no digest of the payload, so that any payload went with it, and
 * rpm said "digests signatures OK". Both have to be covered, by digests and signatures that count.
 */
import { describe, expect, test } from 'vitest'
import { certificateBytes } from '../support/openpgp-writer.ts'
import {
  type DigestStates,
  makeParts,
  type PackageOptions,
  writePackage,
} from '../support/rpm-writer.ts'
import { answerTo, attacked, signer, useAirlock, verdictOn } from './rpm-attack.ts'

const airlock = useAirlock()

const NO_PAYLOAD_DIGEST: DigestStates = { payloadSha256: 'absent', payloadSha256Alt: 'absent' }

/** The package with another payload, all else untouched. */
function swapped(options: PackageOptions): Uint8Array {
  const over = [{ key: signer, over: 'header' }] as const
  const parts = makeParts({ signers: over, ...options })
  return writePackage({ ...parts, payload: Buffer.from('anything at all') })
}

describe('C1: a signed header without a digest of the payload', () => {
  test.each([
    ['and no other digest', { ...NO_PAYLOAD_DIGEST, md5: 'absent' }, 'payload-not-covered'],
    ['beside a right MD5 of both', NO_PAYLOAD_DIGEST, 'partially-signed'],
  ] as const)('%s', async (_what, digests, code) => {
    const verdict = await verdictOn(airlock(), attacked({ digests }))
    expect(verdict).toMatchObject({ kind: 'untrusted', authenticated: 'header' })
    expect(verdict).toMatchObject({ reasons: [{ code }] })
    expect(await answerTo(airlock(), swapped({ digests }))).toMatch(/^untrusted/)
  })

  test('whose digest of the payload stands in the signature header, which nobody signs', async () => {
    const digests = NO_PAYLOAD_DIGEST
    const editSignature: PackageOptions['editSignature'] = (entries) => [
      ...entries,
      { tag: 5092, type: 8, data: Buffer.from(`${'0'.repeat(64)}\0`) },
    ]
    const answer = await answerTo(airlock(), attacked({ digests, editSignature }))
    expect(answer).toBe('unusable rpm-malformed')
  })

  test('asked for the header only, it says so', async () => {
    const certificates = [certificateBytes(signer)]
    const octets = swapped({ digests: NO_PAYLOAD_DIGEST })
    const verdict = await verdictOn(airlock(), octets, certificates, { headerOnly: true })
    expect(verdict).toMatchObject({ kind: 'header-only', authenticated: 'header' })
  })
})

test('C1: a swapped payload that the header has a digest of', async () => {
  expect(await answerTo(airlock(), swapped({}))).toBe('bad payload-digest-mismatch')
})

describe('C1: a signature over the header, moved to a tag of those over header and payload', () => {
  const moved = (payload: Uint8Array): Uint8Array => {
    const parts = makeParts({
      digests: NO_PAYLOAD_DIGEST,
      payload: new Uint8Array(0),
      signers: [{ key: signer, over: 'header', tag: 1002 }],
    })
    return writePackage({ ...parts, payload })
  }

  test('does not cover a payload', async () => {
    expect(await answerTo(airlock(), moved(Buffer.from('x')))).toBe('bad digest-mismatch')
  })

  test('does not cover an empty one either', async () => {
    const verdict = await verdictOn(airlock(), moved(new Uint8Array(0)))
    expect(verdict).toMatchObject({
      kind: 'untrusted',
      authenticated: 'header',
      reasons: [{ code: 'payload-not-covered' }],
      signatures: [{ tag: 'PGP', covers: 'header' }],
    })
  })
})
