/** Runs the handler's parsers in this process and decodes what they wrote. */
import { expect } from 'vitest'
import { parseArmor } from '../../handler/packets/parse/armor.ts'
import { parseCleartext } from '../../handler/packets/parse/cleartext.ts'
import { parsePackets } from '../../handler/packets/parse/packets.ts'
import { parseRpmHeader, parseRpmSignatures } from '../../handler/packets/parse/rpm-header.ts'
import { Writer } from '../../protocol/bytes.ts'
import {
  decodeItems,
  encodeItem,
  type FieldItem,
  FLAW,
  type Item,
  type PacketItem,
  ROLE,
} from '../../protocol/messages.ts'
import { concat, packet } from './build.ts'

type Parser = (input: Uint8Array, writer: Writer) => void

function itemsOf(parse: Parser, input: Uint8Array): Item[] {
  const writer = new Writer()
  parse(input, writer)
  const reply = writer.take()
  const items = decodeItems(reply)
  const again = new Writer()
  for (const item of items) encodeItem(again, item)
  expect(Buffer.compare(again.take(), reply), 'what decodes re-encodes to itself').toBe(0)
  return items
}

export function packetItems(input: Uint8Array): Item[] {
  return itemsOf(parsePackets, input)
}

export function armorItems(input: Uint8Array): Item[] {
  return itemsOf(parseArmor, input)
}

export function cleartextItems(input: Uint8Array): Item[] {
  return itemsOf(parseCleartext, input)
}

export function rpmItems(role: 'signatures' | 'header', input: Uint8Array): Item[] {
  return itemsOf(role === 'header' ? parseRpmHeader : parseRpmSignatures, input)
}

/** What the parser says about one body: its fields as `role:length`, or `malformed`, `unsupported`. */
export function shapeOf(tag: number, body: Uint8Array): string[] {
  return packetItems(packet(tag, body)).slice(1).map(nameOf)
}

export function nameOf(item: Item): string {
  if (item.kind === 'field') return `${keyFor(ROLE, item.role)}:${item.length}`
  if (item.kind === 'flaw') return keyFor(FLAW, item.flaw)
  return item.kind
}

function keyFor(table: Readonly<Record<string, number>>, code: number): string {
  return Object.keys(table).find((name) => table[name] === code) ?? `code ${code}`
}

/** The octets that the fields of a role point at. */
export function octetsOf(input: Uint8Array, items: readonly Item[], role: number): Uint8Array {
  const parts = items
    .filter((item): item is FieldItem => item.kind === 'field' && item.role === role)
    .map((item) => input.subarray(item.offset, item.offset + item.length))
  return concat(...parts)
}

/**
 * Checks what must hold for every `packets` reply: packets tile the input up to the stop or its end; fields lie in their
 * packet, strictly ascending, each beside or inside the one before; a flawed packet has no fields.
 */
export function checkReply(input: Uint8Array, items: readonly Item[]): void {
  let next = 0
  let current: PacketItem | undefined
  let last: FieldItem | undefined
  let isFlawed = false
  let isStopped = false
  for (const item of items) {
    expect(isStopped, 'a stop is the last item').toBe(false)
    if (item.kind === 'packet') {
      expect(item.offset).toBe(next)
      expect(item.bodyOffset).toBeGreaterThan(item.offset)
      next = item.bodyOffset + item.bodyLength
      current = item
      last = undefined
      isFlawed = false
    } else if (item.kind === 'field') {
      expect(isFlawed).toBe(false)
      const end = (current?.bodyOffset ?? 0) + (current?.bodyLength ?? 0)
      expect(item.offset).toBeGreaterThanOrEqual(current?.bodyOffset ?? 0)
      expect(item.offset + item.length).toBeLessThanOrEqual(end)
      if (last !== undefined) expect(item.offset).toBeGreaterThan(last.offset)
      last = item
    } else if (item.kind === 'flaw') {
      expect(last).toBeUndefined()
      expect(isFlawed).toBe(false)
      isFlawed = true
    } else {
      expect(item.kind).toBe('stop')
      if (item.kind === 'stop') expect(item.offset).toBe(next)
      isStopped = true
    }
  }
  if (!isStopped) expect(next).toBe(input.length)
}
