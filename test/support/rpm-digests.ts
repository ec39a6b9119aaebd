/** The digests and sizes of RPM packages for tests, right and wrong. */
import { createHash } from 'node:crypto'
import { concat } from '../unit/build.ts'
import { bin, type HeaderEntry, int32s, string, stringArray } from './rpm-header.ts'

/** `wrong` is well-formed, but of other octets; a text takes the place of the digest as it is (hexadecimal for MD5). */
export type DigestState = 'right' | 'wrong' | 'absent' | { readonly text: string }

/** The digests of a package: their tag, and what they are over. */
const DIGESTS = {
  sha1Header: { tag: 269, hash: 'sha1', over: 'header' },
  sha256Header: { tag: 273, hash: 'sha256', over: 'header' },
  sha3Header: { tag: 279, hash: 'sha3-256', over: 'header' },
  md5: { tag: 1004, hash: 'md5', over: 'both' },
  payloadSha256: { tag: 5092, hash: 'sha256', over: 'payload' },
  payloadSha256Alt: { tag: 5097, hash: 'sha256', over: 'uncompressed' },
  payloadSha512: { tag: 5121, hash: 'sha512', over: 'payload' },
  payloadSha512Alt: { tag: 5122, hash: 'sha512', over: 'uncompressed' },
  payloadSha3: { tag: 5123, hash: 'sha3-256', over: 'payload' },
  payloadSha3Alt: { tag: 5124, hash: 'sha3-256', over: 'uncompressed' },
} as const

export type DigestName = keyof typeof DIGESTS
export type DigestStates = Readonly<Partial<Record<DigestName, DigestState>>>

/** The digests that rpm writes today for each format. */
const USUAL: Readonly<Record<4 | 6, readonly DigestName[]>> = {
  4: ['sha1Header', 'sha256Header', 'md5', 'payloadSha256', 'payloadSha256Alt'],
  6: [
    'sha256Header',
    'sha3Header',
    'payloadSha256',
    'payloadSha256Alt',
    'payloadSha512',
    'payloadSha512Alt',
    'payloadSha3',
    'payloadSha3Alt',
  ],
}

export type SizeState = 'right' | 'wrong' | 'absent'

export interface DigestOptions {
  /** of the layout; default 4 */
  readonly format?: 4 | 6
  /** what differs from the digests that are usual for the format */
  readonly digests?: DigestStates
}

/** A payload as it is in the file, and uncompressed. */
export interface Payloads {
  readonly payload: Uint8Array
  readonly uncompressed: Uint8Array
}

/** What digests are over; a main header has none of itself. */
type Digestible = Payloads & { readonly header?: Uint8Array }

/** SIZE (1000) or PAYLOADSIZE (1007) of a signature header. */
export function sizeEntry(tag: number, size: number, state: SizeState): HeaderEntry[] {
  return state === 'absent' ? [] : [int32s(tag, state === 'wrong' ? size + 1 : size)]
}

/** The digests that stand in this header, in no order. */
export function digestEntries(
  { format = 4, digests = {} }: DigestOptions,
  where: 'main' | 'signature',
  parts: Digestible,
): HeaderEntry[] {
  // as: Object.keys forgets the names of a closed table
  const names = Object.keys(DIGESTS) as DigestName[]
  return names.flatMap((name) => {
    const { tag, hash, over } = DIGESTS[name]
    const state = digests[name] ?? (USUAL[format].includes(name) ? 'right' : 'absent')
    if (state === 'absent' || tag > 5000 !== (where === 'main')) return []
    const { header = new Uint8Array(0) } = parts
    const octets = over === 'both' ? concat(header, parts.payload) : { ...parts, header }[over]
    const right = createHash(hash).update(octets).digest('hex')
    const digest =
      typeof state === 'object' ? state.text : state === 'right' ? right : spoilt(right)
    if (tag === 1004) return [bin(tag, Buffer.from(digest, 'hex'))]
    return [where === 'main' ? stringArray(tag, digest) : string(tag, digest)]
  })
}

/** The same with another first digit. */
const spoilt = (digest: string): string => `${digest.startsWith('0') ? '1' : '0'}${digest.slice(1)}`
