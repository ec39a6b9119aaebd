/**
 * Lies about RPM headers: where entries are, which there are, and where the region ends. An entry's numbers are its tag, its
 * type, where its octets begin, how many they are.
 */
import { decodeRaw, type RawItem, withNumber } from './grammar.ts'
import type { Random } from './random.ts'
import {
  type Items,
  indexesOf,
  made,
  moved,
  pickIndex,
  plausible,
  RPM_TAGS,
  type Twist,
} from './truth.ts'

const REGIONS: readonly number[] = [61, 62, 63]
const STRINGS: ReadonlySet<number> = new Set([6, 8, 9])

const tagOf = ({ numbers }: RawItem): number => numbers[0] ?? 0
const isOfConsequence = (item: RawItem): boolean => RPM_TAGS.includes(tagOf(item))

/** An entry, mostly one that a verdict depends on, but not the region. */
function pickEntry(items: Items, random: Random): number | undefined {
  const entries = indexesOf(items, 'entry').slice(1)
  const useful = entries.filter((at) => isOfConsequence(items[at] ?? raise()))
  const choice = useful.length > 0 && random.chance(3, 4) ? useful : entries
  return choice.length === 0 ? undefined : random.pick(choice)
}

function raise(): never {
  throw new Error('expected an index of the list')
}

const withSpan = (item: RawItem, offset: number, length: number): RawItem =>
  withNumber(withNumber(item, 2, offset), 3, length)
const spanOf = ({ numbers }: RawItem): readonly [number, number] => [
  numbers[2] ?? 0,
  numbers[3] ?? 0,
]

/** Two entries with each other's octets, or one with those of another. */
export const spansAtOtherTags: Twist = ({ items }, random) => {
  const [at, to] = [pickEntry(items, random), pickIndex(items, random, 'entry')]
  if (at === undefined || to === undefined) return undefined
  const [one, other] = [items[at] ?? raise(), items[to] ?? raise()]
  const changed = items.with(at, withSpan(one, ...spanOf(other)))
  return random.chance(1, 2) ? changed : changed.with(to, withSpan(other, ...spanOf(one)))
}

/** One tag twice: the second time, or the first, with octets of another entry. */
export const namedAgain: Twist = ({ items }, random) => {
  const [at, to] = [pickEntry(items, random), pickIndex(items, random, 'entry')]
  if (at === undefined || to === undefined) return undefined
  const one = items[at] ?? raise()
  const again = withSpan(one, ...spanOf(items[to] ?? raise()))
  return items.toSpliced(random.pick([at, at + 1, items.length]), 0, again)
}

/** What another package's header says of a tag, or all that it says from there on. */
export const truthOfAnother: Twist = ({ forms, items, another }, random) => {
  const others = decodeRaw(forms, another(random))
  const at = pickEntry(items, random)
  if (at === undefined || others.length === 0) return undefined
  const tag = tagOf(items[at] ?? raise())
  const same = others.find((item) => item.form.name === 'entry' && tagOf(item) === tag)
  const other = same ?? random.pick(others)
  if (random.chance(1, 2)) return items.with(at, other)
  return [...items.slice(0, at), ...others.slice(others.indexOf(other))]
}

/** Where the input holds digits that could be a digest. */
function digestsIn(input: Uint8Array): readonly (readonly [number, number])[] {
  const text = Buffer.from(input).toString('latin1')
  return [...text.matchAll(/[0-9a-f]{40,128}\0/g)].map(({ index, 0: digits }) => [
    index,
    digits.length,
  ])
}

/** A tag's octets are said to be hexadecimal digits that stand somewhere else. */
export const digestFromElsewhere: Twist = (truth, random) => {
  const { items, input } = truth
  const at = pickEntry(items, random)
  const found = digestsIn(input)
  if (at === undefined || found.length === 0) return undefined
  const [offset, length] = random.pick(found)
  const item = withSpan(items[at] ?? raise(), offset, length)
  // or there is said to be a digest where there is none
  const tag = random.pick([5092, 5097, 273, tagOf(item)])
  return random.chance(1, 2) ? items.with(at, item) : items.with(at, withNumber(item, 0, tag))
}

/** Strings that end at an earlier NUL, or begin behind one. */
export const arrayShortened: Twist = ({ items, input }, random) => {
  const arrays = indexesOf(items, 'entry').filter((index) =>
    STRINGS.has(items[index]?.numbers[1] ?? 0),
  )
  if (arrays.length === 0) return undefined
  const at = random.pick(arrays)
  const item = items[at] ?? raise()
  const [offset, length] = spanOf(item)
  const ends = [...input.subarray(offset, offset + length).keys()]
    .filter((index) => input[offset + index] === 0)
    .map((index) => index + 1)
  const cut = random.pick([...ends.slice(0, -1), random.below(length + 1)])
  const isFront = random.chance(1, 2)
  const shorter = isFront ? withSpan(item, offset, cut) : withSpan(item, offset + cut, length - cut)
  return items.with(at, shorter)
}

/** An entry is not named; its octets are nobody's, or those of the one before it. */
export const calledAbsent: Twist = ({ items }, random) => {
  const at = pickEntry(items, random)
  if (at === undefined) return undefined
  const [offset, length] = spanOf(items[at] ?? raise())
  const before = items[at - 1] ?? raise()
  const without = items.toSpliced(at, 1)
  if (before.form.name !== 'entry' || random.chance(2, 3)) return without
  const [from] = spanOf(before)
  return without.with(at - 1, withNumber(before, 3, Math.max(0, offset + length - from)))
}

/** The region's trailer is said to lie elsewhere, to be longer, or another one's. */
export const regionElsewhere: Twist = (truth, random) => {
  const { items } = truth
  const [region] = items
  if (region === undefined || region.form.name !== 'entry') return undefined
  switch (random.below(4)) {
    case 0:
      return items.with(0, withNumber(region, 0, random.pick(REGIONS)))
    case 1:
      return items.with(0, withNumber(region, 2, plausible(truth, 'place', random)))
    case 2: {
      // where an entry begins, as if the region ended there
      const [offset] = spanOf(random.pick(items))
      return items.with(0, withSpan(region, offset, 16))
    }
    default:
      return items.with(0, moved(region, random.pick([16, -16, 1, -1])))
  }
}

export const typeExchanged: Twist = ({ items }, random) => {
  const at = pickEntry(items, random)
  return at === undefined
    ? undefined
    : items.with(at, withNumber(items[at] ?? raise(), 1, random.pick([6, 7, 8, 9, 4, 10])))
}

/** The index is said to break at an entry. */
export const calledBroken: Twist = (truth, random) => {
  const { items } = truth
  const at = random.below(items.length + 1)
  const stop = made(truth, 'stop', [16 + 16 * at])
  if (stop === undefined) return undefined
  return [...items.slice(0, at), stop, ...(random.chance(1, 4) ? items.slice(at) : [])]
}

/** A broken header is said to go on: entries as its index has them, each up to the next. */
export const stopDenied: Twist = ({ forms, items, input }) => {
  const form = forms.find(({ name }) => name === 'entry')
  if (items.at(-1)?.form.name !== 'stop' || form === undefined || input.length < 32) {
    return undefined
  }
  const view = Buffer.from(input)
  const named = items.slice(0, -1)
  const base = 16 + 16 * view.readUInt32BE(8)
  const rows: RawItem[] = []
  for (let at = 16 + 16 * named.length; at < base && at + 32 <= input.length; at += 16) {
    const offset = view.readUInt32BE(at + 8)
    const next = at + 16 < base ? view.readUInt32BE(at + 24) : input.length - base
    const numbers = [view.readUInt32BE(at), view.readUInt32BE(at + 4), base + offset]
    rows.push({ form, numbers: [...numbers, Math.max(0, next - offset)] })
  }
  return [...named, ...rows]
}
