/**
 * A handler's reply, walked beside the manager's own reading: the manager says which item is due, and only that one is
 * accepted. Trusted side; the one place that compares. For each input there is exactly one reply that is no Violation.
 */
import { types } from 'node:util'
import { Reader, WireError } from '../../protocol/bytes.ts'
import { decodeItem, type FieldItem, type Item, type Role } from '../../protocol/messages.ts'
import { check, type Tainted } from '../../protocol/tainted.ts'
import type { Packet } from '../openpgp/model.ts'
import type { Fault } from './fault.ts'
import { Violation } from './violation.ts'

/** A packet whose structure holds: the parts that a reply must name, and what it is or why the model refuses it. */
export interface PacketReading {
  readonly fields: readonly FieldItem[]
  readonly result: Packet | Fault
}

/** A part of a packet as a reply must name it: offset and length in the input. */
export function field(role: Role, offset: number, length: number): FieldItem {
  return { kind: 'field', role, offset, length }
}

/** The items of one reply, in order, each decoded when it is due: a reply that lies is not held in memory. */
export class Claims {
  readonly #reader: Reader

  constructor(untrusted: Uint8Array) {
    this.#reader = new Reader(untrusted)
  }

  /**
   * The next item must be `due`.
   *
   * @param offset where in the input the readings part if it is not
   * @throws {@link Violation}
   */
  expect(due: Item, offset: number): void {
    const item = this.#take()
    if (item?.kind !== due.kind) {
      if (item?.kind === 'flaw') throw new Violation('flaw-denied', offset)
      throw new Violation(due.kind === 'flaw' ? 'flaw-missed' : 'missing', offset)
    }
    const numbers = numbersOf(due)
    if (!numbersOf(item).every((number, index) => number === numbers[index])) {
      throw new Violation(due.kind, offset)
    }
  }

  /** No item may be left. @throws {@link Violation} */
  end(offset: number): void {
    const item = this.#take()
    if (item === undefined) return
    throw new Violation(item.kind === 'flaw' ? 'flaw-denied' : 'surplus', offset)
  }

  /** The next item; undefined at the end of the reply. @throws {@link Violation} `undecodable` */
  #take(): Item | undefined {
    if (this.#reader.left === 0) return undefined
    try {
      return decodeItem(this.#reader)
    } catch (error) {
      if (error instanceof WireError) throw new Violation('undecodable', error.offset)
      throw error
    }
  }
}

/** All that an item says beside its kind, in the order of its encoding. */
function numbersOf(item: Item): readonly number[] {
  switch (item.kind) {
    case 'packet':
      return [item.tag, item.offset, item.bodyOffset, item.bodyLength]
    case 'field':
      return [item.role, item.offset, item.length]
    case 'flaw':
      return [item.flaw]
    case 'stop':
      return [item.offset]
    case 'block':
      return [item.label, item.begin, item.body, item.bodyEnd, item.end]
    case 'frame':
      return [item.begin, item.text, item.textEnd]
    case 'entry':
      return [item.tag, item.type, item.offset, item.length]
  }
}

/**
 * Opens a reply: decodes it and lets `read` walk it beside the input.
 *
 * @throws {@link Violation} `undecodable`, or what `read` finds; TypeError for an input in shared memory, because what
 *   was checked must be what is used
 */
export function openClaims<T>(
  input: Uint8Array,
  reply: Tainted<Uint8Array>,
  read: (claims: Claims) => T,
): T {
  if (types.isSharedArrayBuffer(input.buffer)) {
    throw new TypeError('expected an input in memory that is not shared')
  }
  return check(reply, (untrusted) => read(new Claims(untrusted)))
}
