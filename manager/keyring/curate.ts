/**
 * What of a certificate is stored: its primary key, and of all else what the primary key made - user ids with valid
 * self-signatures, subkeys with valid bindings, revocations. Trusted side, pure. Signatures that do not hold and those
 * of others are left out. A revocation that claims the primary key and cannot be evaluated is kept: without it a key
 * that must not be used would look as if it might. Whether a signature holds is asked of manager/openpgp/facts.ts, as
 * in judging.
 */
import { TYPE } from '../openpgp/algorithms.ts'
import type { Certificate, Component, Subject } from '../openpgp/certificate.ts'
import { claimedRevocation, type RevocationType, revocationType } from '../openpgp/claim.ts'
import { type CertificateFacts, collectFacts } from '../openpgp/facts.ts'
import { JUDGE_LIMITS } from '../openpgp/limits.ts'
import type { FlawedPacket, KeyPacket, SignaturePacket } from '../openpgp/model.ts'
import { StoreError } from './store-error.ts'

/** Where a kept packet goes. */
class Draft {
  readonly subject: Subject
  readonly signatures: SignaturePacket[] = []
  readonly flawed: FlawedPacket[] = []

  constructor(subject: Subject) {
    this.subject = subject
  }

  get isKept(): boolean {
    return this.subject.kind === 'primary' || this.signatures.length + this.flawed.length > 0
  }
}

/**
 * The part of a certificate that is stored. What is curated curates to itself.
 *
 * @throws {@link StoreError} `store-too-large` where more would have to be checked than judging allows
 */
export function curate(certificate: Certificate): Certificate {
  requireBounded(certificate)
  const drafts = certificate.components.map(({ subject }) => new Draft(subject))
  const placement = new Placement(certificate, drafts)
  const homes = new Map<Packet, Draft | undefined>()
  const held = new Set<Packet>()
  for (const [index, { signatures, flawed }] of certificate.components.entries()) {
    for (const packet of flawed) homes.set(packet, placement.ofFlawed(packet, index))
    for (const signature of signatures) {
      const type = revocationType(signature.type)
      if (type === undefined) continue
      const { home, holds } = placement.ofRevocation(signature, type, index)
      homes.set(signature, home)
      if (holds) held.add(signature)
    }
  }
  const facts = collectFacts(without(certificate, held))
  if (facts.unusable !== undefined) throw tooLarge()
  const bindings = new Set(bindingsOf(facts))
  for (const [index, { signatures, flawed }] of certificate.components.entries()) {
    for (const signature of signatures) {
      if (bindings.has(signature)) homes.set(signature, placement.ofBinding(signature, index))
      homes.get(signature)?.signatures.push(signature)
    }
    for (const packet of flawed) homes.get(packet)?.flawed.push(packet)
  }
  const components = drafts.filter((draft) => draft.isKept).map(finished)
  return { ...certificate, components, thirdParty: 0 }
}

type Packet = SignaturePacket | FlawedPacket

const finished = ({ subject, signatures, flawed }: Draft): Component => ({
  subject,
  signatures,
  flawed,
})

const tooLarge = (): StoreError =>
  new StoreError('store-too-large', 'expected a certificate with fewer signatures to check')

/** Each revocation of a subkey is tried on every subkey. */
function requireBounded({ components }: Certificate): void {
  const subkeys = components.filter(({ subject }) => subject.kind === 'subkey').length
  let trials = 0
  for (const { signatures } of components) {
    for (const { type } of signatures) {
      const revocation = revocationType(type)
      if (revocation !== undefined) trials += type === TYPE.subkeyRevocation ? 1 + subkeys : 1
    }
  }
  if (trials > JUDGE_LIMITS.maxCertificateChecks) throw tooLarge()
}

/** The certificate with all bindings, and of the revocations only those that hold. */
function without(certificate: Certificate, held: ReadonlySet<Packet>): Certificate {
  const counts = (signature: SignaturePacket): boolean =>
    revocationType(signature.type) === undefined || held.has(signature)
  const components = certificate.components.map((component) => ({
    ...component,
    signatures: component.signatures.filter(counts),
    flawed: [],
  }))
  return { ...certificate, components }
}

function* bindingsOf({ direct, users, subkeys }: CertificateFacts): Generator<SignaturePacket> {
  for (const part of [direct, ...users, ...subkeys]) {
    for (const { signature } of part.bindings) yield signature
  }
}

/** Where packets belong: behind the key, the user id or the subkey that they are about. Undefined: nowhere. */
class Placement {
  readonly #certificate: Certificate
  readonly #drafts: readonly Draft[]
  readonly #primary: Draft | undefined
  /** where subkeys stand among the components */
  readonly #subkeys = new Map<KeyPacket, number>()

  constructor(certificate: Certificate, drafts: readonly Draft[]) {
    this.#certificate = certificate
    this.#drafts = drafts
    this.#primary = drafts.find(({ subject }) => subject.kind === 'primary')
    for (const [index, { subject }] of drafts.entries()) {
      if (subject.kind === 'subkey') this.#subkeys.set(subject.key, index)
    }
  }

  /** A direct-key signature counts anywhere and belongs to the primary key. */
  ofBinding(signature: SignaturePacket, index: number): Draft | undefined {
    return signature.type === TYPE.directKey ? this.#primary : this.#drafts[index]
  }

  /** One that does not hold has a place only if it cannot be evaluated. */
  ofRevocation(
    signature: SignaturePacket,
    type: RevocationType,
    index: number,
  ): { readonly home: Draft | undefined; readonly holds: boolean } {
    const facts = collectFacts(this.#alone(signature, type, index))
    const parts = [facts.direct, ...facts.users, ...facts.subkeys]
    const holds =
      facts.revocations.length > 0 || parts.some(({ revocations }) => revocations.length > 0)
    const isOpen = facts.unusable !== undefined || parts.some(({ uncheckable }) => uncheckable)
    if (!holds && !isOpen) return { home: undefined, holds }
    const revoked = facts.subkeys.find(({ revocations }) => revocations.length > 0)?.key
    const home = revoked === undefined ? this.#homeOf(type, index) : this.#draftOf(revoked)
    return { home, holds }
  }

  ofFlawed(packet: FlawedPacket, index: number): Draft | undefined {
    const type = claimedRevocation(packet, this.#certificate.primary)
    return type === undefined ? undefined : this.#homeOf(type, index)
  }

  /** The primary key, for what counts anywhere; else where the packet stood. */
  #homeOf(type: RevocationType, index: number): Draft | undefined {
    return type === TYPE.certificationRevocation ? this.#drafts[index] : this.#primary
  }

  #draftOf(key: KeyPacket): Draft | undefined {
    const index = this.#subkeys.get(key)
    return index === undefined ? undefined : this.#drafts[index]
  }

  /** The certificate with this one signature, and no part that it cannot be about: there may be very many. */
  #alone(signature: SignaturePacket, type: RevocationType, index: number): Certificate {
    const targets = type === TYPE.subkeyRevocation ? [...this.#subkeys.values(), index] : [index]
    const components: Component[] = []
    for (const at of new Set(targets.toSorted((a, b) => a - b))) {
      const subject = this.#drafts[at]?.subject
      if (subject === undefined) continue
      components.push({ subject, signatures: at === index ? [signature] : [], flawed: [] })
    }
    return { ...this.#certificate, components }
  }
}
