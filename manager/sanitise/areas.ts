/**
 * The hashed and the unhashed area of a signature. Trusted side; reads hostile octets, linearly. The hashed one is kept
 * subpacket by subpacket; of the unhashed one only hints at the issuer and embedded signatures are, because they prove
 * themselves (RFC 9580 section 5.2.3.9).
 */
import { OPENPGP_LIMITS } from '../../protocol/limits.ts'
import { type FieldItem, ROLE } from '../../protocol/messages.ts'
import type { IssuerHint, SignaturePacket, Subpacket, UnixSeconds } from '../openpgp/model.ts'
import { field } from './claims.ts'
import { Cursor } from './cursor.ts'
import { Fault } from './fault.ts'
import {
  hasItsSize,
  hintIn,
  type PlacedSubpacket,
  readSubpacket,
  refuseRepeated,
} from './subpackets.ts'
import { SUBPACKET } from './tables.ts'

/** An embedded signature: the parts that a reply must name inside it, and the signature if it counts. */
export interface EmbeddedReading {
  readonly fields: readonly FieldItem[]
  readonly signature: SignaturePacket | undefined
}

const { maxSubpackets } = OPENPGP_LIMITS
const TOO_MANY = `expected at most ${maxSubpackets} hashed subpackets`
const TOO_MANY_HINTS = `expected at most ${maxSubpackets} issuers and embedded signatures`

/** What both areas of one signature hold: {@link readHashed} first, then {@link readUnhashed}. */
export class Areas {
  readonly fields: FieldItem[] = []
  readonly hashed: Subpacket[] = []
  readonly issuers: IssuerHint[] = []
  /** of `issuers`: key ids and fingerprints have different lengths */
  readonly #held = new Set<string>()
  readonly embedded: SignaturePacket[] = []
  created: UnixSeconds | undefined = undefined
  /** why the model refuses the signature although its structure holds */
  refusal: Fault | undefined = undefined
  readonly #readEmbedded: (data: Uint8Array, offset: number) => EmbeddedReading

  constructor(readEmbedded: (data: Uint8Array, offset: number) => EmbeddedReading) {
    this.#readEmbedded = readEmbedded
  }

  /**
   * The hashed area (RFC 9580 section 5.2.3.7): counted, every size right, consumed exactly.
   *
   * @throws {@link Fault} `malformed`
   */
  readHashed(area: Cursor): void {
    this.fields.push(field(ROLE.hashed, area.offset, area.left))
    while (area.left > 0) {
      const at = area.offset
      if (this.hashed.length === maxSubpackets) throw new Fault('malformed', TOO_MANY, at)
      const subpacket = readSubpacket(area)
      if (!hasItsSize(subpacket)) {
        throw new Fault('malformed', "expected a subpacket of its type's size", at)
      }
      this.refusal ??= refuseRepeated(this.hashed, subpacket)
      this.hashed.push(subpacket)
      const { type, data, offset } = subpacket
      if (type === SUBPACKET.created) this.created ??= new Cursor(data, offset).time('a time')
      if (type === SUBPACKET.embedded) this.#embed(subpacket)
      const hint = hintIn(subpacket)
      if (hint !== undefined) this.#hold(hint.issuer, offset)
    }
  }

  /**
   * The unhashed area: its framing must hold; a subpacket of a wrong size is no hint.
   *
   * @throws {@link Fault} `malformed`
   */
  readUnhashed(area: Cursor): void {
    this.fields.push(field(ROLE.unhashed, area.offset, area.left))
    while (area.left > 0) {
      const subpacket = readSubpacket(area)
      if (!hasItsSize(subpacket)) continue
      if (subpacket.type === SUBPACKET.embedded) this.#embed(subpacket)
      const hint = hintIn(subpacket)
      if (hint === undefined) continue
      this.fields.push(hint.field)
      this.#hold(hint.issuer, subpacket.offset)
    }
  }

  #hold(issuer: IssuerHint, offset: number): void {
    const name = issuer.kind === 'keyId' ? issuer.keyId : issuer.fingerprint
    if (this.#held.has(name) || !this.#hasRoom(offset)) return
    this.#held.add(name)
    this.issuers.push(issuer)
  }

  #embed({ data, offset }: PlacedSubpacket): void {
    this.fields.push(field(ROLE.embedded, offset, data.length))
    const { fields, signature } = this.#readEmbedded(data, offset)
    for (const inner of fields) this.fields.push(inner)
    if (signature !== undefined && this.#hasRoom(offset)) this.embedded.push(signature)
  }

  /** An unhashed area may be long: what is kept of it is bounded, and beyond the bound nothing is left out silently. */
  #hasRoom(offset: number): boolean {
    if (this.issuers.length + this.embedded.length < maxSubpackets) return true
    this.refusal ??= new Fault('malformed', TOO_MANY_HINTS, offset)
    return false
  }
}
