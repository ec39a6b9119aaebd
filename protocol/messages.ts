/**
 * The messages of the OpenPGP driver, version 1. A request's body is the input itself, a reply's body is a list
 * of items: kinds, offsets into the request, lengths. No text, no counts, nothing that the manager can compute.
 * Encoder and decoder of an item stand together, same field order; what decodes re-encodes to itself.
 *
 * Items of a `packets` reply (verb 1), in the order of the input:
 *
 * ```
 * 01 PACKET  u8 tag, u32 offset, u32 bodyOffset, u32 bodyLength    a packet: header and body tile the input
 * 02 FIELD   u8 role, u32 offset, u32 length                       a part of the packet last named
 * 03 FLAW    u8 flaw                                               the packet last named cannot be used
 * 04 STOP    u32 offset                                            from here on no packet can be read
 * ```
 *
 * Items of an `armor` reply (verb 2), in the order of the text:
 *
 * ```
 * 05 BLOCK   u8 label, u32 begin, u32 body, u32 bodyEnd, u32 end   an armored block: BEGIN line, base64, END line
 * 04 STOP    u32 offset                                            an armored block begins here and is broken
 * ```
 *
 * Items of a `cleartext` reply (verb 3): FRAME, then the BLOCK of its signatures, or STOP:
 *
 * ```
 * 06 FRAME   u32 begin, u32 text, u32 textEnd                      header line, first octet of the text, its end
 * ```
 *
 * Items of a reply about an RPM header (verbs 4 and 5), in the order of its index (docs/rpm-grammar.md):
 *
 * ```
 * 07 ENTRY   u32 tag, u8 type, u32 offset, u32 length              an entry: its octets, from offset on
 * 04 STOP    u32 offset                                            this entry of the index breaks the grammar
 * ```
 */
import { Reader, WireError, type Writer } from './bytes.ts'

/** What the manager may ask of `handler/packets`. */
export const VERB = {
  /** binary packets: a certificate, a keyring, signatures */
  packets: 1,
  /** text with armored blocks */
  armor: 2,
  /** text with one cleartext-signed message */
  cleartext: 3,
  /** the signature header of an RPM package, from its magic to the end of its store */
  rpmSignatures: 4,
  /** the main header of an RPM package, likewise */
  rpmHeader: 5,
} as const

const ITEM = { packet: 1, field: 2, flaw: 3, stop: 4, block: 5, frame: 6, entry: 7 } as const

/** What a FIELD is. Offsets are absolute in the request. Fields of a packet are named in ascending order. */
export const ROLE = {
  /** a multiprecision integer with its two length octets (RFC 9580 section 3.2) */
  mpi: 1,
  /** a curve's object identifier without its length octet (RFC 9580 section 9.2) */
  curve: 2,
  /** octets of fixed length: a native key or signature (RFC 9580 sections 5.5.5, 5.2.3) */
  native: 3,
  /** the contents of a signature's hashed area (RFC 9580 section 5.2.3) */
  hashed: 4,
  /** the contents of a signature's unhashed area */
  unhashed: 5,
  /** in the unhashed area: the 8 octets of an issuer key id (RFC 9580 section 5.2.3.12) */
  issuerKeyId: 6,
  /** in the unhashed area: the octets of an issuer fingerprint, after its version (section 5.2.3.35) */
  issuerFingerprint: 7,
  /** in either area: the body of an embedded signature (section 5.2.3.34) */
  embedded: 8,
  /** the salt of a version 6 signature, without its length octet */
  salt: 9,
} as const
export type Role = (typeof ROLE)[keyof typeof ROLE]

/** Why a packet cannot be used. The manager finds code and offset itself, or the claim is a violation. */
export const FLAW = {
  malformed: 1,
  /** a version or an algorithm that the handler does not know; its octets must say so */
  unsupported: 2,
} as const
export type Flaw = (typeof FLAW)[keyof typeof FLAW]

/** What an armored block says it is (RFC 9580 section 6.2.1). */
export const LABEL = {
  publicKey: 1,
  signature: 2,
  message: 3,
  privateKey: 4,
} as const
export type Label = (typeof LABEL)[keyof typeof LABEL]

export interface PacketItem {
  readonly kind: 'packet'
  readonly tag: number
  readonly offset: number
  readonly bodyOffset: number
  readonly bodyLength: number
}
export interface FieldItem {
  readonly kind: 'field'
  readonly role: Role
  readonly offset: number
  readonly length: number
}
export interface FlawItem {
  readonly kind: 'flaw'
  readonly flaw: Flaw
}
export interface StopItem {
  readonly kind: 'stop'
  readonly offset: number
}
export interface BlockItem {
  readonly kind: 'block'
  readonly label: Label
  readonly begin: number
  readonly body: number
  readonly bodyEnd: number
  readonly end: number
}
export interface FrameItem {
  readonly kind: 'frame'
  readonly begin: number
  readonly text: number
  readonly textEnd: number
}
export interface EntryItem {
  readonly kind: 'entry'
  readonly tag: number
  readonly type: number
  readonly offset: number
  readonly length: number
}
export type Item = PacketItem | FieldItem | FlawItem | StopItem | BlockItem | FrameItem | EntryItem

const ROLES: ReadonlySet<number> = new Set(Object.values(ROLE))
const FLAWS: ReadonlySet<number> = new Set(Object.values(FLAW))
const LABELS: ReadonlySet<number> = new Set(Object.values(LABEL))
const isRole = (value: number): value is Role => ROLES.has(value)
const isFlaw = (value: number): value is Flaw => FLAWS.has(value)
const isLabel = (value: number): value is Label => LABELS.has(value)

export function encodeItem(writer: Writer, item: Item): void {
  switch (item.kind) {
    case 'packet':
      writer.u8(ITEM.packet).u8(item.tag)
      writer.u32(item.offset).u32(item.bodyOffset).u32(item.bodyLength)
      return
    case 'field':
      writer.u8(ITEM.field).u8(item.role).u32(item.offset).u32(item.length)
      return
    case 'flaw':
      writer.u8(ITEM.flaw).u8(item.flaw)
      return
    case 'stop':
      writer.u8(ITEM.stop).u32(item.offset)
      return
    case 'block':
      writer.u8(ITEM.block).u8(item.label)
      writer.u32(item.begin).u32(item.body).u32(item.bodyEnd).u32(item.end)
      return
    case 'frame':
      writer.u8(ITEM.frame).u32(item.begin).u32(item.text).u32(item.textEnd)
      return
    case 'entry':
      writer.u8(ITEM.entry).u32(item.tag).u8(item.type).u32(item.offset).u32(item.length)
      return
    default:
      item satisfies never
  }
}

/**
 * Decodes the next item of a reply, so that a long one need not be held whole.
 *
 * @throws {@link WireError} `value` for a number outside its table, `short` for a cut item
 */
export function decodeItem(reader: Reader): Item {
  const at = reader.offset
  const kind = reader.u8()
  switch (kind) {
    case ITEM.packet:
      return {
        kind: 'packet',
        tag: reader.u8(),
        offset: reader.u32(),
        bodyOffset: reader.u32(),
        bodyLength: reader.u32(),
      }
    case ITEM.field: {
      const role = reader.u8()
      if (!isRole(role)) throw new WireError('value', at + 1)
      return { kind: 'field', role, offset: reader.u32(), length: reader.u32() }
    }
    case ITEM.flaw: {
      const flaw = reader.u8()
      if (!isFlaw(flaw)) throw new WireError('value', at + 1)
      return { kind: 'flaw', flaw }
    }
    case ITEM.stop:
      return { kind: 'stop', offset: reader.u32() }
    case ITEM.block: {
      const label = reader.u8()
      if (!isLabel(label)) throw new WireError('value', at + 1)
      return {
        kind: 'block',
        label,
        begin: reader.u32(),
        body: reader.u32(),
        bodyEnd: reader.u32(),
        end: reader.u32(),
      }
    }
    case ITEM.frame:
      return { kind: 'frame', begin: reader.u32(), text: reader.u32(), textEnd: reader.u32() }
    case ITEM.entry:
      return {
        kind: 'entry',
        tag: reader.u32(),
        type: reader.u8(),
        offset: reader.u32(),
        length: reader.u32(),
      }
    default:
      throw new WireError('value', at)
  }
}

/**
 * Decodes a whole reply. Says nothing about its truth: that is manager/sanitise.
 *
 * @throws {@link WireError} `value` for a number outside its table, `short` for a cut item
 */
export function decodeItems(body: Uint8Array): Item[] {
  const reader = new Reader(body)
  const items: Item[] = []
  while (reader.left > 0) items.push(decodeItem(reader))
  reader.end()
  return items
}
