/**
 * Certificates (transferable public keys, RFC 9580 section 10.1): cutting a packet sequence into them, and merging those
 * of one key. Trusted side, pure; nothing is verified here. The boundaries are the manager's own: a primary key packet
 * starts a certificate, and signatures belong to what precedes them.
 */
import { FIRST_UNCRITICAL_TAG, TAG, TYPE } from './algorithms.ts'
import { mayClaim } from './issuer.ts'
import { mergeParts } from './merge.ts'
import type {
  Fingerprint,
  FlawedPacket,
  KeyPacket,
  PacketSequence,
  Place,
  SignaturePacket,
  UserPacket,
} from './model.ts'

/** What a component is; `unknown` is a packet that cannot be used and still owns the signatures that follow it. */
export type Subject =
  | { readonly kind: 'primary' }
  | { readonly kind: 'subkey'; readonly key: KeyPacket }
  | { readonly kind: 'user'; readonly user: UserPacket }
  | { readonly kind: 'unknown'; readonly tag: number; readonly place: Place }

/** A component of a certificate with the signatures that stand behind it. */
export interface Component {
  readonly subject: Subject
  /** those that may be by the primary key: a hint names it, or there is none */
  readonly signatures: readonly SignaturePacket[]
  /** signature packets that cannot be used */
  readonly flawed: readonly FlawedPacket[]
}

/** One certificate, not verified. */
export interface Certificate {
  readonly fingerprint: Fingerprint
  readonly primary: KeyPacket
  /** the primary key first, then all else in the input's order */
  readonly components: readonly Component[]
  /** signatures whose hints all name other keys: third-party certifications, counted and not kept */
  readonly thirdParty: number
}

/** A packet of a key file that belongs to no certificate, and why. */
export interface Stray {
  readonly place: Place
  readonly code: 'malformed' | 'unsupported-version' | 'unsupported-algorithm'
  /** lower case, no input octet */
  readonly detail: string
}

/** What a key file holds. */
export interface CertificateFile {
  readonly certificates: readonly Certificate[]
  /** key revocations in front of the first certificate: GnuPG's revocation certificates are nothing else */
  readonly revocations: readonly SignaturePacket[]
  /** flawed primary keys, packets in front of the first certificate, and those that have no place in any */
  readonly strays: readonly Stray[]
}

interface OpenComponent {
  readonly subject: Subject
  readonly signatures: SignaturePacket[]
  readonly flawed: FlawedPacket[]
}

class OpenCertificate {
  readonly #primary: KeyPacket
  readonly #components: OpenComponent[] = []
  #current: OpenComponent
  #thirdParty = 0

  constructor(primary: KeyPacket) {
    this.#primary = primary
    this.#current = this.begin({ kind: 'primary' })
  }

  begin(subject: Subject): OpenComponent {
    this.#current = { subject, signatures: [], flawed: [] }
    this.#components.push(this.#current)
    return this.#current
  }

  sign(signature: SignaturePacket): void {
    if (mayClaim(signature, this.#primary)) this.#current.signatures.push(signature)
    else this.#thirdParty += 1
  }

  flaw(flawed: FlawedPacket): void {
    this.#current.flawed.push(flawed)
  }

  close(): Certificate {
    return {
      fingerprint: this.#primary.fingerprint,
      primary: this.#primary,
      components: this.#components,
      thirdParty: this.#thirdParty,
    }
  }
}

/** Packets without meaning in a certificate: marker, trust (RFC 9580 section 5.10: ignored outside keyrings), padding. */
const MEANINGLESS: ReadonlySet<number> = new Set([TAG.marker, TAG.trust, TAG.padding])

/**
 * Cuts a sequence into certificates and merges those of the same primary key.
 *
 * A flawed primary key takes everything up to the next primary with it. Whether the sequence was read to its end
 * (`stop`) is the caller's to refuse.
 */
export function groupCertificates(sequence: PacketSequence): CertificateFile {
  const certificates: Certificate[] = []
  const revocations: SignaturePacket[] = []
  const strays: Stray[] = []
  let open: OpenCertificate | undefined
  let skipping = false
  const close = (): void => {
    if (open !== undefined) certificates.push(open.close())
    open = undefined
  }
  const stray = (place: Place, detail: string): void => {
    if (!skipping) strays.push({ place, code: 'malformed', detail })
  }
  for (const packet of sequence.packets) {
    switch (packet.kind) {
      case 'key':
        if (packet.key.role === 'primary') {
          close()
          skipping = false
          open = new OpenCertificate(packet.key)
        } else if (open === undefined) stray(packet.key.place, 'expected a primary key first')
        else open.begin({ kind: 'subkey', key: packet.key })
        break
      case 'user':
        if (open === undefined) stray(packet.user.place, 'expected a primary key first')
        else open.begin({ kind: 'user', user: packet.user })
        break
      case 'signature':
        if (open === undefined && !skipping && packet.signature.type === TYPE.keyRevocation) {
          revocations.push(packet.signature)
        } else if (open === undefined) {
          stray(packet.signature.place, 'expected a primary key first')
        } else open.sign(packet.signature)
        break
      case 'flawed': {
        const { flawed } = packet
        if (flawed.tag === TAG.publicKey || flawed.tag === TAG.secretKey) {
          close()
          skipping = true
          strays.push({ place: flawed.place, code: flawed.reason, detail: flawed.detail })
        } else if (open === undefined) stray(flawed.place, 'expected a primary key first')
        else if (flawed.tag === TAG.signature) open.flaw(flawed)
        else open.begin({ kind: 'unknown', tag: flawed.tag, place: flawed.place })
        break
      }
      case 'other':
        if (MEANINGLESS.has(packet.other.tag)) break
        if (open === undefined) stray(packet.other.place, 'expected a primary key first')
        else if (packet.other.tag < FIRST_UNCRITICAL_TAG) {
          stray(packet.other.place, 'expected nothing but the packets of certificates')
        } else open.begin({ kind: 'unknown', tag: packet.other.tag, place: packet.other.place })
        break
      default:
        packet satisfies never
    }
  }
  close()
  return { certificates: mergeCertificates(certificates), revocations, strays }
}

/**
 * Merges the certificates that have the same primary key, from all sources, before anything is judged: a stale copy
 * must not hide a revocation. Order is that of first appearance. Two keys of one fingerprint with different bodies (a
 * SHA-1 collision) stay two certificates.
 */
export function mergeCertificates(certificates: Iterable<Certificate>): readonly Certificate[] {
  const groups = new Map<string, Certificate[]>()
  for (const certificate of certificates) {
    const identity = Buffer.from(certificate.primary.body).toString('latin1')
    const group = groups.get(identity)
    if (group === undefined) groups.set(identity, [certificate])
    else group.push(certificate)
  }
  return [...groups.values()].flatMap(mergeParts)
}
