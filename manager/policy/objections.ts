/**
 * Asking a policy about one hash, key or signature. Trusted side, pure. An answer is an objection in words, without any
 * octet of an input, or undefined where there is none; what has no row in a table is objected to.
 */
import { HASHES, SUBPACKET } from '../openpgp/algorithms.ts'
import { CURVES } from '../openpgp/curves.ts'
import { bitLength } from '../openpgp/integers.ts'
import type { KeyPacket, SignaturePacket, Subpacket } from '../openpgp/model.ts'
import type { Cutoff, HashUse, KeyRule, Policy } from './policy.ts'

/** What is signed: an RPM header may carry version 3 signatures, a document may not. */
export type SignatureUse = 'document' | 'rpm-header'

/** Why a cut-off refuses, with the rule that says so; undefined where it accepts. */
function refusal(policy: Policy, row: Row | undefined): string | undefined {
  if (row?.cutoff === 'always') return undefined
  if (row === undefined) return 'refused at any date'
  const { cutoff, source } = row
  if (cutoff === 'never') return `refused at any date (${source})`
  if (policy.asOf < cutoff) return undefined
  const day = new Date(cutoff * 1000).toISOString().slice(0, 10)
  return `refused since ${day} (${source})`
}

interface Row {
  readonly cutoff: Cutoff
  readonly source: string
}

/** Objection to a hash algorithm for a use. */
export function hashObjection(policy: Policy, hash: number, use: HashUse): string | undefined {
  const rule = policy.hashes.find((row) => row.hash === hash)
  const row = rule === undefined ? undefined : { cutoff: rule[use], source: rule.source }
  const why = refusal(policy, row)
  return why === undefined ? undefined : `${HASHES.get(hash)?.name ?? 'unknown hash'}, ${why}`
}

/**
 * Objection to a hash whose digest is shorter than the key asks for. The standard's own rule, whatever the policy: RFC 9580
 * sections 5.2.3.2 (DSA: q; ECDSA: the curve's field, 512 bits at most), 5.2.3.3 to 5.2.3.5 (EdDSA).
 */
export function shortHashObjection({ material }: KeyPacket, hash: number): string | undefined {
  const known = HASHES.get(hash)
  if (known !== undefined && known.octets >= leastDigest(material)) return undefined
  return `${known?.name ?? 'unknown hash'}, shorter than this key asks for (RFC 9580 section 5.2.3)`
}

/** Octets. */
function leastDigest(material: KeyPacket['material']): number {
  switch (material.family) {
    case 'dsa':
      return material.q.length
    case 'ecdsa':
      return Math.min(CURVES.get(material.curve)?.fieldOctets ?? LONGEST_DIGEST, LONGEST_DIGEST)
    case 'ed25519':
      return 32
    case 'ed448':
      return LONGEST_DIGEST
    case 'rsa':
    case 'encryption':
      return 0
    default:
      return material satisfies never
  }
}

/** Octets: no hash of OpenPGP is longer. */
const LONGEST_DIGEST = 64

/** Objection to a signing key's algorithm and size. */
export function keyObjection(policy: Policy, key: KeyPacket): string | undefined {
  const { material } = key
  if (material.family === 'encryption') return 'not a signing algorithm'
  if (material.family === 'ecdsa') {
    const rule = policy.curves.find((row) => row.curve === material.curve)
    const why = refusal(policy, rule)
    return why === undefined ? undefined : `this curve, ${why}`
  }
  const bits = keyBits(key)
  const isReached = ({ family, algorithm, leastBits }: KeyRule): boolean =>
    family === material.family &&
    (algorithm === undefined || algorithm === key.algorithm) &&
    leastBits <= bits
  const reached = policy.keys.filter(isReached)
  const rule = reached.toSorted((a, b) => b.leastBits - a.leastBits)[0]
  const why = refusal(policy, rule)
  return why === undefined ? undefined : `${material.family} of ${bits} bits, ${why}`
}

function keyBits(key: KeyPacket): number {
  const { material } = key
  if (material.family === 'rsa') return bitLength(material.n)
  if (material.family === 'dsa') return bitLength(material.p)
  return material.family === 'ed448' ? 448 : 255
}

/** Objection to a critical subpacket or notation of the hashed area that is not understood. */
export function criticalObjection(policy: Policy, signature: SignaturePacket): string | undefined {
  for (const subpacket of signature.hashed) {
    if (!subpacket.critical) continue
    if (!policy.critical.some((row) => row.type === subpacket.type)) {
      return `critical subpacket of type ${subpacket.type}`
    }
    if (subpacket.type === SUBPACKET.notation && !isKnownNotation(policy, subpacket)) {
      return 'critical notation that is not on the list'
    }
  }
  return undefined
}

/** Flags (4), name length (2), value length (2), name, value (RFC 9580 section 5.2.3.24). */
function isKnownNotation(policy: Policy, { data }: Subpacket): boolean {
  const nameLength = (data[4] ?? 0) * 256 + (data[5] ?? 0)
  const name = Buffer.from(data.subarray(8, 8 + nameLength))
  return policy.notations.some((known) => name.equals(Buffer.from(known)))
}

/** Objection to the version of a signature for its use. */
export function versionObjection(
  policy: Policy,
  signature: SignaturePacket,
  use: SignatureUse,
): string | undefined {
  const rule = policy.versions?.find((row) => row.version === signature.version)
  if (rule !== undefined) {
    const why = refusal(policy, rule)
    return why === undefined ? undefined : `version ${signature.version}, ${why}`
  }
  if (signature.version !== 3 || policy.v3 === 'always') return undefined
  if (policy.v3 === 'never') return 'version 3'
  return use === 'rpm-header' ? undefined : 'version 3, accepted over RPM headers only'
}
