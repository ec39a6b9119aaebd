/**
 * What holds for every RPM header, good or not: the handler never throws, what it writes re-encodes to itself, entries tile
 * the store, and the manager reads the same. An input on which an honest handler and the manager differ would end every
 * handler that it is sent to.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeItems, type Item } from '../../protocol/messages.ts'
import { Tainted } from '../../protocol/tainted.ts'
import { rpmItems } from './parse.ts'
import { entryAt, type Role } from './rpm-build.ts'
import { good, noise, numbered, type RpmInput, renumbered, spoilt, wild } from './rpm-mutations.ts'
import { readByBoth } from './rpm-read.ts'
import { contradictionOf, honest, RPM, said } from './sanitise-build.ts'
import { liesAbout, mutated } from './sanitise-mutations.ts'

const RUNS = 20_000

/** Entries tile the store: of what lies between two of them only zeros, up to the stop or the end. */
function expectTiling(input: Uint8Array, items: readonly Item[]): void {
  const entries = items.filter((item) => item.kind === 'entry')
  const last = items.at(-1)
  const isStopped = last?.kind === 'stop'
  expect(entries).toHaveLength(items.length - (isStopped ? 1 : 0))
  if (entries.length === 0) return
  const base = entryAt(Buffer.from(input).readUInt32BE(8))
  const places = isStopped ? entries.slice(1) : entries
  let next = base
  for (const { offset, length } of places.toSorted((one, two) => one.offset - two.offset)) {
    // in front of what stands behind a stop the trailer may lie
    if (!isStopped) expect(offset - next).toBeLessThan(8)
    if (!isStopped) expect(input.subarray(next, offset).every((octet) => octet === 0)).toBe(true)
    expect(offset).toBeGreaterThanOrEqual(next)
    expect(length).toBeGreaterThan(0)
    next = offset + length
  }
  if (!isStopped) expect(next).toBe(input.length)
  expect(next).toBeLessThanOrEqual(input.length)
}

describe('C2, C5: RPM headers are read alike by both sides', () => {
  it.each([
    ['good ones', good, [1, 1]],
    ['good ones with numbers changed', numbered, [0.01, 0.5]],
    ['good ones with octets changed', spoilt, [0.1, 0.9]],
    ['an index that nobody laid out', wild, [0, 0.5]],
    ['noise', noise, [0, 0]],
  ] as const)('%s', (_, inputs, [least, most]) => {
    let read = 0
    let stopsInside = 0
    fc.assert(
      fc.property(inputs, ({ role, input }: RpmInput) => {
        const outcome = readByBoth(input, role)
        if (outcome.endsWith('entries')) read += 1
        else if (outcome !== 'stop at 0' && outcome !== 'stop at 16') stopsInside += 1
        expectTiling(input, rpmItems(role, input))
      }),
      { numRuns: RUNS },
    )
    console.log(`${_}: ${read} read, ${stopsInside} stopped behind the region`)
    expect(read / RUNS).toBeGreaterThanOrEqual(least)
    expect(read / RUNS).toBeLessThanOrEqual(most)
  })
})

describe('C1: a lie about an RPM header is a violation, or says the same', () => {
  const inputs = fc.oneof(good, numbered, spoilt)

  it('item by item', () => {
    const lies = inputs.chain((one) => {
      const truth = honest(RPM[one.role].parse, one.input)
      return liesAbout(decodeItems(truth)).map((items) => ({ ...one, truth, items }))
    })
    let violations = 0
    fc.assert(
      fc.property(lies, ({ role, input, truth, items }) => {
        const found = contradictionOf(() => RPM[role].open(input, said(items)))
        if (found !== 'none') violations += 1
        else expect(items).toEqual(decodeItems(truth))
      }),
      { numRuns: 5_000 },
    )
    expect(violations).toBeGreaterThan(3_000)
  })

  it('octet by octet', () => {
    const lies = inputs.chain((one) => {
      const truth = honest(RPM[one.role].parse, one.input)
      return mutated(fc.constant(truth)).map((reply) => ({ ...one, truth, reply }))
    })
    fc.assert(
      fc.property(lies, ({ role, input, truth, reply }) => {
        const found = contradictionOf(() => RPM[role].open(input, new Tainted(reply)))
        if (found === 'none') expect(Buffer.compare(reply, truth)).toBe(0)
      }),
      { numRuns: 5_000 },
    )
  })

  it('a true reply about another header, or about this one as the other kind', () => {
    fc.assert(
      fc.property(inputs, inputs, ({ role, input }, other) => {
        const truth = honest(RPM[role].parse, input)
        const kinds: readonly Role[] = ['signatures', 'header']
        const replies = [
          honest(RPM[role].parse, other.input),
          ...kinds.map((kind) => honest(RPM[kind].parse, input)),
        ]
        for (const reply of replies) {
          const found = contradictionOf(() => RPM[role].open(input, new Tainted(reply)))
          if (found === 'none') expect(Buffer.compare(reply, truth)).toBe(0)
        }
      }),
      { numRuns: 3_000 },
    )
  })
})

const directory = process.env['PGP_AIRLOCK_VECTORS']
if (directory === undefined) {
  console.warn(
    'SKIPPED: parse-rpm-property, because PGP_AIRLOCK_VECTORS names no directory of vectors',
  )
}

/** Both headers of a package, cut by what they say of themselves; none where they say nonsense. */
function headersOf(file: Uint8Array): readonly RpmInput[] {
  const view = Buffer.from(file.buffer, file.byteOffset, file.length)
  const lengthAt = (at: number): number =>
    at + 16 > file.length ? 0 : 16 + 16 * view.readUInt32BE(at + 8) + view.readUInt32BE(at + 12)
  const [first, second] = [lengthAt(96), 96 + 8 * Math.ceil(lengthAt(96) / 8)]
  return [
    { role: 'signatures', input: file.slice(96, 96 + first) },
    { role: 'header', input: file.slice(second, second + lengthAt(second)) },
  ]
}

describe.skipIf(directory === undefined)('C2, C5: headers of real packages', () => {
  it('are read alike, as they are and changed', { timeout: 600_000 }, () => {
    const files = readdirSync(directory ?? '', { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.rpm'))
      .map((entry) => join(entry.parentPath, entry.name))
    expect(files.length).toBeGreaterThan(0)
    let whole = 0
    for (const file of files) {
      for (const { role, input } of headersOf(new Uint8Array(readFileSync(file)))) {
        if (readByBoth(input, role).endsWith('entries')) whole += 1
        if (input.length < 36) continue
        const change = fc.record({ at: fc.nat(), by: fc.integer({ min: 1, max: 255 }) })
        fc.assert(
          fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
            const octets = Uint8Array.from(input)
            for (const { at, by } of changes) {
              const place = at % octets.length
              octets[place] = ((octets[place] ?? 0) + by) % 256
            }
            readByBoth(octets, role)
          }),
          { numRuns: 20 },
        )
        fc.assert(
          fc.property(renumbered(input), (octets) => {
            readByBoth(octets, role)
          }),
          { numRuns: 80 },
        )
      }
    }
    console.log(`${files.length} packages, ${whole} headers that hold`)
    expect(whole).toBeGreaterThan(files.length)
  })
})
