/** Where in a package something is said to be: counted from its first octet, through the real cage. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Airlock, type Keyring, type RpmVerdict } from '../../manager/index.ts'
import { concat, packet } from './build.ts'
import { entryAt, header, LEAD, make, patched } from './rpm-build.ts'
import { CERTIFICATES, fileOf, GOOD, SIGNED, tell } from './rpm-signed.ts'

let airlock: Airlock
let keyring: Keyring

beforeAll(async () => {
  airlock = await Airlock.open({ poolSize: 1 })
  keyring = await airlock.loadKeyring(CERTIFICATES)
})
afterAll(() => airlock[Symbol.asyncDispose]())

const judge = (file: Uint8Array): Promise<RpmVerdict> =>
  airlock.judgeRpm({ keyring, package: file })

describe('C3: places count from the start of the package', () => {
  test('of signatures', async () => {
    const { signatures } = await judge(GOOD)
    expect(signatures.map(({ tag, covers }) => `${tag} ${covers}`)).toEqual([
      'DSAHEADER header',
      'GPG header-and-payload',
    ])
    for (const { verdict } of signatures) {
      const { offset, length } = verdict?.place ?? { offset: 0, length: 0 }
      expect(GOOD[offset]).toBe(0xc2)
      expect(length).toBeGreaterThan(64)
    }
    const [first] = signatures
    const { offset = 0, length = 0 } = first?.verdict?.place ?? {}
    expect(GOOD.subarray(offset, offset + length)).toEqual(SIGNED)
  })

  const signatures = header('signatures', [make.bin(267, SIGNED)])
  const mainAt = LEAD.length + 8 * Math.ceil(signatures.length / 8)
  const whole = fileOf(make.bin(267, SIGNED))
  const padding = LEAD.length + signatures.length

  test.each<readonly [string, Uint8Array, number | undefined]>([
    ['of the signature header', patched(whole, LEAD.length, 0), LEAD.length],
    [
      'of one of its entries',
      patched(whole, LEAD.length + entryAt(1), 99),
      LEAD.length + entryAt(1),
    ],
    ['of padding', whole.with(padding, 1), padding],
    ['of the main header', patched(whole, mainAt, 0), mainAt],
    ['of one of its entries', patched(whole, mainAt + entryAt(2), 99), mainAt + entryAt(2)],
    [
      'of a tag in the wrong header',
      patched(whole, LEAD.length + entryAt(1), 1001),
      LEAD.length + entryAt(2),
    ],
    [
      'of a tag that signs in the main header',
      patched(whole, mainAt + entryAt(1), 267),
      mainAt + entryAt(3),
    ],
    ['of the end, within the signature header', whole.subarray(0, 130), 130],
    ['of the end, within the main header', whole.subarray(0, mainAt + 20), mainAt + 20],
  ])('%s', async (_, file, offset) => {
    const verdict = await judge(file)
    expect(tell(verdict)).toBe('unusable rpm-malformed')
    if ('reasons' in verdict) expect(verdict.reasons[0].offset).toBe(offset)
    expect([verdict.signatures, verdict.digests]).toEqual([[], []])
  })

  test('of what is wrong in a signature', async () => {
    // an area that is longer than the packet
    const file = fileOf(make.bin(267, packet(2, [4, 0, 22, 8, 0, 9])))
    const verdict = await judge(file)
    expect(tell(verdict)).toBe('unusable malformed')
    const at = 'reasons' in verdict ? verdict.reasons[0].offset : undefined
    // behind lead, intro, two entries, the packet's header, four octets and the length
    expect(at).toBe(LEAD.length + entryAt(2) + 2 + 6)
  })

  test('of no lead', async () => {
    for (const [file, offset] of [
      [GOOD.with(0, 0), 0],
      [GOOD.with(79, 6), 78],
      [GOOD.subarray(0, 50), 50],
      [new Uint8Array(), 0],
    ] as const) {
      const verdict = await judge(file)
      expect(tell(verdict)).toBe('unusable not-an-rpm')
      expect('reasons' in verdict && verdict.reasons[0].offset).toBe(offset)
    }
  })

  test('of a signature that cannot be read', async () => {
    const verdict = await judge(fileOf(make.bin(267, concat(SIGNED, [0]))))
    const place = verdict.signatures[0]?.verdict?.place
    expect(place).toEqual({ offset: LEAD.length + entryAt(2), length: SIGNED.length + 1 })
  })
})
