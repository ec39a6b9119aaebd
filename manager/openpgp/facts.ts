/**
 * Which of a certificate's own signatures hold: mathematics only, so it is computed once, whatever time and policy it is
 * judged by later. Trusted side. Work is bounded; what is beyond the bound, and every revocation that claims the primary
 * key and cannot be checked, makes the key unusable.
 */
import { SUBPACKET, TYPE } from './algorithms.ts'
import type { Certificate, Component } from './certificate.ts'
import { CertificateChecker, type Check, checkLater, checkNow } from './checker.ts'
import { claimedRevocation, type RevocationType, revocationType } from './claim.ts'
import { keyOctets, userOctets } from './digest.ts'
import type { KeyPacket, SignaturePacket, UnixSeconds, UserPacket } from './model.ts'
import { bySeniority } from './seniority.ts'
import { secondsIn, subpacket } from './subpackets.ts'

/** A signature of the certificate that holds, with its times. */
export interface HeldSignature {
  readonly signature: SignaturePacket
  readonly created: UnixSeconds
  /** when it ends; undefined: never */
  readonly expires: number | undefined
  /** for a subkey binding: back-signatures (0x19) by the subkey that hold */
  readonly back: readonly HeldSignature[]
}

/** A revocation that holds. */
export interface HeldRevocation {
  /** undefined where the packet states no time: then it counts at any time */
  readonly created: UnixSeconds | undefined
  readonly expires: number | undefined
  /** counts at any time, certified anew or not: no reason, unspecified, compromised, or a reason that is not known */
  readonly hard: boolean
}

/** What is known of one part: newest binding first. */
export interface PartFacts {
  readonly bindings: readonly HeldSignature[]
  readonly revocations: readonly HeldRevocation[]
  /** a revocation claims this part and cannot be checked */
  readonly uncheckable: boolean
}

/** A user id or attribute. */
export interface UserFacts extends PartFacts {
  readonly user: UserPacket
}

/** A subkey. */
export interface SubkeyFacts extends PartFacts {
  readonly key: KeyPacket
}

/** All that the primary key, and its subkeys, say about the certificate. */
export interface CertificateFacts {
  readonly certificate: Certificate
  readonly primary: KeyPacket
  /** direct-key signatures, and certification revocations of them */
  readonly direct: PartFacts
  readonly users: readonly UserFacts[]
  readonly subkeys: readonly SubkeyFacts[]
  /** revocations of the primary key */
  readonly revocations: readonly HeldRevocation[]
  /** why no key of the certificate may be used, whatever else holds */
  readonly unusable: string | undefined
}

/** Soft reasons per kind of revocation (RFC 9580 section 5.2.3.31): superseded, retired; user id no longer valid. */
const SOFT: ReadonlyMap<RevocationType, readonly number[]> = new Map([
  [TYPE.keyRevocation, [1, 3]],
  [TYPE.subkeyRevocation, [1, 3]],
  [TYPE.certificationRevocation, [1, 3, 32]],
])

/** When a signature ends (RFC 9580 section 5.2.3.18). */
export function signatureExpiry(signature: SignaturePacket): number | undefined {
  const lifetime = secondsIn(subpacket(signature, SUBPACKET.signatureExpiration))
  if (signature.created === undefined || lifetime === undefined || lifetime === 0) return undefined
  return signature.created + lifetime
}

function revocationOf(type: RevocationType, signature: SignaturePacket): HeldRevocation {
  const code = subpacket(signature, SUBPACKET.revocationReason)?.[0]
  const soft = code !== undefined && (SOFT.get(type) ?? []).includes(code)
  return {
    created: signature.created,
    expires: signatureExpiry(signature),
    hard: !soft,
  }
}

/** The octets that a signature is over, made when they are hashed. */
type Covered = () => readonly Uint8Array[]

interface Draft {
  readonly bindings: HeldSignature[]
  readonly revocations: HeldRevocation[]
  uncheckable: boolean
}

const draft = (): Draft => ({ bindings: [], revocations: [], uncheckable: false })

function finished(part: Draft): PartFacts {
  return { ...part, bindings: part.bindings.toSorted(bySeniority) }
}

const isCertification = (type: number): boolean =>
  type >= TYPE.genericCertification && type <= TYPE.positiveCertification

class Collector {
  readonly #certificate: Certificate
  readonly #checker: CertificateChecker
  readonly #primaryOctets: Uint8Array
  readonly #marked = new Set<RevocationType>()
  readonly #key = draft()
  readonly #direct = draft()
  readonly #users = new Map<UserPacket, Draft>()
  readonly #subkeys = new Map<KeyPacket, Draft>()

  constructor(certificate: Certificate) {
    this.#certificate = certificate
    this.#checker = new CertificateChecker()
    this.#primaryOctets = keyOctets(certificate.primary)
    for (const { subject } of certificate.components) {
      if (subject.kind === 'user') this.#users.set(subject.user, draft())
      if (subject.kind === 'subkey') this.#subkeys.set(subject.key, draft())
    }
  }

  *collect(): Check<CertificateFacts> {
    const { components, primary } = this.#certificate
    // revocations first: if the bound is reached, it is not they that are left out
    for (const component of components) yield* this.#revocations(component)
    for (const component of components) yield* this.#bindings(component)
    return {
      certificate: this.#certificate,
      primary,
      direct: finished(this.#direct),
      users: [...this.#users].map(([user, part]) => ({ user, ...finished(part) })),
      subkeys: [...this.#subkeys].map(([key, part]) => ({ key, ...finished(part) })),
      revocations: this.#key.revocations,
      unusable: this.#checker.exhausted
        ? 'more signatures than can be checked'
        : this.#key.uncheckable
          ? 'a revocation of the primary key cannot be evaluated'
          : undefined,
    }
  }

  /** The parts that a revocation may be about, with what makes the octets that it covers. */
  *#targets(type: RevocationType, { subject }: Component): Generator<[Draft, Covered]> {
    const primary = this.#primaryOctets
    if (type === TYPE.keyRevocation) yield [this.#key, () => [primary]]
    else if (type === TYPE.subkeyRevocation) {
      for (const [key, part] of this.#subkeys) yield [part, () => [primary, keyOctets(key)]]
    } else if (subject.kind === 'user') {
      const part = this.#users.get(subject.user)
      if (part !== undefined) yield [part, () => [primary, userOctets(subject.user)]]
    } else if (subject.kind === 'primary') yield [this.#direct, () => [primary]]
  }

  *#revocations(component: Component): Check<void> {
    const { primary } = this.#certificate
    for (const signature of component.signatures) {
      const type = revocationType(signature.type)
      if (type === undefined) continue
      for (const [part, covered] of this.#targets(type, component)) {
        if (this.#checker.exhausted) return // no key of the certificate may be used any more
        const result = yield* this.#checker.revocation(primary, signature, covered())
        if (result === 'holds') part.revocations.push(revocationOf(type, signature))
        if (result === 'unsupported') part.uncheckable = true
      }
    }
    const here = new Set<RevocationType>()
    for (const flawed of component.flawed) {
      const type = claimedRevocation(flawed, primary)
      if (type === undefined) continue
      // one marks all that its type can be about: of a user id what stands there, of keys the same everywhere
      const marked = type === TYPE.certificationRevocation ? here : this.#marked
      if (marked.has(type)) continue
      marked.add(type)
      for (const [part] of this.#targets(type, component)) part.uncheckable = true
    }
  }

  *#bindings({ subject, signatures }: Component): Check<void> {
    const primary = [this.#primaryOctets]
    const user = subject.kind === 'user' ? [...primary, userOctets(subject.user)] : []
    const subkey = subject.kind === 'subkey' ? [...primary, keyOctets(subject.key)] : []
    for (const signature of signatures) {
      if (this.#checker.exhausted) return
      if (signature.type === TYPE.directKey) {
        yield* this.#hold(this.#direct, signature, primary)
      } else if (subject.kind === 'user' && isCertification(signature.type)) {
        yield* this.#hold(this.#users.get(subject.user), signature, user)
      } else if (subject.kind === 'subkey' && signature.type === TYPE.subkeyBinding) {
        yield* this.#hold(this.#subkeys.get(subject.key), signature, subkey, subject.key)
      }
    }
  }

  *#hold(
    part: Draft | undefined,
    signature: SignaturePacket,
    octets: readonly Uint8Array[],
    subkey?: KeyPacket,
  ): Check<void> {
    const { created } = signature
    if (part === undefined || created === undefined) return
    const { primary } = this.#certificate
    if ((yield* this.#checker.binding(primary, signature, octets)) !== 'holds') return
    const back = subkey === undefined ? [] : yield* this.#backSignatures(subkey, signature, octets)
    part.bindings.push({ signature, created, expires: signatureExpiry(signature), back })
  }

  /** Embedded in either area: an unhashed one is believed because it verifies (RFC 9580 section 5.2.3.34). */
  *#backSignatures(
    subkey: KeyPacket,
    binding: SignaturePacket,
    octets: readonly Uint8Array[],
  ): Check<readonly HeldSignature[]> {
    const back: HeldSignature[] = []
    for (const signature of binding.embedded) {
      const { created } = signature
      if (signature.type !== TYPE.primaryBinding || created === undefined) continue
      if ((yield* this.#checker.binding(subkey, signature, octets)) !== 'holds') continue
      back.push({ signature, created, expires: signatureExpiry(signature), back: [] })
    }
    return back
  }
}

/** Checks all of a certificate's own signatures. Blocking; bounded by JUDGE_LIMITS. */
export function collectFacts(certificate: Certificate): CertificateFacts {
  return checkNow(new Collector(certificate).collect())
}

/** The same, its key operations on the thread pool. */
export function collectFactsLater(certificate: Certificate): Promise<CertificateFacts> {
  return checkLater(new Collector(certificate).collect())
}
