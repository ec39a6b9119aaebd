/** What a certificate has that an older copy of it has not. Trusted side, pure. */
import type { Certificate, Subject } from '../openpgp/certificate.ts'
import { revocationType } from '../openpgp/claim.ts'

/** Counts of what is new. */
export interface Additions {
  readonly userIds: number
  readonly subkeys: number
  /** self-signatures and bindings */
  readonly signatures: number
  /** of the key, of subkeys or user ids; also those that cannot be evaluated */
  readonly revocations: number
}

const text = (octets: Uint8Array): string => Buffer.from(octets).toString('latin1')

function bodyOf(subject: Subject): Uint8Array | undefined {
  switch (subject.kind) {
    case 'subkey':
      return subject.key.body
    case 'user':
      return subject.user.body
    case 'primary':
    case 'unknown':
      return undefined
    default:
      return subject satisfies never
  }
}

function bodiesOf({ components }: Certificate): ReadonlySet<string> {
  const bodies = new Set<string>()
  for (const { subject, signatures, flawed } of components) {
    const own = bodyOf(subject)
    if (own !== undefined) bodies.add(`${subject.kind} ${text(own)}`)
    for (const { body } of [...signatures, ...flawed]) bodies.add(text(body))
  }
  return bodies
}

/** @param older absent: everything is new */
export function additionsTo(older: Certificate | undefined, newer: Certificate): Additions {
  const known = older === undefined ? new Set<string>() : bodiesOf(older)
  const isNew = (octets: Uint8Array): boolean => !known.has(text(octets))
  const counts = { userIds: 0, subkeys: 0, signatures: 0, revocations: 0 }
  for (const { subject, signatures, flawed } of newer.components) {
    const own = bodyOf(subject)
    if (own !== undefined && !known.has(`${subject.kind} ${text(own)}`)) {
      if (subject.kind === 'subkey') counts.subkeys += 1
      else counts.userIds += 1
    }
    for (const { type, body } of signatures) {
      if (!isNew(body)) continue
      if (revocationType(type) === undefined) counts.signatures += 1
      else counts.revocations += 1
    }
    counts.revocations += flawed.filter(({ body }) => isNew(body)).length
  }
  return counts
}
