/**
 * The liar: false replies about an input, by category. It knows a reply's grammar and the true reply, and nothing of
 * what the manager checks.
 */
import { encodeRaw } from './grammar.ts'
import {
  dropped,
  duplicated,
  flawPut,
  grammar,
  number,
  reordered,
  roles,
  shifted,
  stopPut,
  swapped,
} from './item-lies.ts'
import { calledFlawed, merged, split, unpacked } from './packet-lies.ts'
import type { Random } from './random.ts'
import {
  arrayShortened,
  calledAbsent,
  calledBroken,
  digestFromElsewhere,
  namedAgain,
  regionElsewhere,
  spansAtOtherTags,
  stopDenied,
  truthOfAnother,
  typeExchanged,
} from './rpm-lies.ts'
import { type Items, invented, type Truth, type Twist } from './truth.ts'

/** A false reply as octets. */
type RawTwist = (truth: Truth, random: Random) => Uint8Array | undefined

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

type Twists = Readonly<Record<string, Twist>>

const OPENPGP_TWISTS = {
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
} as const satisfies Twists

const RPM_TWISTS = {
  number,
  swapped,
  dropped,
  duplicated,
  reordered,
  'flaw put': flawPut,
  'stop put': stopPut,
  shifted,
  'spans at other tags': spansAtOtherTags,
  'tag named again': namedAgain,
  "another package's truth": truthOfAnother,
  'digest from elsewhere': digestFromElsewhere,
  'array shortened': arrayShortened,
  'called absent': calledAbsent,
  'region elsewhere': regionElsewhere,
  'type exchanged': typeExchanged,
  'entry called broken': calledBroken,
  'stop denied': stopDenied,
} as const satisfies Twists

/** Two or three lies at once. */
const compoundOf =
  (twists: Twists): Twist =>
  (truth, random) => {
    let items: Items | undefined = truth.items
    for (let count = 2 + random.below(2); count > 0 && items !== undefined; count -= 1) {
      items = random.pick(Object.values(twists))({ ...truth, items }, random)
    }
    return items
  }

/** Kinds of lies by name, in the order in which they are told. */
export type Categories = ReadonlyMap<string, RawTwist>

function categoriesOf(twists: Twists): Categories {
  return new Map([
    ['from the grammar', raw(grammar)],
    ...Object.entries(twists).map(([name, twist]) => [name, raw(twist)] as const),
    ['compound', raw(compoundOf(twists))],
    ['octets', octets],
    ['about another input', another],
    ['replay', earlier],
    ['truncated', truncated],
    ['extended', extended],
    ['empty', empty],
  ])
}

export const OPENPGP_LIES: Categories = categoriesOf(OPENPGP_TWISTS)
export const RPM_LIES: Categories = categoriesOf(RPM_TWISTS)

export interface Lie {
  readonly category: string
  readonly reply: Uint8Array
}

/** Lies about one input, category after category, without end. What would be true by accident is not told. */
export function* liesAbout(
  categories: Categories,
  truth: Truth,
  random: Random,
): Generator<Lie, never> {
  for (;;) {
    for (const [category, twist] of categories) {
      const reply = twist(truth, random)
      if (reply === undefined || Buffer.compare(reply, truth.reply) === 0) continue
      yield { category, reply }
    }
  }
}
