/**
 * What the programs are compared on: a certificate, a detached signature and its data, as one program made them, and the
 * same with one octet changed.
 */
import type { Random } from '../hostile/liar/random.ts'

/** Material as it was made: everything in it is well-formed. */
export interface Material {
  readonly name: string
  /** the algorithm of the key that signs, in gpg's words */
  readonly algorithm: string
  /** binary, one certificate */
  readonly certificate: Uint8Array
  /** binary, one or more signatures */
  readonly signature: Uint8Array
  readonly data: Uint8Array
  /** nothing speaks against the signature; undefined: that is not said here */
  readonly isFine?: boolean
}

export const FILES = ['certificate', 'signature', 'data'] as const

/** One octet that is not what it was. */
export interface Change {
  readonly file: (typeof FILES)[number]
  readonly offset: number
  readonly from: number
  readonly to: number
}

/** One question for all programs. */
export interface Case extends Material {
  readonly change: Change | undefined
}

/** How many changed copies of one material are asked about. */
export type Share = Readonly<Record<Change['file'], number>>

/** The material itself, then copies of it with one octet changed. */
export function* casesOf(material: Material, share: Share, random: Random): Generator<Case> {
  yield { ...material, change: undefined }
  for (const file of FILES) {
    for (let count = 0; count < share[file]; count += 1) {
      const octets = new Uint8Array(material[file])
      const offset = random.below(octets.length)
      const from = octets[offset] ?? 0
      // a single bit half of the time: lengths and critical bits are told by one
      const to = random.chance(1, 2)
        ? from ^ (2 ** random.below(8))
        : (from + 1 + random.below(255)) % 256
      octets[offset] = to
      yield { ...material, [file]: octets, change: { file, offset, from, to } }
    }
  }
}
