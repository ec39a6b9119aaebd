/**
 * Signed packages with one octet changed, every octet in turn, cut off at every place, and with octets behind their end: good
 * exactly where nothing that counts is touched. Which octets those are is survivors.ts. (C1, C2)
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Airlock, type Keyring } from '../../manager/index.ts'
import { certificateBytes, makeKey } from '../support/openpgp-writer.ts'
import {
  makePackage,
  type PackageOptions,
  type PackageSigner,
  parsePackageForTests,
} from '../support/rpm-writer.ts'
import { regionsOf } from './regions.ts'
import { NOW, shortly } from './support.ts'
import { type Subject, staysGood } from './survivors.ts'

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url)))

const rsa = makeKey('rsa2048')
const ed25519 = makeKey('ed25519')

const SMALL: PackageOptions = {
  files: [{ path: '/usr/share/airlock/a.txt', content: 'hello\n' }],
  reserved: 16,
}
const OVER_BOTH = ['header', 'header-and-payload'] as const
const both = (signer: Omit<PackageSigner, 'over'>): PackageSigner[] =>
  OVER_BOTH.map((over) => ({ ...signer, over }))
const OLD_DIGESTS = {
  sha256Header: 'absent',
  payloadSha256: 'absent',
  payloadSha256Alt: 'absent',
} as const

interface Plan {
  readonly name: string
  readonly octets: Uint8Array
  readonly certificate: Uint8Array
  readonly spare?: readonly number[]
}

const PLANS: readonly Plan[] = [
  {
    name: 'by rpmbuild: RSA over the header, which states the digest of the payload',
    octets: fixture('packages/good.rpm'),
    certificate: fixture('keys/packager.pub.asc'),
  },
  {
    name: 'Ed25519 over the header, and over header and payload',
    octets: makePackage({ ...SMALL, signers: both({ key: ed25519 }) }),
    certificate: certificateBytes(ed25519),
    // either covers all, the one over the header by the digest that it states
    spare: [267, 1005],
  },
  {
    name: 'as rpm 4.0: version 3 RSA over both, no digest but SHA-1 and MD5',
    octets: makePackage({
      ...SMALL,
      digests: OLD_DIGESTS,
      signers: both({ key: rsa, version: 3 }),
    }),
    certificate: certificateBytes(rsa),
    // the other is over the payload as well
    spare: [268],
  },
]

const BITS = [1, 2, 4, 8, 16, 32, 64, 128] as const
/** Every bit alone, and all, where the structure is and where what is not signed is; one bit elsewhere. */
function masksAt(name: string, at: number): readonly number[] {
  const isStructure = /^(lead|padding|signatures|header: intro)/.test(name)
  const isBulk = name.endsWith('data of 1008')
  return isStructure && !isBulk ? [...BITS, 255] : [BITS[at % 8] ?? 1]
}

let airlock: Airlock
beforeAll(async () => {
  airlock = await Airlock.open()
})
afterAll(async () => {
  await airlock[Symbol.asyncDispose]()
})

function subjectOf({ octets, spare = [] }: Plan): Subject {
  const { entries } = parsePackageForTests(octets).signature
  const tags = new Set(entries.map(({ tag }) => tag))
  return { octets, names: regionsOf(octets), tags, spare: new Set(spare) }
}

interface Changed {
  readonly package: Uint8Array
  /** the octet that was changed; of a cut, where; of what was appended, how much */
  readonly at: number
  readonly mask: number
}

function* flips({ octets, names }: Subject): Generator<Changed> {
  for (const [at, octet] of octets.entries()) {
    for (const mask of masksAt(names[at] ?? '', at)) {
      const copy = octets.slice()
      copy[at] = octet ^ mask
      yield { package: copy, at, mask }
    }
  }
}

function* cuts({ octets }: Subject): Generator<Changed> {
  for (const at of octets.keys()) yield { package: octets.slice(0, at), at, mask: 0 }
}

function* appended({ octets }: Subject): Generator<Changed> {
  for (const length of [1, 2, 7, 8, 16, 96, 4096]) {
    for (const octet of [0, 10, 0xed]) {
      const longer = new Uint8Array(octets.length + length).fill(octet)
      longer.set(octets)
      yield { package: longer, at: length, mask: octet }
    }
  }
  // the package behind itself
  yield { package: Buffer.concat([octets, octets]), at: octets.length, mask: 0 }
}

/** What is other than it must be, and per region how many of the changed packages are good. */
async function ask(
  changed: Iterable<Changed>,
  keyring: Keyring,
  { names }: Subject,
  isGood: (one: Changed) => boolean,
) {
  const wrong: string[] = []
  const regions = new Map<string, { good: number; all: number }>()
  for await (const verdict of airlock.judgeRpms(changed, { keyring, at: NOW, concurrency: 64 })) {
    const { item, kind } = verdict
    const name = names[item.at] ?? 'behind the end'
    const count = regions.get(name) ?? { good: 0, all: 0 }
    count.all += 1
    if (kind === 'good') count.good += 1
    regions.set(name, count)
    // nothing that is wrong with a package is an error of ours
    if ((kind === 'good') !== isGood(item) || kind === 'error') {
      wrong.push(`${name}: ${item.at} ^ ${item.mask}: ${shortly(verdict)}`)
    }
  }
  return { wrong, regions }
}

describe.each(PLANS)('C1, C2: $name', { timeout: 300_000 }, (plan) => {
  const subject = subjectOf(plan)
  let keyring: Keyring
  beforeAll(async () => {
    keyring = await airlock.loadKeyring([plan.certificate])
  })

  test('as it was made it is good', async () => {
    const { kind } = await airlock.judgeRpm({ package: plan.octets, keyring, at: NOW })
    expect(kind).toBe('good')
  })

  test('every octet', async () => {
    const { wrong, regions } = await ask(
      flips(subject),
      keyring,
      subject,
      ({ package: octets, at }) => staysGood(subject, at, octets[at] ?? 0),
    )
    const counts = [...regions].filter(([, { good }]) => good > 0)
    const sum = (what: 'good' | 'all'): number =>
      [...regions.values()].reduce((total, count) => total + count[what], 0)
    const lines = counts.map(([name, { good, all }]) => `  ${name}: ${good} of ${all}`)
    console.info(
      `${plan.octets.length} octets, ${sum('all')} changes, good after ${sum('good')}:\n${lines.join('\n')}`,
    )
    expect(wrong).toEqual([])
  })

  test('cut off at every place', async () => {
    expect((await ask(cuts(subject), keyring, subject, () => false)).wrong).toEqual([])
  })

  test('octets behind its end', async () => {
    expect((await ask(appended(subject), keyring, subject, () => false)).wrong).toEqual([])
  })
})
