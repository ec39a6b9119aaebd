/**
 * The shape of a policy file, checked with zod: which keys may stand where, and what a value may be. Trusted side; the file
 * is the administrator's. Refuses unknown keys, unless `ignore_invalid` of the same table names them, and every value that
 * is not `"always"`, `"never"`, a date or a time with its offset.
 */
import { z } from 'zod'
import type { UnixSeconds } from '../openpgp/model.ts'
import type { Cutoff } from './policy.ts'
import {
  AEAD_KEYS,
  ASYMMETRIC_KEYS,
  HASH_KEYS,
  PACKET_KEYS,
  SYMMETRIC_KEYS,
} from './policy-keys.ts'

/** One table of the file: what it says of each key, and of those that it does not name. */
export interface Table<T> {
  readonly disposition: Cutoff | undefined
  readonly values: ReadonlyMap<string, T>
}

const DATE = /^\d{4}-\d{2}-\d{2}$/
const TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/

/** TOML's own dates are Date objects whose text is what the file says. */
function cutoffOf(value: unknown): Cutoff | undefined {
  if (value === 'always' || value === 'never') return value
  const text = value instanceof Date ? value.toISOString() : value
  if (typeof text !== 'string') return undefined
  const isDate = DATE.test(text)
  if (!isDate && !TIME.test(text)) return undefined
  const milliseconds = Date.parse(isDate ? `${text}T00:00:00Z` : text)
  if (Number.isNaN(milliseconds)) return undefined
  // Date.parse makes the second of March of the thirtieth of February
  const day = text.slice(0, 10)
  if (new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) !== day) return undefined
  return Math.floor(milliseconds / 1000) as UnixSeconds // whole seconds
}

const cutoff = z.unknown().transform((value, context): Cutoff => {
  const result = cutoffOf(value)
  if (result !== undefined) return result
  context.addIssue({ code: 'custom', message: 'expected "always", "never", a date or a time' })
  return z.NEVER
})

const IGNORE = 'ignore_invalid'
const DISPOSITION = 'default_disposition'
const names = z.union([z.string().transform((name) => [name]), z.array(z.string())])
const record = z.record(z.string(), z.unknown())
/** A section's own disposition can only be `never` (sequoia-policy-config); a key's can be any cut-off. */
const onlyNever = z.literal('never')

function table<T>(
  known: ReadonlyMap<string, z.ZodType<T>>,
  disposition: z.ZodType<Cutoff>,
): z.ZodType<Table<T>> {
  return record.transform((entries, context): Table<T> => {
    const values = new Map<string, T>()
    let byDefault: Cutoff | undefined
    let ignored: ReadonlySet<string> = new Set()
    const read = <U>(schema: z.ZodType<U>, key: string, value: unknown): U | undefined => {
      const result = schema.safeParse(value)
      if (result.success) return result.data
      for (const { path, message } of result.error.issues) {
        context.addIssue({ code: 'custom', path: [key, ...path], message })
      }
      return undefined
    }
    if (Object.hasOwn(entries, IGNORE)) {
      ignored = new Set(read(names, IGNORE, entries[IGNORE]))
    }
    for (const [key, value] of Object.entries(entries)) {
      const schema = known.get(key)
      if (key === IGNORE) continue
      if (key === DISPOSITION) byDefault = read(disposition, key, value)
      else if (schema !== undefined) {
        const data = read(schema, key, value)
        if (data !== undefined) values.set(key, data)
      } else if (!ignored.has(key)) {
        context.addIssue({ code: 'custom', path: [key], message: 'unknown key' })
      }
    }
    return { disposition: byDefault, values }
  })
}

/** A value, or a table whose `default_disposition` is the value. */
function nuanced(keys: readonly string[]): z.ZodType<Table<Cutoff>> {
  const inner = table(new Map(keys.map((key) => [key, cutoff])), cutoff)
  return z.preprocess((value) => (isTable(value) ? value : { [DISPOSITION]: value }), inner)
}

function isTable(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && !(value instanceof Date) && !Array.isArray(value)
  )
}

function section(keys: Iterable<readonly [string, readonly string[]]>): z.ZodType<Table<Rule>> {
  return table(new Map([...keys].map(([key, inner]) => [key, nuanced(inner)])), onlyNever)
}

/** What the file says of one key: a cut-off by default, and others for its uses or versions. */
export type Rule = Table<Cutoff>

const plain = (keys: readonly string[]): z.ZodType<Table<Rule>> =>
  section(keys.map((key) => [key, []]))

const HASH_USES = ['collision_resistance', 'second_preimage_resistance']

const sections: ReadonlyMap<string, z.ZodType<Table<Rule>>> = new Map([
  ['hash_algorithms', section([...HASH_KEYS.keys()].map((key) => [key, HASH_USES]))],
  ['asymmetric_algorithms', plain(ASYMMETRIC_KEYS)],
  ['symmetric_algorithms', plain(SYMMETRIC_KEYS)],
  ['aead_algorithms', plain(AEAD_KEYS)],
  ['packets', section(PACKET_KEYS)],
])

/** The whole file; sections by name. */
export const policyFile: z.ZodType<Table<Table<Rule>>> = table(
  sections,
  z.never({ error: 'unknown key' }),
)
