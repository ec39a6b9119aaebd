/**
 * Packages to lie about, by throw-away keys: good ones of several shapes, and ones where one lie that is believed would make
 * something good: a bad signature left out, a digest read elsewhere, an entry outside the region taken in.
 */
import { createHash } from 'node:crypto'
import { certificateBytes, makeKey, signDetached } from '../../support/openpgp-writer.ts'
import { concat, fill, text } from '../../unit/build.ts'
import { type Entry, type HeaderOptions, header, make, packageFile } from '../../unit/rpm-build.ts'

export const alice = makeKey('ed25519')
export const carol = makeKey('rsa2048')
const stranger = makeKey('ed25519')
/** The certificates of those who may vouch. */
export const CERTIFICATES: Uint8Array = concat(certificateBytes(alice), certificateBytes(carol))

/** A package in its parts. */
export interface Package {
  readonly name: string
  readonly signatures: Uint8Array
  readonly header: Uint8Array
  readonly payload: Uint8Array
}

export const fileOf = ({ signatures, header: main, payload }: Package): Uint8Array =>
  packageFile({ signatures, header: main, payload })

export const PAYLOAD: Uint8Array = text('the payload of a package\n'.repeat(9))
export const hex = (algorithm: string, ...octets: readonly Uint8Array[]): string => {
  const hash = createHash(algorithm)
  for (const part of octets) hash.update(part)
  return hash.digest('hex')
}
const SHA256 = hex('sha256', PAYLOAD)
const OTHER = hex('sha256', text('another payload'))

const FILES: readonly Entry[] = [
  make.strings(1035, '', SHA256, OTHER),
  make.int32(1116, 0, 1, 1),
  make.strings(1117, 'etc', 'tool', 'other'),
  make.strings(1118, '/', '/usr/bin/'),
  make.int32(5011, 8),
]
const NAMES: readonly Entry[] = [
  make.strings(100, 'C'),
  make.string(1000, 'tool'),
  make.string(1001, '1.2'),
  make.string(1002, '3'),
  make.i18n(1004, 'a tool', 'ein Werkzeug'),
  make.int32(1009, 4711),
  make.string(1044, 'tool-1.2-3.src.rpm'),
]
const COVERED = [make.strings(5092, SHA256), make.int32(5093, 8)]

/** What a signature header is made of, once its main header is known. */
type Signing = (main: Uint8Array) => readonly Entry[]

const by = (key = alice): Signing => {
  return (main) => [make.bin(key === carol ? 268 : 267, signDetached(key, main))]
}
const overBoth = (tag: number, key = alice, payload = PAYLOAD): Signing => {
  return (main) => [make.bin(tag, signDetached(key, concat(main, payload)))]
}
/** A signature over something else. */
const bad = (tag: number): Signing => {
  return () => [make.bin(tag, signDetached(alice, text('not this header')))]
}
const digests: Signing = (main) => [
  make.string(269, hex('sha1', main)),
  make.string(273, hex('sha256', main)),
]
const room: Signing = () => [make.bin(1008, fill(24, 0))]
const all = (...parts: readonly Signing[]): Signing => {
  return (main) => parts.flatMap((part) => part(main))
}

interface Shape {
  readonly payload?: Uint8Array
  readonly options?: HeaderOptions
}

function made(
  name: string,
  entries: readonly Entry[],
  signing: Signing,
  { payload = PAYLOAD, options = {} }: Shape = {},
): Package {
  const main = header('header', entries)
  return { name, signatures: header('signatures', signing(main), options), header: main, payload }
}

const whole = [...NAMES, ...FILES, ...COVERED]
const uncovered = [...NAMES, ...FILES]

export const GOOD: readonly Package[] = [
  made('signed header and payload digest', whole, all(by(), digests)),
  made('RSA, with room behind', whole, all(by(carol), digests, room)),
  made('signed as a whole', uncovered, all(overBoth(1005), digests)),
  made('signed twice', whole, all(by(), by(carol), digests, overBoth(1002, carol), room)),
  made('of rpm 6', [...whole, make.string(5121, hex('sha512', PAYLOAD))], (main) => [
    ...all(by(), digests)(main),
    make.strings(278, 'c2lnbmF0dXJl', 'c2Vjb25k'),
    make.string(279, hex('sha3-256', main)),
  ]),
  made(
    'one of a pair of digests',
    [...uncovered, make.strings(5092, OTHER), make.strings(5097, SHA256)],
    by(),
  ),
  made('the region ends early', whole, all(by(), digests, room), { options: { ril: 4 } }),
  made('an old trailer', whole, by(), { options: { trailerTag: 61 } }),
]

export const REFUSED: readonly Package[] = [
  made('one bad beside a good one', whole, all(by(carol), bad(267), digests)),
  made('one by a stranger', whole, all(by(), overBoth(1005, stranger), digests)),
  made('a stranger only', whole, all(by(stranger), digests)),
  made('not signed', whole, digests),
  made('only rpm 6 signs it', whole, () => [make.strings(278, 'c2lnbmF0dXJl')]),
  made('the payload is uncovered', uncovered, all(by(), digests)),
  made('the payload is another one', whole, all(by(), digests), {
    payload: text('another payload'),
  }),
  made('signed as a whole, another payload', uncovered, overBoth(1005), { payload: text('no') }),
  made(
    'a digest of another length that is wrong',
    [...whole, make.string(5121, hex('sha512'))],
    by(),
  ),
  made(
    'the digest is wrong, a file has the right one',
    [...uncovered, make.strings(5092, OTHER)],
    by(),
  ),
  made('the header is another one', whole, () => by()(header('header', NAMES))),
  made('its own digest is wrong', whole, (main) => [...by()(main), make.string(273, OTHER)]),
  made('the good one is outside the region', whole, all(digests, by()), { options: { ril: 3 } }),
  made(
    'a digest algorithm that is none',
    [...uncovered, make.strings(5092, SHA256), make.int32(5093, 1)],
    by(),
  ),
  made('a signature in the main header', [make.bin(267, [1, 2]), ...whole], all(by(), digests)),
  made('a tag of the main header beside signatures', whole, (main) => [
    ...by()(main),
    make.strings(5092, SHA256),
  ]),
  made('two of a tag', [...whole, make.strings(5092, OTHER)], by()),
  made('two signatures of a tag', whole, (main) => [...by()(main), ...bad(267)(main)]),
  made('an unknown type', [...whole, { ...make.bin(5100, [1]), type: 10 }], by()),
  made('a count of nothing', whole, (main) => [...by()(main), { ...make.bin(268, []), count: 0 }]),
]

/** A good package with an entry of these octets in one of its headers, in which nobody reads anything. */
export function withRoom(part: 'signatures' | 'header', octets: Uint8Array): Package {
  const entry = make.bin(part === 'header' ? 5999 : 700, octets)
  const main = part === 'header' ? [...whole, entry] : whole
  const more: Signing = () => (part === 'signatures' ? [entry] : [])
  return made('with room', main, all(by(), digests, more))
}
