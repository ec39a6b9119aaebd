/**
 * A keyring in memory: certificates, merged by primary key, and an index from fingerprints and key ids to keys. Trusted
 * side, immutable. Looking up costs the same with ten and with ten thousand certificates.
 */
import { type Certificate, mergeCertificates } from '../openpgp/certificate.ts'
import type { Fingerprint, IssuerHint, KeyId, KeyPacket } from '../openpgp/model.ts'
import { JudgedCertificate } from './judged-certificate.ts'

/** A key and a certificate that it is part of. One subkey may be part of several. */
export interface KeyEntry {
  readonly key: KeyPacket
  readonly owner: JudgedCertificate
}

const NONE: readonly KeyEntry[] = []

function add<K>(index: Map<K, KeyEntry[]>, name: K, entry: KeyEntry): void {
  const entries = index.get(name)
  if (entries === undefined) index.set(name, [entry])
  else entries.push(entry)
}

/** Certificates that the caller trusts. */
export class Keyring {
  readonly certificates: readonly JudgedCertificate[]
  readonly #byFingerprint = new Map<Fingerprint, KeyEntry[]>()
  readonly #byKeyId = new Map<KeyId, KeyEntry[]>()

  private constructor(certificates: readonly JudgedCertificate[]) {
    this.certificates = certificates
    for (const owner of certificates) {
      for (const { subject } of owner.certificate.components) {
        if (subject.kind === 'subkey') this.#index({ key: subject.key, owner })
        if (subject.kind === 'primary') this.#index({ key: owner.certificate.primary, owner })
      }
    }
  }

  /** A keyring of these certificates; those of one primary key, from whatever source, become one. */
  static from(certificates: Iterable<Certificate>): Keyring {
    return new Keyring(mergeCertificates(certificates).map((one) => new JudgedCertificate(one)))
  }

  /** Keys, primary or sub, with this fingerprint. */
  byFingerprint(fingerprint: Fingerprint): readonly KeyEntry[] {
    return this.#byFingerprint.get(fingerprint) ?? NONE
  }

  /** All keys, primary or sub, with this key id: ids collide, so there may be several. */
  byKeyId(keyId: KeyId): readonly KeyEntry[] {
    return this.#byKeyId.get(keyId) ?? NONE
  }

  /** Keys that an issuer hint names. */
  byHint(hint: IssuerHint): readonly KeyEntry[] {
    return hint.kind === 'keyId' ? this.byKeyId(hint.keyId) : this.byFingerprint(hint.fingerprint)
  }

  #index(entry: KeyEntry): void {
    add(this.#byFingerprint, entry.key.fingerprint, entry)
    add(this.#byKeyId, entry.key.keyId, entry)
  }
}
