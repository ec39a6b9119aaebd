/**
 * The digests that a package states, compared with those of its octets. Trusted side. Weak ones are not computed; of a pair
 * over the payload, as it is and uncompressed, one must match (nothing is decompressed here).
 */
import { createHash, type Hash } from 'node:crypto'
import type { StatedDigest } from './stated.ts'
import { type Covered, NODE_HASH } from './tags.ts'
import type { RpmDigest } from './verdict.ts'

/** Hash contexts over one part of a package, one per algorithm that a stated digest needs. */
export class PartDigests {
  readonly #stated: readonly StatedDigest[]
  readonly #contexts = new Map<string, Hash>()

  /** @param stated all of a package; those that cover `part` and count are computed */
  constructor(stated: readonly StatedDigest[], part: Covered) {
    this.#stated = stated.filter(({ row }) => row.covers === part)
    for (const { row } of this.#stated) {
      if (row.standing === 'ignored' || this.#contexts.has(row.algorithm)) continue
      this.#contexts.set(row.algorithm, createHash(NODE_HASH[row.algorithm]))
    }
  }

  update(chunk: Uint8Array): void {
    for (const context of this.#contexts.values()) context.update(chunk)
  }

  /** Compares, after the last octet. */
  finish(): readonly RpmDigest[] {
    const actual = new Map([...this.#contexts].map(([name, hash]) => [name, hash.digest('hex')]))
    const matching = new Set(
      this.#stated
        .filter(({ row, hex }) => actual.get(row.algorithm) === hex)
        .map(({ row }) => row.algorithm),
    )
    return this.#stated.map((stated) => {
      const computed = actual.get(stated.row.algorithm)
      if (computed === undefined) return told(stated, 'ignored')
      if (computed === stated.hex) return told(stated, 'match', computed)
      const isOtherOfPair = matching.has(stated.row.algorithm)
      return told(stated, isOtherOfPair ? 'not-needed' : 'mismatch', computed)
    })
  }
}

/** A digest that nobody asked for. */
export function notAsked(stated: StatedDigest): RpmDigest {
  return told(stated, stated.row.standing === 'ignored' ? 'ignored' : 'not-asked')
}

function told({ row, hex }: StatedDigest, state: RpmDigest['state'], actual?: string): RpmDigest {
  const { name: tag, covers, algorithm } = row
  return { tag, covers, algorithm, state, expected: hex, actual }
}
