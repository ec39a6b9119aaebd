/** Inputs of the largest sizes, made in memory by throw-away keys. What is repeated is not signed: nothing may verify it. */
import { JUDGE_LIMITS } from '../../manager/openpgp/limits.ts'
import {
  certificateBytes,
  day,
  FLAG,
  type MadeKey,
  makeKey,
  signaturePacket,
  signDetached,
  sub,
} from '../support/openpgp-writer.ts'
import * as octets from '../unit/build.ts'
import { concat, fill, packet, signature4, signature6, text, u16 } from '../unit/build.ts'
import {
  byKeyId,
  keyData,
  makeSignature,
  makeUser,
  seconds,
  userData,
} from '../unit/openpgp-make.ts'

export const DATA: Uint8Array = text('data\n')
const alice = makeKey('ed25519')
const signer = makeKey('ed25519')
export const CERTIFICATE: Uint8Array = certificateBytes(alice)
export const SIGNATURE: Uint8Array = signDetached(alice, DATA)

/** The same octets, many times. */
export function repeated(part: Uint8Array, times: number): Uint8Array {
  const whole = new Uint8Array(part.length * times)
  for (let at = 0; at < whole.length; at += part.length) whole.set(part, at)
  return whole
}

const keyIdOf = ({ packet: { keyId } }: MadeKey): Uint8Array => Buffer.from(keyId, 'hex')
const ofAlice = octets.sub.issuerKeyId(keyIdOf(alice))

/** Behind Alice's certificate: her user id is signed, then these. */
export const flooded = (certifications: number): Uint8Array =>
  concat(
    CERTIFICATE,
    repeated(
      packet(2, signature4({ type: 0x10, unhashed: octets.sub.issuerKeyId(fill(8, 0x77)) })),
      certifications,
    ),
  )

/** The shortest subpacket there is: a type of private use and nothing else. */
const SHORTEST = [1, 101]

/** A version 6 certification, whose areas may be that large, behind Alice's certificate. */
export const subpackets = (area: 'hashed' | 'unhashed', count: number): Uint8Array => {
  const filled = repeated(Uint8Array.from(SHORTEST), count)
  const parts =
    area === 'hashed'
      ? { hashed: concat(octets.sub.created(), filled) }
      : { unhashed: concat(octets.sub.issuerKeyId(fill(8, 0x77)), filled) }
  return concat(CERTIFICATE, packet(2, signature6({ type: 0x10, ...parts })))
}

/** Alice's signature with more octets in its unhashed area, up to the 65,535 that version 4 has room for. */
export function withUnhashed(more: Uint8Array): Uint8Array {
  // the packet's header has a length of one octet
  const body = Buffer.from(SIGNATURE.subarray(2))
  const start = 6 + body.readUInt16BE(4)
  const end = start + 2 + body.readUInt16BE(start)
  const unhashed = concat(body.subarray(start + 2, end), more)
  return packet(
    2,
    concat(body.subarray(0, start), u16(unhashed.length), unhashed, body.subarray(end)),
  )
}

/** As many short subpackets as fit. */
export const filled = (): Uint8Array => withUnhashed(repeated(Uint8Array.from(SHORTEST), 32_700))

/** One hashed subpacket more than there may be: the creation time, then short ones. */
export const overfilled = (): Uint8Array =>
  packet(
    2,
    signature4({
      hashed: concat(octets.sub.created(), repeated(Uint8Array.from(SHORTEST), 256)),
      unhashed: ofAlice,
    }),
  )

/** An embedded signature that holds one that holds one... */
export function nested(levels: number): Uint8Array {
  let inner = signature4({ type: 0x19 })
  for (let level = 1; level < levels; level += 1) {
    inner = signature4({ type: 0x19, unhashed: octets.sub.embedded(inner) })
  }
  return withUnhashed(octets.sub.embedded(inner))
}

const CROWD = Array.from({ length: JUDGE_LIMITS.maxCandidates }, () => makeKey('ed25519'))

/** Certificates of so many keys, the last of which signs. */
export const crowd = (keys: number): Uint8Array =>
  concat(...[...CROWD.slice(0, keys - 1), signer].map((key) => certificateBytes(key)))

/** A signature that names so many keys, as whoever has it can make it. */
export function namingCrowd(keys: number): Uint8Array {
  const issuers = [...CROWD.slice(0, keys - 1), signer].map(byKeyId)
  return packet(2, makeSignature(signer, [DATA], { created: seconds(day(1)), issuers }).body)
}

/** So many signatures in one file, by strangers but for the last. */
export const signatures = (count: number): Uint8Array =>
  concat(repeated(signDetached(makeKey('ed25519'), DATA), count - 1), SIGNATURE)

/** A certificate of so many packets of one octet. */
export const tinyPackets = (count: number): Uint8Array =>
  concat(CERTIFICATE, repeated(packet(60, [1]), count))

/** User ids, each with a self-signature if `isSigned`. */
export function userIds(count: number, isSigned: boolean): Uint8Array {
  const users = Array.from({ length: count }, (_, index) => makeUser(`user ${index}`))
  const flags = [sub.flags(FLAG.certify | FLAG.sign)]
  const self = (user: (typeof users)[number]): Uint8Array =>
    signaturePacket(alice, [keyData(alice), userData(user)], { type: 0x13, hashed: flags })
  return concat(
    CERTIFICATE,
    ...users.flatMap((user) =>
      isSigned ? [packet(13, user.body), self(user)] : [packet(13, user.body)],
    ),
  )
}

/** Two integers of one octet: no value that holds. */
const ED25519 = concat(octets.mpi([1]), octets.mpi([1]))

/** Signatures that claim to be Alice's, no two alike: copies would be merged. */
const claims = (type: number, count: number, material: Uint8Array): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, index) => {
    const hashed = octets.sub.created(1_700_000_000 + index)
    return packet(2, signature4({ type, algorithm: 22, hashed, unhashed: ofAlice, material }))
  })

/** A user attribute of this size, with certifications that claim to be Alice's. */
export const attribute = (size: number, count: number): Uint8Array =>
  concat(CERTIFICATE, packet(17, new Uint8Array(size)), ...claims(0x13, count, ED25519))

/** Subkeys, and as many revocations of subkeys that claim to be Alice's: each may be about each. */
export function subkeysAndRevocations(count: number, isBroken: boolean): Uint8Array {
  const subkeys = Array.from({ length: count }, (_, index) =>
    packet(14, octets.key4({ algorithm: 27, material: fill(32), created: index + 1 })),
  )
  const material = isBroken ? Uint8Array.of(0, 9) : ED25519
  return concat(CERTIFICATE, ...subkeys, ...claims(0x28, count, material))
}
