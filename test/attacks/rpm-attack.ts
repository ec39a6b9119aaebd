/** What the attacks on packages share: a signer in the keyring, a stranger that is not, and the verdict in a few words. */
import { afterAll, beforeAll } from 'vitest'
import { Airlock, type RpmQuestion, type RpmVerdict } from '../../manager/index.ts'
import { codesOf, judge } from '../rpm/support.ts'
import { certificateBytes, makeKey } from '../support/openpgp-writer.ts'
import { type HeaderEntry, makePackage, type PackageOptions } from '../support/rpm-writer.ts'

export const signer = makeKey('rsa2048')
export const stranger = makeKey('rsa2048')

const FILES = [{ path: '/usr/share/airlock/a.txt', content: 'hello\n' }] as const

/** A package with one file, signed by {@link signer} over its header unless told otherwise. */
export function attacked(options: PackageOptions = {}): Uint8Array {
  return makePackage({ files: FILES, signers: [{ key: signer, over: 'header' }], ...options })
}

/** More entries in a header, in the order of their tags. */
export const withEntries =
  (...more: readonly HeaderEntry[]) =>
  (entries: readonly HeaderEntry[]): readonly HeaderEntry[] =>
    [...entries, ...more].toSorted((one, other) => one.tag - other.tag)

/** Opens an airlock for a file of tests. */
export function useAirlock(): () => Airlock {
  let airlock: Airlock | undefined
  beforeAll(async () => {
    airlock = await Airlock.open()
  })
  afterAll(async () => {
    await airlock?.[Symbol.asyncDispose]()
  })
  return () => {
    if (airlock === undefined) throw new Error('expected the airlock to be open')
    return airlock
  }
}

/** The verdict with the signer's certificate, or others, as the keyring. */
export async function verdictOn(
  airlock: Airlock,
  octets: Uint8Array,
  certificates: readonly Uint8Array[] = [certificateBytes(signer)],
  question: RpmQuestion = {},
): Promise<RpmVerdict> {
  const keyring = await airlock.loadKeyring(certificates)
  return judge(airlock, { package: octets, keyring, ...question })
}

/** `good`, `unusable rpm-malformed`, `bad digest-mismatch payload-digest-mismatch` ... */
export async function answerTo(
  airlock: Airlock,
  octets: Uint8Array,
  certificates?: readonly Uint8Array[],
): Promise<string> {
  const verdict = await verdictOn(airlock, octets, certificates)
  return [verdict.kind, ...codesOf(verdict)].join(' ')
}
