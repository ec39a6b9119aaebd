/**
 * A stored certificate joined with another copy of it: the one function that says what is written. Trusted side, pure.
 */
import { OPENPGP_LIMITS } from '../../protocol/limits.ts'
import { type Certificate, mergeCertificates } from '../openpgp/certificate.ts'
import { certificateOctets } from './certificate-octets.ts'
import { curate } from './curate.ts'
import { StoreError } from './store-error.ts'

/** A certificate and the file that it is. */
export interface StoredCertificate {
  readonly octets: Uint8Array
  readonly certificate: Certificate
}

/**
 * What is written where `stored` is and `incoming` was read.
 *
 * @throws {@link StoreError} `store-collision`, `store-too-large`
 */
export function merged(
  stored: StoredCertificate | undefined,
  incoming: Certificate,
): StoredCertificate {
  const copies = stored === undefined ? [incoming] : [stored.certificate, incoming]
  const [joined, ...others] = mergeCertificates(copies)
  if (joined === undefined || others.length > 0) {
    throw new StoreError('store-collision', 'two different primary keys have one fingerprint')
  }
  const certificate = curate(joined)
  const octets = certificateOctets(certificate)
  if (octets.length > OPENPGP_LIMITS.maxCertificate) {
    const text = `expected a certificate of at most ${OPENPGP_LIMITS.maxCertificate} bytes`
    throw new StoreError('store-too-large', text)
  }
  return { octets, certificate }
}
