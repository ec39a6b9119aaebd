/**
 * Bare revocations: key revocations that stand alone in a key file, as GnuPG writes revocation certificates. Trusted
 * side. One belongs to the certificate whose primary key made it, whatever file that is in; it is joined with it before
 * anything is judged, as a copy that holds the primary key and nothing else.
 */
import { KeyringError } from '../errors.ts'
import { SUBPACKET } from '../openpgp/algorithms.ts'
import type { Certificate } from '../openpgp/certificate.ts'
import { CertificateChecker, checkNow } from '../openpgp/checker.ts'
import { keyOctets } from '../openpgp/digest.ts'
import { ByName } from '../openpgp/issuer.ts'
import type { KeyPacket, SignaturePacket } from '../openpgp/model.ts'
import { subpacket } from '../openpgp/subpackets.ts'

/** A key revocation in front of all certificates of its file, or of its armored block. */
export interface BareRevocation {
  readonly signature: SignaturePacket
  /** for errors: the file */
  readonly path: string | Uint8Array | undefined
}

/** What key files hold. */
export interface KeyContents {
  readonly certificates: readonly Certificate[]
  readonly revocations: readonly BareRevocation[]
  /** certificates whose primary key is of a version or an algorithm that is not supported: how many were left out */
  readonly unsupported: number
}

/** What became of revocations. */
export interface PlacedRevocations {
  /** to be merged with the certificates */
  readonly copies: readonly Certificate[]
  /** those that no key made which was asked: they revoke none of them */
  readonly strays: readonly BareRevocation[]
}

/** Bounds, each with its reason. */
const LIMITS = {
  /** Revocations of one load: one a key, and few keys are revoked. */
  revocations: 1024,
  /** Keys asked about revocations that name none of them: some seconds of key operations. */
  tries: 65_536,
} as const

/** All of several files. */
export function joinedContents(all: readonly KeyContents[]): KeyContents {
  return {
    certificates: all.flatMap(({ certificates }) => certificates),
    revocations: all.flatMap(({ revocations }) => revocations),
    unsupported: all.reduce((sum, { unsupported }) => sum + unsupported, 0),
  }
}

/**
 * Finds whose each revocation is. It must hold by a key that it names. One that names none of these keys is tried on all
 * of them, unless its maker signed another fingerprint: an unhashed key id may be changed by anybody.
 *
 * @throws {@link KeyringError} `keyring-stray-revocation` for one that a key is named by and did not make,
 * `keyring-too-large`
 */
export function placeRevocations(
  revocations: readonly BareRevocation[],
  primaries: readonly KeyPacket[],
): PlacedRevocations {
  if (revocations.length > LIMITS.revocations) throw tooMany()
  const copies: Certificate[] = []
  const strays: BareRevocation[] = []
  const byName = new ByName(primaries, (key) => key)
  let tries = 0
  for (const revocation of revocations) {
    const { signature, path } = revocation
    const named = byName.named(signature)
    const asked = named.length > 0 || statesMaker(signature) ? named : primaries
    tries += asked.length
    if (tries > LIMITS.tries) throw tooMany()
    const makers = asked.filter((key) => isMadeBy(signature, key))
    if (makers.length === 0 && named.length > 0) {
      const text = 'expected a revocation by the key that it names'
      const { offset } = signature.place
      throw new KeyringError('keyring-stray-revocation', text, { offset, path })
    }
    for (const maker of makers) copies.push(copyOf(maker, signature))
    if (makers.length === 0) strays.push(revocation)
  }
  return { copies, strays }
}

const tooMany = (): KeyringError =>
  new KeyringError('keyring-too-large', 'expected fewer revocations without their certificates')

/** A hashed fingerprint is signed with the rest. */
function statesMaker(signature: SignaturePacket): boolean {
  return subpacket(signature, SUBPACKET.issuerFingerprint) !== undefined
}

function isMadeBy(signature: SignaturePacket, key: KeyPacket): boolean {
  const check = new CertificateChecker().revocation(key, signature, [keyOctets(key)])
  return checkNow(check) === 'holds'
}

function copyOf(primary: KeyPacket, signature: SignaturePacket): Certificate {
  const component = { subject: { kind: 'primary' }, signatures: [signature], flawed: [] } as const
  return { fingerprint: primary.fingerprint, primary, components: [component], thirdParty: 0 }
}
