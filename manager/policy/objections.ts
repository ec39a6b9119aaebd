/**
 * Asking a policy about one hash, key or signature. Trusted side, pure. An answer is an objection in words, without any
 * octet of an input, or undefined where there is none; what has no row in a table is objected to.
 */
import { HASHES, SUBPACKET } from '../openpgp/algorithms.ts'
import { bitLength } from '../openpgp/integers.ts'
import type { KeyPacket, SignaturePacket, Subpacket } from '../openpgp/model.ts'
import type { Cutoff, HashUse, Policy } from './policy.ts'

/** What is signed: an RPM header may carry version 3 signatures, a document may not. */
export type SignatureUse = 'document' | 'rpm-header'

function refusal(policy: Policy, cutoff: Cutoff | undefined): string | undefined {
  if (cutoff === 'always') return undefined
  if (cutoff === undefined || cutoff === 'never') return 'refused at any date'
  if (policy.asOf < cutoff) return undefined
  return `refused since ${new Date(cutoff * 1000).toISOString().slice(0, 10)}`
}

/** Objection to a hash algorithm for a use. */
export function hashObjection(policy: Policy, hash: number, use: HashUse): string | undefined {
  const rule = policy.hashes.find((row) => row.hash === hash)
  const why = refusal(policy, rule?.[use])
  return why === undefined ? undefined : `${HASHES.get(hash)?.name ?? 'unknown hash'}, ${why}`
}

/** Objection to a signing key's algorithm and size. */
export function keyObjection(policy: Policy, key: KeyPacket): string | undefined {
  const { material } = key
  if (material.family === 'encryption') return 'not a signing algorithm'
  if (material.family === 'ecdsa') {
    const rule = policy.curves.find((row) => row.curve === material.curve)
    const why = refusal(policy, rule?.cutoff)
    return why === undefined ? undefined : `this curve, ${why}`
  }
  const bits = keyBits(key)
  const reached = policy.keys.filter(
    (row) => row.family === material.family && row.leastBits <= bits,
  )
  const rule = reached.toSorted((a, b) => b.leastBits - a.leastBits)[0]
  const why = refusal(policy, rule?.cutoff)
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
  if (signature.version !== 3 || policy.v3 === 'always') return undefined
  if (policy.v3 === 'rpm-headers' && use === 'rpm-header') return undefined
  return 'version 3'
}
