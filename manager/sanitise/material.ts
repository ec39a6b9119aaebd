/**
 * The algorithm-specific part of keys and signatures, by its structure alone: what a number means is key-material.ts's.
 * Trusted side; reads hostile octets, linearly. Refuses octets left over.
 */
import { type FieldItem, ROLE } from '../../protocol/messages.ts'
import { field } from './claims.ts'
import type { Cursor } from './cursor.ts'
import { Fault } from './fault.ts'
import { readMpi } from './mpi.ts'
import type { Parts } from './tables.ts'

/** The values of the parts, in order, as views of the packet's body. */
export interface Material {
  readonly values: readonly Uint8Array[]
  readonly isNative: boolean
  readonly hasLeadingZeros: boolean
}

/**
 * Reads the parts one after the other and notes the field that each must have in a reply.
 *
 * @throws {@link Fault} `malformed`, also for octets left over
 */
export function readMaterial(cursor: Cursor, parts: Parts, fields: FieldItem[]): Material {
  const values: Uint8Array[] = []
  let isNative = false
  let hasLeadingZeros = false
  for (const part of parts) {
    const offset = cursor.offset
    if (part === 'mpi' || part === 'longMpi') {
      const mpi = readMpi(cursor, part === 'longMpi')
      hasLeadingZeros ||= mpi.hasLeadingZeros
      values.push(mpi.value)
      fields.push(field(ROLE.mpi, offset, cursor.offset - offset))
    } else if (part === 'curve') {
      const oid = readCounted(cursor, 'an object identifier')
      values.push(oid)
      fields.push(field(ROLE.curve, offset + 1, oid.length))
    } else if (part === 'kdf') {
      const { length } = readCounted(cursor, 'the parameters of a key derivation')
      fields.push(field(ROLE.native, offset + 1, length))
    } else {
      isNative = true
      values.push(cursor.bytes(part, `${part} octets of a key or signature`))
      fields.push(field(ROLE.native, offset, part))
    }
  }
  cursor.end('the packet')
  return { values, isNative, hasLeadingZeros }
}

/** Octets behind a length octet, whose values 0 and FF are reserved (RFC 9580 sections 9.2 and 5.5.5.6). */
function readCounted(cursor: Cursor, what: string): Uint8Array {
  const at = cursor.offset
  const length = cursor.u8(what)
  if (length === 0 || length === 0xff) throw new Fault('malformed', `expected ${what}`, at)
  return cursor.bytes(length, what)
}
