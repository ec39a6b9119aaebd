/**
 * Why a verdict is what it is: the closed table of codes. Trusted side, pure. Codes are public API and never change;
 * texts may. `docs/verification.md` shows this table, and a test compares the two.
 */
import type { VerdictKind } from './verdict-kind.ts'

/** One code: the verdict it leads to, its sentence, the step that gives it, and where the rule is written. */
export interface ReasonRow {
  readonly kind: Exclude<VerdictKind, 'good'>
  readonly text: string
  readonly step: string
  readonly source: string
}

/** Every reason code, in the order of the steps. */
export const REASONS = {
  'no-signature': {
    kind: 'unusable',
    text: 'expected at least one signature packet',
    step: 'read',
    source: 'RFC 9580 section 10.4',
  },
  malformed: {
    kind: 'unusable',
    text: 'the input breaks the OpenPGP packet grammar',
    step: 'read',
    source: 'RFC 9580 sections 4.2, 5.2, 10.4',
  },
  'not-an-rpm': {
    kind: 'unusable',
    text: 'expected an RPM package',
    step: 'read',
    source: 'docs/rpm-grammar.md',
  },
  'rpm-malformed': {
    kind: 'unusable',
    text: 'the package breaks the grammar of RPM headers',
    step: 'read',
    source: 'docs/rpm-grammar.md; CVE-2021-20266, CVE-2021-20271, CVE-2021-3421',
  },
  'trailing-data': {
    kind: 'unusable',
    text: 'expected nothing after the last signature',
    step: 'read',
    source: 'RFC 9580 section 10.4',
  },
  'too-large': {
    kind: 'unusable',
    text: 'the input exceeds a limit of this program',
    step: 'read',
    source: 'protocol/limits.ts, manager/openpgp/limits.ts',
  },
  'unsupported-version': {
    kind: 'unusable',
    text: 'expected a packet version that is known',
    step: 'read',
    source: 'RFC 9580 section 5.2.5',
  },
  'unsupported-algorithm': {
    kind: 'unusable',
    text: 'expected an algorithm that is known and available',
    step: 'read',
    source: 'RFC 9580 sections 9.1, 9.2, 9.5',
  },
  'wrong-type': {
    kind: 'unusable',
    text: 'expected a signature over a document, type 0x00 or 0x01',
    step: 'type',
    source: 'RFC 9580 section 5.2.1; CVE-2019-9153',
  },
  'version-refused': {
    kind: 'untrusted',
    text: 'policy refuses signatures of this version for this use',
    step: 'version',
    source: 'RFC 9580 section 5.2; Sequoia StandardPolicy',
  },
  'signature-from-future': {
    kind: 'untrusted',
    text: 'the signature was made after the time it is judged at',
    step: 'time',
    source: 'RFC 9580 section 5.2.3.11',
  },
  'signature-expired': {
    kind: 'untrusted',
    text: 'the signature has expired',
    step: 'time',
    source: 'RFC 9580 section 5.2.3.18',
  },
  'critical-unknown': {
    kind: 'untrusted',
    text: 'the signature has a critical subpacket or notation that is not understood',
    step: 'critical subpackets',
    source: 'RFC 9580 section 5.2.3.7',
  },
  'weak-hash': {
    kind: 'untrusted',
    text: 'policy refuses the hash algorithm for this use',
    step: 'hash policy',
    source: 'RFC 9580 sections 5.2.3.2 to 5.2.3.5, 9.5; Sequoia StandardPolicy',
  },
  'no-key': {
    kind: 'no-key',
    text: 'no key of the keyring is named as the issuer',
    step: 'find key',
    source: 'RFC 9580 sections 5.2.3.12, 5.2.3.35',
  },
  'signer-not-wanted': {
    kind: 'untrusted',
    text: 'the signature was made by a key that is not among the wanted signers',
    step: 'find key',
    source: 'the caller',
  },
  'key-unusable': {
    kind: 'untrusted',
    text: 'the certificate holds a revocation that cannot be evaluated, or more than can be verified',
    step: 'certificate',
    source: 'docs/threat-model.md C2',
  },
  'signature-predates-key': {
    kind: 'untrusted',
    text: 'the signature claims to be older than the key that made it',
    step: 'certificate',
    source: 'RFC 9580 section 5.5.2',
  },
  'key-not-bound': {
    kind: 'untrusted',
    text: 'no valid self-signature or binding makes this key part of its certificate',
    step: 'certificate',
    source: 'RFC 9580 sections 5.2.1.8, 10.1',
  },
  'key-not-for-signing': {
    kind: 'untrusted',
    text: 'the key may not sign documents',
    step: 'certificate',
    source: 'RFC 9580 sections 5.2.1.9, 5.2.3.29',
  },
  'key-expired': {
    kind: 'untrusted',
    text: 'the key has expired',
    step: 'certificate',
    source: 'RFC 9580 section 5.2.3.13',
  },
  'key-revoked': {
    kind: 'untrusted',
    text: 'the key is revoked',
    step: 'certificate',
    source: 'RFC 9580 sections 5.2.1.11, 5.2.1.12, 5.2.3.31',
  },
  'weak-key': {
    kind: 'untrusted',
    text: 'policy refuses keys of this algorithm and size',
    step: 'key policy',
    source: 'RFC 9580 section 12.4; Sequoia StandardPolicy',
  },
  'digest-mismatch': {
    kind: 'bad',
    text: 'the digest does not begin with the 16 bits that the signature states',
    step: 'digest',
    source: 'RFC 9580 section 5.2.3',
  },
  'bad-signature': {
    kind: 'bad',
    text: 'the signature does not hold over these bytes',
    step: 'signature',
    source: 'RFC 9580 section 5.2.4',
  },
  'header-digest-mismatch': {
    kind: 'bad',
    text: 'the header of the package does not have the digest that is stated',
    step: 'package digests',
    source: 'rpm lib/rpmvs.cc',
  },
  'payload-digest-mismatch': {
    kind: 'bad',
    text: 'the payload of the package does not have the digest that the header states',
    step: 'package digests',
    source: 'rpm lib/rpmvs.cc',
  },
  'no-digest': {
    kind: 'unusable',
    text: 'expected a digest of at least SHA-256',
    step: 'package digests',
    source: 'rpm 6 _pkgverify_flags',
  },
  'header-not-covered': {
    kind: 'untrusted',
    text: 'no signature is over the header alone, and the payload was not asked about',
    step: 'package coverage',
    source: 'rpm lib/rpmvs.cc',
  },
  'payload-not-covered': {
    kind: 'untrusted',
    text: 'the header is signed, and neither a signature nor a digest covers the payload',
    step: 'package coverage',
    source: 'rpm lib/rpmvs.cc; rpm pull request 1671',
  },
  'partially-signed': {
    kind: 'untrusted',
    text: 'the header is signed, and the payload is covered only by what is not accepted',
    step: 'package coverage',
    source: 'rpm lib/rpmvs.cc',
  },
  'threshold-not-met': {
    kind: 'untrusted',
    text: 'expected good signatures by more certificates',
    step: 'count',
    source: 'the caller',
  },
  'required-signer-missing': {
    kind: 'untrusted',
    text: 'a required signer made no good signature',
    step: 'count',
    source: 'the caller',
  },
  'required-algorithm-missing': {
    kind: 'untrusted',
    text: 'no good signature is by a required algorithm',
    step: 'count',
    source: 'the caller',
  },
  'second-opinion-disagrees': {
    kind: 'unusable',
    text: 'the second parser read the input differently',
    step: 'import',
    source: 'docs/threat-model.md C2',
  },
  'handler-crashed': {
    kind: 'error',
    text: 'the handler died on this input, alone in a process that had served nothing',
    step: 'handler',
    source: 'docs/threat-model.md C5',
  },
  'handler-timeout': {
    kind: 'error',
    text: 'the handler missed its deadline on this input, alone in a process that had served nothing',
    step: 'handler',
    source: 'docs/threat-model.md C5',
  },
  'handler-violation': {
    kind: 'error',
    text: 'the handler broke the protocol or contradicted the bytes on this input',
    step: 'handler',
    source: 'docs/threat-model.md C1, C2, C3',
  },
  'input-output': {
    kind: 'error',
    text: 'the input could not be read',
    step: 'open',
    source: 'docs/threat-model.md C1',
  },
} as const

/** A code of {@link REASONS}. */
export type ReasonCode = keyof typeof REASONS

/** One reason: a stable code, a sentence without any byte of an input, and where in the input, if anywhere. */
export interface Reason {
  readonly code: ReasonCode
  readonly text: string
  readonly offset?: number
}

/**
 * A reason by its code.
 *
 * @param detail appended to the code's sentence; lower case, no input octets
 * @param offset octets from the start of the input
 */
export function reason(code: ReasonCode, detail?: string, offset?: number): Reason {
  const { text } = REASONS[code]
  const full = detail === undefined ? text : `${text}: ${detail}`
  return offset === undefined ? { code, text: full } : { code, text: full, offset }
}

/** Each row as data, checked against {@link ReasonRow}. */
export const REASON_ROWS: ReadonlyMap<ReasonCode, ReasonRow> = new Map(
  Object.entries(REASONS) as [ReasonCode, ReasonRow][], // the keys of REASONS are its codes
)
