/** When what is said of a certificate can change. Trusted side, pure. */
import type { CertificateFacts, HeldSignature, PartFacts } from './facts.ts'
import { expiryBy } from './holders.ts'
import type { KeyPacket } from './model.ts'

/** The times at which an evaluation can change, ascending: it is constant from each one to the next. */
export function changesOf(facts: CertificateFacts): readonly number[] {
  const times = new Set<number>([facts.primary.created])
  const add = (...some: readonly (number | undefined)[]): void => {
    for (const time of some) if (time !== undefined) times.add(time)
  }
  const addHeld = (held: HeldSignature, key: KeyPacket): void => {
    add(held.created, held.expires, expiryBy(key, [held]))
    for (const back of held.back) addHeld(back, key)
  }
  for (const revocation of facts.revocations) add(revocation.created, revocation.expires)
  const addPart = (part: PartFacts, key: KeyPacket): void => {
    for (const revocation of part.revocations) add(revocation.created, revocation.expires)
    for (const held of part.bindings) addHeld(held, key)
  }
  for (const part of [facts.direct, ...facts.users]) addPart(part, facts.primary)
  for (const part of facts.subkeys) {
    add(part.key.created)
    addPart(part, part.key)
  }
  return [...times].toSorted((a, b) => a - b)
}
