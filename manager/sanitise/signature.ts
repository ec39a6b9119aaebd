/**
 * Signature packets of version 3, 4 and 6 (RFC 9580 section 5.2). Trusted side; reads hostile octets, linearly. Refuses
 * other versions and unknown algorithms as unsupported, octets left over and salts of a wrong size as malformed. What it
 * returns is not verified.
 */
import { type FieldItem, ROLE } from '../../protocol/messages.ts'
import { HASHES, type HashAlgorithm } from '../openpgp/algorithms.ts'
import type { Place, SignaturePacket } from '../openpgp/model.ts'
import { Areas, type EmbeddedReading } from './areas.ts'
import { field, type PacketReading } from './claims.ts'
import { Cursor } from './cursor.ts'
import { attempt, Fault } from './fault.ts'
import { keyIdHint } from './fingerprint.ts'
import { readMaterial } from './material.ts'
import { type Parts, SIGNATURE_PARTS } from './tables.ts'

/**
 * Reads a signature packet.
 *
 * @param body the manager's own copy; the result keeps views of it
 * @param base where the body begins in the input
 * @throws {@link Fault} where both sides must say that it cannot be read
 */
export function readSignature(place: Place, body: Uint8Array, base: number): PacketReading {
  const { fields, result } = read(place, body, base, readEmbedded)
  return {
    fields,
    result: result instanceof Fault ? result : { kind: 'signature', signature: result },
  }
}

/** Inside an embedded signature another one is a fault, and the one that holds it does not count: depth 1. */
function readEmbedded(data: Uint8Array, offset: number): EmbeddedReading {
  const place = { offset, length: data.length }
  const inner = attempt(() => read(place, data, offset, refuseEmbedded))
  if (inner instanceof Fault) return { fields: [], signature: undefined }
  const { fields, result } = inner
  return { fields, signature: result instanceof Fault ? undefined : result }
}

function refuseEmbedded(_: Uint8Array, offset: number): never {
  throw new Fault('malformed', 'expected no signature inside an embedded one', offset)
}

interface SignatureReading {
  readonly fields: readonly FieldItem[]
  readonly result: SignaturePacket | Fault
}

/** RFC 9580 sections 5.2.2 and 5.2.3: `version front left16 [salt] material`. */
function read(
  place: Place,
  body: Uint8Array,
  base: number,
  embedded: typeof readEmbedded,
): SignatureReading {
  const cursor = new Cursor(body, base)
  const version = cursor.u8('the version of a signature')
  if (version !== 3 && version !== 4 && version !== 6) {
    const detail = 'expected a signature of version 3, 4 or 6'
    throw new Fault('unsupported-version', detail, base)
  }
  const areas = new Areas(embedded)
  const { type, algorithm, parts, hash, hashedLength } =
    version === 3 ? readOldFront(cursor, areas) : readFront(version, cursor, areas)
  const left16 = cursor.u16('the left 16 bits of the digest')
  const salt = version === 6 ? readSalt(cursor, hash, areas.fields) : undefined
  const { values, isNative, hasLeadingZeros } = readMaterial(cursor, parts, areas.fields)
  const { fields, hashed, created, issuers, refusal } = areas
  if (refusal !== undefined) return { fields, result: refusal }
  const [value] = values
  const result: SignaturePacket = {
    place,
    body,
    version,
    type,
    algorithm,
    hash: hash.id,
    hashedPart: version === 3 ? body.subarray(2, 7) : body.subarray(0, hashedLength),
    hashed,
    created,
    issuers,
    left16,
    salt,
    material:
      isNative && value !== undefined ? { form: 'native', value } : { form: 'mpis', values },
    embedded: areas.embedded,
    notes: hasLeadingZeros ? ['mpi-leading-zero'] : [],
  }
  return { fields, result }
}

/** What stands before the left 16 bits of the digest, beside what {@link Areas} holds. */
interface Front extends Algorithms {
  readonly type: number
  /** octets of the packet that are hashed; in version 3 from its type on */
  readonly hashedLength: number
}

interface Algorithms {
  readonly algorithm: number
  readonly parts: Parts
  readonly hash: HashAlgorithm
}

/** RFC 9580 section 5.2.2: `05 type time4 keyid8 pk hash`; type and time are hashed. */
function readOldFront(cursor: Cursor, areas: Areas): Front {
  const at = cursor.offset
  const hashedLength = cursor.u8('the length of the hashed part')
  if (hashedLength !== 5) throw new Fault('malformed', 'expected a hashed part of 5 octets', at)
  const type = cursor.u8('the type of a signature')
  areas.created = cursor.time('the creation time of a signature')
  areas.issuers.push(keyIdHint(cursor.bytes(8, 'the key id of the issuer')))
  return { type, ...readAlgorithms(cursor), hashedLength }
}

/** RFC 9580 section 5.2.3: `type pk hash length hashed length unhashed`; all before the second length is hashed. */
function readFront(version: 4 | 6, cursor: Cursor, areas: Areas): Front {
  const type = cursor.u8('the type of a signature')
  const { algorithm, parts, hash } = readAlgorithms(cursor)
  const hashed = readArea(version, cursor, 'the hashed area')
  const hashedLength = (version === 4 ? 6 : 8) + hashed.left
  areas.readHashed(hashed)
  areas.readUnhashed(readArea(version, cursor, 'the unhashed area'))
  return { type, algorithm, parts, hash, hashedLength }
}

/** Public-key and hash algorithm, side by side in every version; both must be known. */
function readAlgorithms(cursor: Cursor): Algorithms {
  const at = cursor.offset
  const algorithm = cursor.u8('the public-key algorithm of a signature')
  const hashNumber = cursor.u8('the hash algorithm of a signature')
  const parts = SIGNATURE_PARTS.get(algorithm)
  if (parts === undefined) {
    throw new Fault('unsupported-algorithm', 'expected a known signature algorithm', at)
  }
  const hash = HASHES.get(hashNumber)
  if (hash === undefined) {
    throw new Fault('unsupported-algorithm', 'expected a known hash algorithm', at + 1)
  }
  return { algorithm, parts, hash }
}

/** An area behind its length: two octets in version 4, four in version 6. */
function readArea(version: 4 | 6, cursor: Cursor, what: string): Cursor {
  return cursor.inner(version === 4 ? cursor.u16(what) : cursor.u32(what), what)
}

/** RFC 9580 section 5.2.3 and table 23: the size is that of the hash, which is not defined for the oldest ones. */
function readSalt(cursor: Cursor, hash: HashAlgorithm, fields: FieldItem[]): Uint8Array {
  const at = cursor.offset
  const length = cursor.u8('the length of the salt')
  if (length !== hash.salt) {
    throw new Fault('malformed', "expected a salt of the hash algorithm's size", at)
  }
  fields.push(field(ROLE.salt, at + 1, length))
  return cursor.bytes(length, 'the salt')
}
