/** What the liar knows of an input, and what all lies share: the items of the true reply and numbers near its own. */
import { decodeRaw, type Form, type Part, type RawItem } from './grammar.ts'
import type { Random } from './random.ts'

/** What the liar knows when it lies about an input. */
export interface Truth {
  readonly forms: readonly Form[]
  readonly input: Uint8Array
  readonly reply: Uint8Array
  readonly items: readonly RawItem[]
  /** the true reply about another input of the same kind */
  another(random: Random): Uint8Array
  /** the true reply about a part of this input, if it were one */
  about(part: Uint8Array): Uint8Array
  /** the true reply about this input as it was before a change */
  earlier(random: Random): Uint8Array
}

export function truthOf(
  forms: readonly Form[],
  input: Uint8Array,
  reply: Uint8Array,
  replies: Pick<Truth, 'about' | 'another' | 'earlier'>,
): Truth {
  return { forms, input, reply, items: decodeRaw(forms, reply), ...replies }
}

export type Items = readonly RawItem[]
/** Undefined where a lie of the category cannot be told about this input. */
export type Twist = (truth: Truth, random: Random) => Items | undefined

export function indexesOf(items: Items, name?: string): number[] {
  return [...items.keys()].filter((index) => name === undefined || items[index]?.form.name === name)
}

export function pickIndex(items: Items, random: Random, name?: string): number | undefined {
  const indexes = indexesOf(items, name)
  return indexes.length === 0 ? undefined : random.pick(indexes)
}

/** Tags that a verdict depends on, and those of regions. */
export const RPM_TAGS: readonly number[] = [
  ...[61, 62, 63, 267, 268, 269, 273, 278, 279, 1002, 1004, 1005],
  ...[5092, 5093, 5097, 5121, 5122, 5123, 5124, 1000, 1035, 1116, 1117, 1118, 5011],
]

/** A number near one that the true reply holds, near the input's end, or at the edge of its type. */
export function plausible({ items, input }: Truth, part: Part, random: Random): number {
  if (part === 'octet') return random.pick([2, 6, 13, 14, 17, 10, 60, random.below(256)])
  if (part === 'tag') {
    const own = items.flatMap(({ form, numbers }) => (form.parts[0] === 'tag' ? numbers[0] : []))
    return random.pick([...RPM_TAGS, ...own.map((tag) => tag ?? 0), random.below(6000)])
  }
  if (part !== 'place' && part !== 'length') return random.pick(part)
  const known = [0, input.length, ...items.flatMap(({ numbers }) => numbers)]
  const edges = [2 ** 31, 2 ** 32 - 1, 2 ** 16, random.below(input.length + 2)]
  const number = random.chance(1, 6) ? random.pick(edges) : random.pick(known)
  return Math.max(0, number + random.pick([0, 0, 0, 1, -1, 2, -2, 6]))
}

/** A well-formed item of plausible numbers. */
export function invented(truth: Truth, random: Random): RawItem {
  const { forms, items } = truth
  // mostly of the kinds that this reply has
  const own = items.length > 0 && random.chance(3, 4) ? random.pick(items).form : random.pick(forms)
  return { form: own, numbers: own.parts.map((part) => plausible(truth, part, random)) }
}

/** An item by its form's name; undefined where the grammar has none. */
export function made(
  { forms }: Truth,
  name: string,
  numbers: readonly number[],
): RawItem | undefined {
  const form = forms.find((one) => one.name === name)
  return form === undefined ? undefined : { form, numbers }
}

/** The item with all its places moved. */
export function moved(item: RawItem, by: number): RawItem {
  const numbers = item.numbers.map((value, index) =>
    item.form.parts[index] === 'place' ? Math.max(0, value + by) : value,
  )
  return { ...item, numbers }
}
