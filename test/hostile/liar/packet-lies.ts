/** Lies about where packets and blocks begin and end, and about what they are. */
import { decodeRaw, withNumber } from './grammar.ts'
import type { Random } from './random.ts'
import { indexesOf, made, moved, pickIndex, type Twist } from './truth.ts'

/** A packet is called malformed or unsupported: its fields are left out, a flaw stands for them. Signatures first. */
export const calledFlawed: Twist = (truth, random) => {
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

/** Two neighbours of a kind become one from the start of the first to the end of the second. */
export const merged: Twist = ({ items }, random) => {
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
export const split: Twist = ({ items, input }, random) => {
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
export const unpacked: Twist = ({ forms, items, input, about }, random) => {
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
