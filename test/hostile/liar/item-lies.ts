/** Lies about items, whatever they are: numbers, order, what is left out, what is put in. */
import { withNumber } from './grammar.ts'
import type { Random } from './random.ts'
import {
  type Items,
  indexesOf,
  invented,
  made,
  moved,
  pickIndex,
  plausible,
  type Twist,
} from './truth.ts'

export const grammar: Twist = (truth, random) => {
  const length = random.below(truth.items.length + 3)
  const keeps = random.chance(1, 2)
  return Array.from({ length }, (_, index) => {
    const item = truth.items[index]
    return keeps && item !== undefined && random.chance(4, 5) ? item : invented(truth, random)
  })
}

/** One number of one item: one more or less, zero, high bit, twice, another part of the item, or any near one. */
export const number: Twist = (truth, random) => {
  const at = pickIndex(truth.items, random)
  const item = at === undefined ? undefined : truth.items[at]
  if (at === undefined || item === undefined) return undefined
  const index = random.below(item.numbers.length)
  const old = item.numbers[index] ?? 0
  const changed = random.pick([
    old + 1,
    old - 1,
    0,
    old + 2 ** 31,
    old * 2,
    old + 256,
    random.pick(item.numbers),
    plausible(truth, item.form.parts[index] ?? 'length', random),
  ])
  return truth.items.with(at, withNumber(item, index, changed))
}

/** The same number of two items, exchanged. */
export const swapped: Twist = ({ items }, random) => {
  const at = pickIndex(items, random)
  const item = at === undefined ? undefined : items[at]
  if (at === undefined || item === undefined) return undefined
  const to = random.pick(indexesOf(items, item.form.name))
  const other = items[to] ?? item
  const index = random.below(item.numbers.length)
  const [one, two] = [item.numbers[index] ?? 0, other.numbers[index] ?? 0]
  return items.with(at, withNumber(item, index, two)).with(to, withNumber(other, index, one))
}

/** A run of items: one alone, or a packet with all that is said of it. */
function run(items: Items, random: Random): readonly [number, number] | undefined {
  const begin = pickIndex(items, random)
  if (begin === undefined) return undefined
  if (random.chance(1, 3)) return [begin, begin + 1 + random.below(items.length - begin)]
  let end = begin + 1
  if (items[begin]?.form.name === 'packet' && random.chance(2, 3)) {
    while (end < items.length && items[end]?.form.name !== 'packet') end += 1
  }
  return [begin, end]
}

export const dropped: Twist = ({ items }, random) => {
  const [begin, end] = run(items, random) ?? [0, 0]
  return items.toSpliced(begin, end - begin)
}

export const duplicated: Twist = ({ items }, random) => {
  const [begin, end] = run(items, random) ?? [0, 0]
  const at = random.chance(1, 2) ? end : random.below(items.length + 1)
  return items.toSpliced(at, 0, ...items.slice(begin, end))
}

export const reordered: Twist = ({ items }, random) => {
  const [begin, end] = run(items, random) ?? [0, 0]
  const rest = items.toSpliced(begin, end - begin)
  return rest.toSpliced(random.below(rest.length + 1), 0, ...items.slice(begin, end))
}
export const flawPut: Twist = (truth, random) => {
  const flaw = made(truth, 'flaw', [random.pick([1, 2])])
  if (flaw === undefined) return undefined
  return truth.items.toSpliced(random.below(truth.items.length + 1), random.below(2), flaw)
}
/** Reading is said to end early: at an item's place or anywhere, with or without what follows. */
export const stopPut: Twist = (truth, random) => {
  const { items } = truth
  const at = random.below(items.length + 1)
  const place = random.chance(2, 3)
    ? (items[at]?.numbers[1] ?? 0)
    : plausible(truth, 'place', random)
  const stop = made(truth, 'stop', [place])
  if (stop === undefined) return undefined
  return items.toSpliced(at, random.chance(1, 2) ? items.length : 0, stop)
}

/** Roles and labels exchanged between two items, or for another of the table. */
export const roles: Twist = ({ items }, random) => {
  const closed = [...items.keys()].filter((index) => Array.isArray(items[index]?.form.parts[0]))
  if (closed.length === 0) return undefined
  const at = random.pick(closed)
  const item = items[at]
  const table = item?.form.parts[0]
  if (item === undefined || !Array.isArray(table)) return undefined
  const to = random.pick(closed)
  const other = items[to] ?? item
  if (other.form !== item.form || random.chance(1, 2)) {
    return items.with(at, withNumber(item, 0, random.pick(table)))
  }
  const [one = 0, two = 0] = [item.numbers[0], other.numbers[0]]
  return items.with(at, withNumber(item, 0, two)).with(to, withNumber(other, 0, one))
}

/** All places from an item on are moved by the same distance. */
export const shifted: Twist = ({ items }, random) => {
  const from = pickIndex(items, random)
  if (from === undefined) return undefined
  const until = random.chance(1, 2) ? items.length : from + 1 + random.below(items.length - from)
  const by = random.pick([1, -1, 2, -2, 3, 6, -6, 256, 2 ** 31])
  return items.map((item, index) => (index < from || index >= until ? item : moved(item, by)))
}
