/**
 * Real certificates with a broken or forged part: they load, and the part is not usable. Each key of each certificate is
 * judged, soon after it was made and now; what must come out is the table here. (C1, C2)
 */
import { basename } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Airlock, defaultPolicy, type UnixSeconds } from '../../manager/index.ts'
import type { JudgedCertificate } from '../../manager/keyring/judged-certificate.ts'
import { type Row, rowsOf, vectorsDirectory } from './manifest.ts'

const directory = vectorsDirectory('vectors/bad-parts')
/** As in detached.test.ts. */
const NOW = (Date.parse('2026-11-20T00:00:00Z') / 1000) as UnixSeconds // whole seconds: a whole date
const MONTH = 30 * 86_400

/** By case: what is broken in it, and of each certificate the keys in their order, with user ids that hold. */
const EXPECTED: ReadonlyMap<string, readonly [string, ...string[]]> = new Map([
  [
    'critical-unknown-subpacket.asc',
    [
      'all signatures have a critical subpacket that nobody knows',
      '0 of 1 user ids; primary: key-not-bound critical-unknown; subkey: key-not-bound critical-unknown',
    ],
  ],
  [
    'case2',
    [
      'the self-signature of the first certificate is corrupted',
      '0 of 1 user ids; primary: key-not-bound',
      '1 of 1 user ids; primary: signs',
    ],
  ],
  ['case4', ['the binding is corrupted', '1 of 1 user ids; primary: signs; subkey: key-not-bound']],
  [
    'perturbed.pub.asc',
    [
      'a packet of an unknown type, with a signature, stands behind the subkey',
      '1 of 1 user ids; primary: signs; subkey: key-not-for-signing; unknown',
    ],
  ],
  [
    'ecdsa_opaque_small.pub.asc',
    ['the subkey is of an unknown curve', '1 of 1 user ids; primary: signs; unknown'],
  ],
  [
    'ecdh_opaque_small.pub.asc',
    ['the subkey is of an unknown curve', '1 of 1 user ids; primary: signs; unknown'],
  ],
  [
    'CVE-2021-3521-badbind.asc',
    ['the binding is forged', '1 of 1 user ids; primary: signs; subkey: key-not-bound'],
  ],
  [
    'CVE-2021-3521-nosubsig.asc',
    [
      'the subkey stands twice, once without a binding; the other one is for encryption',
      '1 of 1 user ids; primary: signs; subkey: key-not-for-signing',
    ],
  ],
])

let airlock: Airlock

beforeAll(async () => {
  if (directory !== undefined) airlock = await Airlock.open()
})
afterAll(async () => {
  await airlock?.[Symbol.asyncDispose]()
})

/** What a certificate is worth at a time. */
function worth(judged: JudgedCertificate, at: UnixSeconds): string {
  const { components } = judged.certificate
  const { standings, users } = judged.at({ at, policy: defaultPolicy(NOW) })
  const all = components.filter(({ subject }) => subject.kind === 'user').length
  const keys = standings.map(({ key, objections }) => {
    const codes = new Set(objections.map(({ reason }) => reason.code))
    return `${key.role}: ${[...codes].join(' ') || 'signs'}`
  })
  const unknown = components.flatMap(({ subject }) =>
    subject.kind === 'unknown' ? [subject.kind] : [],
  )
  return [`${users.length} of ${all} user ids`, ...keys, ...unknown].join('; ')
}

describe.skipIf(directory === undefined)('C1: a broken or forged part of a certificate', () => {
  const rows = directory === undefined ? [] : rowsOf(directory, 'keyring')
  const partial = rows.filter(({ must }) => must === 'load-without-bad-parts')
  const found = new Map<string, readonly string[]>()

  test.each(partial.map((row): [string, Row] => [row.name, row]))('%s', async (name, row) => {
    const [what, ...expected] = EXPECTED.get(name) ?? ['expected a row here for each of the set']
    const { certificates } = await airlock.loadKeyring([{ path: row.file }])
    const now = certificates.map((one) => worth(one, NOW))
    found.set(name, [what, ...now])
    expect(now).toEqual(expected)
    const then = certificates.map((one) =>
      worth(one, (one.certificate.primary.created + MONTH) as UnixSeconds),
    )
    expect(then).toEqual(expected)
  })

  test('is in none of the sets but these', () => {
    const lines = [...found].map(([name, lines]) => `${basename(name)}: ${lines.join('\n    ')}`)
    console.info(lines.join('\n'))
    expect(partial.map(({ name }) => name).toSorted()).toEqual([...EXPECTED.keys()].toSorted())
  })
})
