/**
 * Issuer hints: which keys a signature says made it. Trusted side, pure. A hint chooses what to try and proves nothing.
 */
import type { IssuerHint, KeyPacket, SignaturePacket } from './model.ts'

/** The key id that stands for "not said" (RFC 9580 section 5.1 calls it a wildcard). */
export const WILDCARD = '0000000000000000'

/** What a hint can name a key by. */
export type KeyNames = Pick<KeyPacket, 'fingerprint' | 'keyId'>

/** Whether one hint names a key. */
function names(hint: IssuerHint, key: KeyNames): boolean {
  return hint.kind === 'keyId' ? hint.keyId === key.keyId : hint.fingerprint === key.fingerprint
}

/** Things with names, to be found by hints: as many lookups as hints, however many things there are. */
export class ByName<T> {
  readonly #byName = new Map<string, T[]>()

  constructor(things: Iterable<T>, namesOf: (thing: T) => KeyNames) {
    for (const thing of things) {
      const { fingerprint, keyId } = namesOf(thing)
      // a fingerprint has more digits than a key id: no name is both
      for (const name of [fingerprint, keyId]) {
        const found = this.#byName.get(name)
        if (found === undefined) this.#byName.set(name, [thing])
        else found.push(thing)
      }
    }
  }

  /** All that a hint of the signature names, each once. */
  named({ issuers }: Pick<SignaturePacket, 'issuers'>): readonly T[] {
    const found = new Set<T>()
    for (const hint of issuers) {
      const name = hint.kind === 'keyId' ? hint.keyId : hint.fingerprint
      for (const thing of this.#byName.get(name) ?? []) found.add(thing)
    }
    return [...found]
  }
}

/** Whether a signature may claim to be by this key: a hint names it, or there is no hint to another. */
export function mayClaim(signature: Pick<SignaturePacket, 'issuers'>, key: KeyPacket): boolean {
  const { issuers } = signature
  if (issuers.length === 0) return true
  return issuers.some(
    (hint) => names(hint, key) || (hint.kind === 'keyId' && hint.keyId === WILDCARD),
  )
}
