/**
 * Puts RPM package files together for tests: a lead, a signature header, a main header, a payload. Each part is taken as
 * it is.
 */
import { concat, fill, type Octets, u16 } from '../unit/build.ts'

/** The first 96 octets, which only very old programs look at. */
export interface Lead {
  readonly magic: Octets
  readonly major: number
  readonly minor: number
  /** 0 binary, 1 source */
  readonly type: number
  readonly archnum: number
  /** cut after 65 octets, then zeros */
  readonly name: string
  readonly osnum: number
  /** 5: a header with signatures follows */
  readonly signatureType: number
  readonly reserved: Octets
}

export const LEAD_MAGIC: Uint8Array = Uint8Array.of(0xed, 0xab, 0xee, 0xdb)

/** A lead of 96 octets. */
export function writeLead(lead: Partial<Lead> = {}): Uint8Array {
  const { magic = LEAD_MAGIC, major = 3, minor = 0, type = 0, archnum = 1 } = lead
  const { name = 'airlock-1.0-1', osnum = 1, signatureType = 5, reserved = fill(16, 0) } = lead
  const named = new Uint8Array(66)
  named.set(Buffer.from(name, 'utf8').subarray(0, 65))
  const numbers = [u16(osnum), u16(signatureType)]
  return concat(magic, [major, minor], u16(type), u16(archnum), named, ...numbers, reserved)
}

export interface PackageParts {
  /** a lead as octets, or what of it is to be other than usual */
  readonly lead?: Partial<Lead> | Uint8Array
  /** from its magic to the end of its store */
  readonly signature: Uint8Array
  readonly header: Uint8Array
  readonly payload: Uint8Array
  /** behind the signature header; default: zeros to the next multiple of 8 */
  readonly padding?: Octets
}

/** A package file of these parts. */
export function writePackage(parts: PackageParts): Uint8Array {
  const { lead = {}, signature, header, payload } = parts
  const front = lead instanceof Uint8Array ? lead : writeLead(lead)
  // rpm aligns to the start of the signature header, which a lead of 96 octets leaves aligned in the file
  const padding = parts.padding ?? fill((8 - (signature.length % 8)) % 8, 0)
  return concat(front, signature, padding, header, payload)
}
