/**
 * The liar: false replies about an input, by category. It knows a reply's grammar and the true reply, and nothing of
 * what the manager checks.
 */
import { decodeRaw, encodeRaw, type Form, type Part, type RawItem, withNumber } from './grammar.ts'
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

type Items = readonly RawItem[]
/** Undefined where a lie of the category cannot be told about this input. */
type Twist = (truth: Truth, random: Random) => Items | undefined
type RawTwist = (truth: Truth, random: Random) => Uint8Array | undefined

function indexesOf(items: Items, name?: string): number[] {
  return [...items.keys()].filter((index) => name === undefined || items[index]?.form.name === name)
}

function pickIndex(items: Items, random: Random, name?: string): number | undefined {
  const indexes = indexesOf(items, name)
  return indexes.length === 0 ? undefined : random.pick(indexes)
}

/** A number near one that the true reply holds, near the input's end, or at the edge of its type. */
function plausible({ items, input }: Truth, part: Part, random: Random): number {
  if (part === 'octet') return random.pick([2, 6, 13, 14, 17, 10, 60, random.below(256)])
  if (part !== 'place' && part !== 'length') return random.pick(part)
  const known = [0, input.length, ...items.flatMap(({ numbers }) => numbers)]
  const edges = [2 ** 31, 2 ** 32 - 1, 2 ** 16, random.below(input.length + 2)]
  const number = random.chance(1, 6) ? random.pick(edges) : random.pick(known)
  return Math.max(0, number + random.pick([0, 0, 0, 1, -1, 2, -2, 6]))
}

function invented(truth: Truth, random: Random): RawItem {
  const { forms, items } = truth
  // mostly of the kinds that this reply has
  const own = items.length > 0 && random.chance(3, 4) ? random.pick(items).form : random.pick(forms)
  return { form: own, numbers: own.parts.map((part) => plausible(truth, part, random)) }
}

const grammar: Twist = (truth, random) => {
  const length = random.below(truth.items.length + 3)
  const keeps = random.chance(1, 2)
  return Array.from({ length }, (_, index) => {
    const item = truth.items[index]
    return keeps && item !== undefined && random.chance(4, 5) ? item : invented(truth, random)
  })
}

/** One number of one item: one more or less, zero, high bit, twice, another part of the item, or any near one. */
const number: Twist = (truth, random) => {
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
const swapped: Twist = ({ items }, random) => {
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

const dropped: Twist = ({ items }, random) => {
  const [begin, end] = run(items, random) ?? [0, 0]
  return items.toSpliced(begin, end - begin)
}

const duplicated: Twist = ({ items }, random) => {
  const [begin, end] = run(items, random) ?? [0, 0]
  const at = random.chance(1, 2) ? end : random.below(items.length + 1)
  return items.toSpliced(at, 0, ...items.slice(begin, end))
}

const reordered: Twist = ({ items }, random) => {
  const [begin, end] = run(items, random) ?? [0, 0]
  const rest = items.toSpliced(begin, end - begin)
  return rest.toSpliced(random.below(rest.length + 1), 0, ...items.slice(begin, end))
}

function made({ forms }: Truth, name: string, numbers: readonly number[]): RawItem | undefined {
  const form = forms.find((one) => one.name === name)
  return form === undefined ? undefined : { form, numbers }
}

const flawPut: Twist = (truth, random) => {
  const flaw = made(truth, 'flaw', [random.pick([1, 2])])
  if (flaw === undefined) return undefined
  return truth.items.toSpliced(random.below(truth.items.length + 1), random.below(2), flaw)
}

/** A packet is called malformed or unsupported: its fields are left out, a flaw stands for them. Signatures first. */
const calledFlawed: Twist = (truth, random) => {
  const { items } = truth
  const packets = indexesOf(items, 'packet')
  const signatures = packets.filter((index) => items[index]?.numbers[0] === 2)
  const choice = signatures.length > 0 && random.chance(3, 4) ? signatures : packets
  const flaw = made(truth, 'flaw', [random.pick([1, 2])])
  if (choice.length === 0 || flaw === undefined) return undefined
  const at = random.pick(choice)
  const next = packets.find((index) => index > at) ?? items.length
  return items.toSpliced(at + 1, next - at - 1, flaw)
}

/** Reading is said to end early: at an item's place or anywhere, with or without what follows. */
const stopPut: Twist = (truth, random) => {
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
const roles: Twist = ({ items }, random) => {
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
const shifted: Twist = ({ items }, random) => {
  const from = pickIndex(items, random)
  if (from === undefined) return undefined
  const until = random.chance(1, 2) ? items.length : from + 1 + random.below(items.length - from)
  const by = random.pick([1, -1, 2, -2, 3, 6, -6, 256, 2 ** 31])
  return items.map((item, index) => (index < from || index >= until ? item : moved(item, by)))
}

/** Two neighbours of a kind become one from the start of the first to the end of the second. */
const merged: Twist = ({ items }, random) => {
  const neighbours = (name: string): (readonly [number, number])[] => {
    const indexes = indexesOf(items, name)
    return indexes.flatMap((at, order) => {
      const next = indexes[order + 1]
      return next === undefined ? [] : [[at, next] as const]
    })
  }
  const pairs = [...neighbours('packet'), ...neighbours('block')]
  if (pairs.length === 0) return undefined
  const [at, next] = random.pick(pairs)
  const [one, two] = [items[at], items[next]]
  if (one === undefined || two === undefined) return undefined
  const [, begin = 0, body = 0, , end = 0] = one.numbers
  const [, , body2 = 0, length2 = 0] = two.numbers
  const whole =
    one.form.name === 'packet'
      ? withNumber(one, 3, body2 + length2 - body)
      : {
          ...one,
          numbers: [one.numbers[0] ?? 0, begin, body, two.numbers[3] ?? 0, two.numbers[4] ?? end],
        }
  const between = random.chance(1, 2) ? items.slice(at + 1, next) : []
  const rest = items.slice(next + 1)
  const from = rest.findIndex(({ form }) => form === one.form)
  const after = random.chance(1, 2) ? rest : rest.slice(from < 0 ? rest.length : from)
  return [...items.slice(0, at), whole, ...between, ...after]
}

/** One packet or block becomes two, with or without a gap between them. */
const split: Twist = ({ items, input }, random) => {
  const at = pickIndex(items, random, 'packet') ?? pickIndex(items, random, 'block')
  const item = at === undefined ? undefined : items[at]
  if (at === undefined || item === undefined) return undefined
  const [first = 0, begin = 0, body = 0, fourth = 0, end = 0] = item.numbers
  const isPacket = item.form.name === 'packet'
  const bodyEnd = isPacket ? body + fourth : fourth
  if (bodyEnd - body < 4) return undefined
  const cut = cutIn(input, body, bodyEnd, isPacket, random)
  const resume = Math.min(bodyEnd, cut + random.pick([0, 2, 3, 65]))
  const tag = random.chance(1, 2) ? first : random.pick([2, 13, 60])
  const halves: readonly (readonly number[])[] = isPacket
    ? [
        [first, begin, body, cut - body],
        [tag, cut, resume, bodyEnd - resume],
      ]
    : [
        [first, begin, body, cut, random.pick([cut, end])],
        [first, random.pick([begin, cut, resume]), resume, bodyEnd, end],
      ]
  const pair = halves.map((numbers) => ({ form: item.form, numbers }))
  return items.toSpliced(at, 1, ...pair)
}

/** Where packets are cut so that a header might follow, and text after a line. */
function cutIn(
  input: Uint8Array,
  from: number,
  until: number,
  isPacket: boolean,
  random: Random,
): number {
  const start = from + 1 + random.below(until - from - 1)
  if (random.chance(1, 3)) return start
  const looks = (octet: number): boolean => (isPacket ? octet >= 0x80 : octet === 0x0a)
  const found = input.subarray(start, until).findIndex(looks)
  return found < 0 ? start : start + found + (isPacket ? 0 : 1)
}

/** What lies inside a packet is said to be packets of their own: the truth about a part, moved to its place. */
const unpacked: Twist = ({ forms, items, input, about }, random) => {
  const at = pickIndex(items, random, 'packet')
  const item = at === undefined ? undefined : items[at]
  if (at === undefined || item === undefined) return undefined
  const [, , body = 0, length = 0] = item.numbers
  const end = body + length
  const heads = [...input.subarray(body, end).keys()].filter((place) => {
    const octet = input[body + place] ?? 0
    return HEADS.has(octet >= 0xc0 ? octet % 64 : octet < 0x80 ? 0 : Math.trunc((octet % 64) / 4))
  })
  if (heads.length === 0) return undefined
  const tries = random.chance(1, 3)
    ? [random.pick(heads)]
    : [...heads.slice(0, 3), ...[1, 2, 3].map(() => random.pick(heads))]
  const parts = tries.map((head) => ({
    cut: body + head,
    inside: decodeRaw(forms, about(input.slice(body + head, end))),
  }))
  // best of all a part that can be read to its end
  const whole = parts.find((part) => part.inside.every(({ form }) => form.name !== 'stop'))
  const { cut, inside: found } = whole ?? random.pick(parts)
  const inside = found.map((inner) => moved(inner, cut))
  const rest = items.slice(at + 1)
  const next = rest.findIndex(({ form }) => form === item.form)
  const after = rest.slice(next < 0 ? rest.length : next)
  return [...items.slice(0, at), withNumber(item, 3, cut - body), ...inside, ...after]
}

/** Tags of what a certificate or a signature file is made of. */
const HEADS: ReadonlySet<number> = new Set([2, 6, 13, 14])

function moved(item: RawItem, by: number): RawItem {
  const numbers = item.numbers.map((value, index) =>
    item.form.parts[index] === 'place' ? Math.max(0, value + by) : value,
  )
  return { ...item, numbers }
}

/** Single bits and octets of the encoded reply. */
const octets: RawTwist = ({ reply }, random) => {
  if (reply.length === 0) return Uint8Array.of(random.below(256))
  const copy = Uint8Array.from(reply)
  for (let count = 1 + random.below(3); count > 0; count -= 1) {
    const at = random.below(copy.length)
    copy[at] = random.chance(1, 2) ? (copy[at] ?? 0) ^ (2 ** random.below(8)) : random.below(256)
  }
  return copy
}

const truncated: RawTwist = ({ reply }, random) =>
  reply.length === 0 ? undefined : reply.slice(0, random.below(reply.length))

const extended: RawTwist = (truth, random) => {
  const extra = random.pick([
    encodeRaw([invented(truth, random)]),
    truth.reply,
    Uint8Array.of(random.below(256)),
    new Uint8Array(1 + random.below(20)),
  ])
  return Uint8Array.from([...truth.reply, ...extra])
}

const empty: RawTwist = () => new Uint8Array(0)
const another: RawTwist = (truth, random) => truth.another(random)
const earlier: RawTwist = (truth, random) => truth.earlier(random)

const raw =
  (twist: Twist): RawTwist =>
  (truth, random) => {
    const items = twist(truth, random)
    return items === undefined ? undefined : encodeRaw(items)
  }

const TWISTS = {
  number,
  swapped,
  dropped,
  duplicated,
  reordered,
  'flaw put': flawPut,
  'called flawed': calledFlawed,
  'stop put': stopPut,
  'roles exchanged': roles,
  shifted,
  merged,
  split,
  unpacked,
} as const satisfies Readonly<Record<string, Twist>>

/** Two or three lies at once. */
const compound: Twist = (truth, random) => {
  let items: Items | undefined = truth.items
  for (let count = 2 + random.below(2); count > 0 && items !== undefined; count -= 1) {
    items = random.pick(Object.values(TWISTS))({ ...truth, items }, random)
  }
  return items
}

const CATEGORIES: ReadonlyMap<string, RawTwist> = new Map([
  ['from the grammar', raw(grammar)],
  ...Object.entries(TWISTS).map(([name, twist]) => [name, raw(twist)] as const),
  ['compound', raw(compound)],
  ['octets', octets],
  ['about another input', another],
  ['replay', earlier],
  ['truncated', truncated],
  ['extended', extended],
  ['empty', empty],
])

export interface Lie {
  readonly category: string
  readonly reply: Uint8Array
}

/** Lies about one input, category after category, without end. What would be true by accident is not told. */
export function* liesAbout(truth: Truth, random: Random): Generator<Lie, never> {
  for (;;) {
    for (const [category, twist] of CATEGORIES) {
      const reply = twist(truth, random)
      if (reply === undefined || Buffer.compare(reply, truth.reply) === 0) continue
      yield { category, reply }
    }
  }
}

/** Names of all categories, for counts that show a zero. */
export const CATEGORY_NAMES: readonly string[] = [...CATEGORIES.keys()]
