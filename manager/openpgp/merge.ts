/**
 * Joining several copies of one certificate. Trusted side, pure. Components are the same if their octets are, so are
 * signatures; nothing is dropped but exact repetitions.
 */
import type { Certificate, Component, Subject } from './certificate.ts'
import type { FlawedPacket, SignaturePacket } from './model.ts'

const text = (octets: Uint8Array): string => Buffer.from(octets).toString('latin1')

function identity(subject: Subject): string | undefined {
  switch (subject.kind) {
    case 'primary':
      return 'primary'
    case 'subkey':
      return `subkey ${text(subject.key.body)}`
    case 'user':
      return `${subject.user.kind} ${text(subject.user.body)}`
    case 'unknown':
      return undefined
  }
}

class Joined {
  readonly #subject: Subject
  readonly #signatures = new Map<string, SignaturePacket>()
  readonly #flawed = new Map<string, FlawedPacket>()

  constructor(subject: Subject) {
    this.#subject = subject
  }

  add(component: Component): void {
    for (const signature of component.signatures) {
      const octets = text(signature.body)
      if (!this.#signatures.has(octets)) this.#signatures.set(octets, signature)
    }
    for (const flawed of component.flawed) {
      const octets = text(flawed.body)
      if (!this.#flawed.has(octets)) this.#flawed.set(octets, flawed)
    }
  }

  take(): Component {
    return {
      subject: this.#subject,
      signatures: [...this.#signatures.values()],
      flawed: [...this.#flawed.values()],
    }
  }
}

/** One certificate from copies with the same primary key body; also joins repeated components within one copy. */
export function mergeParts(copies: readonly Certificate[]): readonly Certificate[] {
  const [first] = copies
  if (first === undefined) return []
  const joined = new Map<string, Joined>()
  let unknowns = 0
  for (const component of copies.flatMap((copy) => copy.components)) {
    const key = identity(component.subject) ?? `unknown ${unknowns++}`
    let target = joined.get(key)
    if (target === undefined) {
      target = new Joined(component.subject)
      joined.set(key, target)
    }
    target.add(component)
  }
  return [
    {
      fingerprint: first.fingerprint,
      primary: first.primary,
      components: [...joined.values()].map((part) => part.take()),
      thirdParty: copies.reduce((sum, copy) => sum + copy.thirdParty, 0),
    },
  ]
}
