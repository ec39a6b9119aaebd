/**
 * Public key and subkey packets (RFC 9580 section 5.5.2). Trusted side; reads hostile octets, linearly. Refuses versions
 * other than 4 and 6, algorithms without a row in tables.ts, and octets left over.
 */
import type { FieldItem } from '../../protocol/messages.ts'
import type { KeyPacket, Packet, Place } from '../openpgp/model.ts'
import type { PacketReading } from './claims.ts'
import { Cursor } from './cursor.ts'
import { attempt, Fault } from './fault.ts'
import { fingerprintOf, keyIdOf } from './fingerprint.ts'
import { cleanMaterial } from './key-material.ts'
import { readMaterial } from './material.ts'
import { KEY_PARTS } from './tables.ts'

/**
 * Reads a key packet.
 *
 * @param body the manager's own copy; the result keeps views of it
 * @param base where the body begins in the input
 * @throws {@link Fault} where both sides must say that it cannot be read
 */
export function readKey(
  role: KeyPacket['role'],
  place: Place,
  body: Uint8Array,
  base: number,
): PacketReading {
  const cursor = new Cursor(body, base)
  const version = cursor.u8('the version of a key')
  if (version !== 4 && version !== 6) {
    throw new Fault('unsupported-version', 'expected a key of version 4 or 6', base)
  }
  const created = cursor.time('the creation time of a key')
  const algorithmAt = cursor.offset
  const algorithm = cursor.u8('the algorithm of a key')
  const parts = KEY_PARTS.get(algorithm)
  if (parts === undefined) {
    const detail = 'expected a known public-key algorithm'
    throw new Fault('unsupported-algorithm', detail, algorithmAt)
  }
  if (version === 6 && cursor.u32('the length of the key material') !== cursor.left) {
    throw new Fault('malformed', 'expected key material of the length given', algorithmAt + 1)
  }
  const offset = cursor.offset
  const fields: FieldItem[] = []
  const { values } = readMaterial(cursor, parts, fields)
  const result = attempt((): Packet => {
    const material = cleanMaterial(version, algorithm, values, offset)
    const fingerprint = fingerprintOf(version, body)
    const keyId = keyIdOf(fingerprint)
    const key: KeyPacket = {
      role,
      place,
      body,
      version,
      created,
      algorithm,
      material,
      fingerprint,
      keyId,
    }
    return { kind: 'key', key }
  })
  return { fields, result }
}
