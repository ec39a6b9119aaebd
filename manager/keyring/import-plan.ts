/** What importing would do, before it is done. Trusted side, pure. */
import type { Certificate } from '../openpgp/certificate.ts'
import type { Fingerprint } from '../openpgp/model.ts'
import type { Additions } from './changes.ts'
import type { StoredCertificate } from './merged.ts'
import { StoreError } from './store-error.ts'

/** What importing would do to one certificate. */
export interface PlannedImport {
  readonly fingerprint: Fingerprint
  /** `empty`: the primary key made nothing that holds, so there is nothing to store */
  readonly change: 'new' | 'updated' | 'unchanged' | 'empty'
  /** the certificate as it would be stored */
  readonly certificate: Certificate
  /** what it has that the stored one has not */
  readonly added: Additions
}

/** What was read, beside what is stored. Made by {@link CertificateStore.plan}. */
export interface ImportPlan {
  readonly imports: readonly PlannedImport[]
  /** revocations that stand alone and are by no key that was read or is stored: there is nothing to store them with */
  readonly strayRevocations: number
  /** certificates whose primary key is of a version or an algorithm that is not supported: not stored */
  readonly unsupported: number
}

/** What writing `result` where `stored` is changes. */
export function changeOf(
  stored: StoredCertificate | undefined,
  result: StoredCertificate,
): PlannedImport['change'] {
  if (stored !== undefined) return isEqual(stored.octets, result.octets) ? 'unchanged' : 'updated'
  const { components } = result.certificate
  const holdsAny = components.some((part) => part.signatures.length + part.flawed.length > 0)
  return holdsAny ? 'new' : 'empty'
}

/** Whether octets are the same, or both absent. */
export function isEqual(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return Buffer.compare(a, b) === 0
}

/** Merging left two certificates of one fingerprint: their primary keys differ, so its hash is broken. */
export function requireDistinct(certificates: readonly Certificate[]): void {
  const seen = new Set(certificates.map(({ fingerprint }) => fingerprint))
  if (seen.size === certificates.length) return
  throw new StoreError('store-collision', 'two different primary keys have one fingerprint')
}
