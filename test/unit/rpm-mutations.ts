/** RPM headers for property tests: good ones, good ones with numbers or octets changed, and ones that were never good. */
import fc from 'fast-check'
import { concat, fill } from './build.ts'
import { type Entry, header, make, patched, type Role, words } from './rpm-build.ts'
import { mutated } from './sanitise-mutations.ts'

export interface RpmInput {
  readonly role: Role
  readonly input: Uint8Array
}

const tag = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 100, max: 5130 }) },
  { weight: 1, arbitrary: fc.constantFrom(100, 267, 268, 1000, 2 ** 31, 2 ** 32 - 1) },
)
const name = fc.string({ unit: fc.constantFrom('a', 'ü', '/', ' '), maxLength: 5 })
const number = fc.nat(70_000)
const several = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(values, { minLength: 1, maxLength: 4 })

const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc.tuple(tag, name).map(([one, value]) => make.string(one, value)),
  fc.tuple(tag, several(name)).map(([one, values]) => make.strings(one, ...values)),
  fc.tuple(tag, several(name)).map(([one, values]) => make.i18n(one, ...values)),
  fc.tuple(tag, several(fc.nat(65_535))).map(([one, values]) => make.int16(one, ...values)),
  fc.tuple(tag, several(number)).map(([one, values]) => make.int32(one, ...values)),
  fc.tuple(tag, several(number)).map(([one, values]) => make.int64(one, ...values)),
  fc.tuple(tag, several(fc.nat(255))).map(([one, values]) => make.bin(one, values)),
  fc.tuple(tag, several(fc.nat(255))).map(([one, values]) => make.char(one, values)),
  fc.tuple(tag, several(fc.nat(255))).map(([one, values]) => make.int8(one, values)),
)

const role = fc.constantFrom<Role>('signatures', 'header')
const entries = fc.uniqueArray(entry, { maxLength: 7, selector: (one) => one.tag })

/** Headers that hold; in those of signatures the region may end before the last entry. */
export const good: fc.Arbitrary<RpmInput> = fc
  .tuple(role, entries, fc.nat(), fc.constantFrom(61, 62, 62))
  .map(([which, list, cut, trailerTag]) => {
    if (which === 'header') return { role: which, input: header(which, list) }
    const ril = 1 + (cut % (list.length + 1))
    return { role: which, input: header(which, list, { ril, trailerTag }) }
  })

/** Numbers at the edges of what the grammar counts. */
const edge = fc.oneof(
  fc.constantFrom(0, 1, 2, 6, 7, 8, 10, 15, 16, 17, 61, 62, 63, 64, 99, 100),
  fc.constantFrom(2 ** 16 - 1, 2 ** 16, 1_048_575, 1_048_576, 2 ** 24, 2 ** 28, 2 ** 29, 2 ** 30),
  fc.constantFrom(2 ** 31 - 1, 2 ** 31, 2 ** 32 - 16, 2 ** 32 - 1),
  fc.nat(12).map((count) => 2 ** 32 - 16 * (count + 1)),
)
const near = fc.constantFrom(1, -1, 2, -2, 4, -4, 8, -8, 16, -16, 2 ** 31, 2 ** 28)

interface Change {
  readonly at: number
  /** the number itself, or how far from the one that is there */
  readonly to: number
  readonly isRelative: boolean
}
const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(),
  to: fc.oneof(edge, near),
  isRelative: fc.boolean(),
})

/** One of the numbers of intro, index or trailer is changed: they stand at every fourth octet up to the store's end. */
function withChange(input: Uint8Array, { at, to, isRelative }: Change): Uint8Array {
  if (input.length < 36) return input
  const view = Buffer.from(input)
  const index = 16 + 16 * view.readUInt32BE(8)
  const trailer = index + view.readUInt32BE(24)
  const numbers = Math.min(index, input.length - 4) / 4
  const isInTrailer = at % 4 === 0 && trailer + 16 <= input.length
  const place = isInTrailer ? trailer + 4 * ((at / 4) % 4) : 4 * (Math.floor(at / 4) % numbers)
  const old = view.readUInt32BE(Math.floor(place))
  const value = ((isRelative ? old + to : to) + 2 ** 32) % 2 ** 32
  return patched(input, Math.floor(place), value)
}

/** A header with one or two numbers changed. */
export function renumbered(input: Uint8Array): fc.Arbitrary<Uint8Array> {
  return fc
    .array(change, { minLength: 1, maxLength: 2 })
    .map((changes) => changes.reduce(withChange, input))
}

export const numbered: fc.Arbitrary<RpmInput> = good.chain(({ role: which, input }) =>
  renumbered(input).map((octets) => ({ role: which, input: octets })),
)

/** A few octets are changed, cut or put in, and the header says its new length or its old one. */
export const spoilt: fc.Arbitrary<RpmInput> = fc
  .tuple(good, fc.boolean())
  .chain(([{ role: which, input }, says]) =>
    mutated(fc.constant(input)).map((octets) => {
      if (!says || octets.length < 16) return { role: which, input: octets }
      const index = 16 + 16 * Buffer.from(octets).readUInt32BE(8)
      const length = octets.length - index
      return { role: which, input: length < 0 ? octets : patched(octets, 12, length) }
    }),
  )

/** An index of numbers that nobody laid out, over a store of any octets, behind a region that may hold. */
export const wild: fc.Arbitrary<RpmInput> = fc
  .record({
    role,
    rows: fc.array(
      fc.tuple(
        fc.oneof(tag, edge),
        fc.oneof(fc.nat(10), edge),
        fc.oneof(fc.nat(40), edge),
        fc.oneof(fc.nat(6), edge),
      ),
      { maxLength: 5 },
    ),
    store: fc.uint8Array({ maxLength: 60 }),
    ril: fc.option(fc.nat(7), { nil: undefined }),
  })
  .map(({ role: which, rows, store, ril }) => {
    const regionTag = which === 'header' ? 63 : 62
    const back = 16 * (ril ?? rows.length + 1)
    const trailer = words(regionTag, 7, (2 ** 32 - back) % 2 ** 32, 16)
    const whole = concat(store, trailer)
    const intro = words(0x8eade801, 0, rows.length + 1, whole.length)
    const region = words(regionTag, 7, store.length, 16)
    return { role: which, input: concat(intro, region, ...rows.map((row) => words(...row)), whole) }
  })

/** Any octets, and any behind a magic. */
export const noise: fc.Arbitrary<RpmInput> = fc
  .tuple(role, fc.uint8Array({ maxLength: 80 }), fc.boolean())
  .map(([which, octets, hasMagic]) => ({
    role: which,
    input: hasMagic ? concat(words(0x8eade801, 0), fill(3, 0), [2], octets) : octets,
  }))
