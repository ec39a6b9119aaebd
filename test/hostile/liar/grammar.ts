/**
 * A reply's grammar as data: items, and the numbers that each holds. The liar works on it alone, so a driver's reply can
 * be lied about as soon as its items are a table. Written beside protocol/, not from it: the test compares them.
 */
import { Reader, Writer } from '../../../protocol/bytes.ts'
import { FLAW, LABEL, ROLE } from '../../../protocol/messages.ts'

/**
 * One number of an item: `place` is an offset in the input and `length` counts its octets, `tag` is a number of the format,
 * all u32; `octet` is a u8 and a list is a u8 out of a closed table.
 */
export type Part = 'place' | 'length' | 'tag' | 'octet' | readonly number[]

/** A kind of item: its first octet, then its numbers. */
export interface Form {
  readonly name: string
  readonly code: number
  readonly parts: readonly Part[]
}

export interface RawItem {
  readonly form: Form
  readonly numbers: readonly number[]
}

export const OPENPGP_FORMS: readonly Form[] = [
  { name: 'packet', code: 1, parts: ['octet', 'place', 'place', 'length'] },
  { name: 'field', code: 2, parts: [Object.values(ROLE), 'place', 'length'] },
  { name: 'flaw', code: 3, parts: [Object.values(FLAW)] },
  { name: 'stop', code: 4, parts: ['place'] },
  { name: 'block', code: 5, parts: [Object.values(LABEL), 'place', 'place', 'place', 'place'] },
  { name: 'frame', code: 6, parts: ['place', 'place', 'place'] },
]

/** Types of values in RPM headers (docs/rpm-grammar.md). */
const RPM_TYPES = [1, 2, 3, 4, 5, 6, 7, 8, 9]

export const RPM_FORMS: readonly Form[] = [
  ...OPENPGP_FORMS,
  { name: 'entry', code: 7, parts: ['tag', RPM_TYPES, 'place', 'length'] },
]

const WIDE: ReadonlySet<Part> = new Set<Part>(['place', 'length', 'tag'])

/** Items of a reply that is known to be well-formed. */
export function decodeRaw(forms: readonly Form[], reply: Uint8Array): RawItem[] {
  const reader = new Reader(reply)
  const items: RawItem[] = []
  while (reader.left > 0) {
    const code = reader.u8()
    const form = forms.find((one) => one.code === code)
    if (form === undefined) throw new Error(`expected an item of the grammar, found ${code}`)
    items.push({ form, numbers: form.parts.map((part) => readPart(reader, part)) })
  }
  return items
}

function readPart(reader: Reader, part: Part): number {
  return WIDE.has(part) ? reader.u32() : reader.u8()
}

/** Numbers beyond their part's size wrap around. */
export function encodeRaw(items: readonly RawItem[]): Uint8Array {
  const writer = new Writer()
  for (const { form, numbers } of items) {
    writer.u8(form.code)
    for (const [index, part] of form.parts.entries()) {
      const number = numbers[index] ?? 0
      if (WIDE.has(part)) writer.u32(number)
      else writer.u8(number)
    }
  }
  return writer.take()
}

/** The item with one number changed. */
export function withNumber(item: RawItem, index: number, number: number): RawItem {
  return { ...item, numbers: item.numbers.with(index, number) }
}
