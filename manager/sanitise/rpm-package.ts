/**
 * How an RPM package is cut into its parts (docs/rpm-grammar.md): lead, padding, and what a header says of its own size.
 * Trusted side; reads hostile octets, at fixed places.
 */
import { Cursor } from './cursor.ts'
import { Fault } from './fault.ts'

/** Octets of the lead (rpm's lib/rpmlead.cc). */
export const LEAD_LENGTH = 96
/** Octets in front of a header's index: magic, reserved, counts. */
export const INTRO_LENGTH = 16

const LEAD_MAGIC = 0xedabeedb
const SIGNATURE_TYPE_AT = 78
/** Signatures are a header: the only form since rpm 3. */
const HEADER_SIGNATURES = 5
const HEADER_MAGIC = 0x8eade801
const ALIGNMENT = 8

/** Of the lead only what tells a package from other files. @throws {@link Fault} */
export function checkLead(lead: Uint8Array): void {
  const cursor = new Cursor(lead, 0)
  if (cursor.u32('its lead') !== LEAD_MAGIC) {
    throw new Fault('malformed', 'expected its lead', 0)
  }
  if (lead.length < LEAD_LENGTH) {
    throw new Fault('malformed', 'the file ends within the lead', lead.length)
  }
  cursor.bytes(SIGNATURE_TYPE_AT - 4, 'a lead')
  if (cursor.u16('the type of signatures') !== HEADER_SIGNATURES) {
    throw new Fault('malformed', 'expected signatures of type 5', SIGNATURE_TYPE_AT)
  }
}

/** What a header states of itself: entries of its index, octets of its store. */
export interface Intro {
  readonly entries: number
  readonly storeLength: number
}

/** @throws {@link Fault} at 0 */
export function readIntro(header: Uint8Array): Intro {
  const cursor = new Cursor(header, 0)
  const isMagic = header.length >= INTRO_LENGTH && cursor.u32('a magic') === HEADER_MAGIC
  if (!isMagic || cursor.u32('reserved octets') !== 0) {
    throw new Fault('malformed', 'expected the magic of a header', 0)
  }
  const entries = cursor.u32('a count of entries')
  const storeLength = cursor.u32('the length of the store')
  if (entries < 1) throw new Fault('malformed', 'expected at least one entry', 0)
  return { entries, storeLength }
}

/** Octets of padding behind a signature header of this length. */
export function paddingLength(headerLength: number): number {
  return (ALIGNMENT - (headerLength % ALIGNMENT)) % ALIGNMENT
}

/** @param offset where the padding begins in the file. @throws {@link Fault} */
export function checkPadding(padding: Uint8Array, offset: number): void {
  const at = padding.findIndex((octet) => octet !== 0)
  if (at >= 0)
    throw new Fault('malformed', 'expected zeros behind the signature header', offset + at)
}
