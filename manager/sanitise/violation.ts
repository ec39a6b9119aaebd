/**
 * The answer to a lie: a handler's reply contradicts what the manager reads in its own copy of the bytes. Trusted side.
 * The driver kills the handler that sent it. Holds closed words and one number, nothing that a handler chose.
 */
import { Violation as HandlerViolation } from '../umd/outcome.ts'

/** In which way a reply contradicts the manager's reading. */
export const CONTRADICTIONS = {
  undecodable: 'the reply is not a list of items; the offset is one in the reply',
  missing: 'an item is due and the reply has another one, or ends',
  surplus: 'an item is left after the last one that is due',
  packet: 'a packet is named that has another tag, place or length',
  field: 'a part of a packet is named that has another role, place or length',
  'flaw-denied': 'a packet is called flawed that the manager can read',
  'flaw-missed': 'a packet is not called flawed that the manager cannot read',
  flaw: 'a malformed packet is called unsupported, or the other way round',
  stop: 'the input is said to become unreadable at another place',
  block: 'an armored block is named that has another label or other lines',
  frame: 'a cleartext frame is named that has other lines',
  entry: 'an entry of an RPM header is named that has another tag, type, place or length',
} as const
export type Contradiction = keyof typeof CONTRADICTIONS

/** A reply that cannot be true. */
export class Violation extends HandlerViolation {
  /** the closed code of what is contradicted; `code` is that of the driver's class */
  readonly contradiction: Contradiction
  /** octets from the start of the input where the readings part */
  readonly offset: number

  constructor(contradiction: Contradiction, offset: number) {
    super(`${CONTRADICTIONS[contradiction]} (byte ${offset})`)
    this.contradiction = contradiction
    this.offset = offset
  }
}
