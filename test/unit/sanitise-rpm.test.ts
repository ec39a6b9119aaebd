/**
 * What the manager keeps of an RPM header and of the parts of a package, and what it says where one breaks the grammar.
 */
import { describe, expect, it } from 'vitest'
import { attempt, Fault } from '../../manager/sanitise/fault.ts'
import {
  checkLead,
  checkPadding,
  paddingLength,
  readIntro,
} from '../../manager/sanitise/rpm-package.ts'
import { concat, fill } from './build.ts'
import { EVERY, entryAt, header, LEAD, make, patched, trailerAt, words } from './rpm-build.ts'
import { readRpm } from './sanitise-build.ts'

const MAIN = header('header', EVERY)
const SIGNATURES = header('signatures', [make.bin(268, [1]), make.bin(1008, fill(4, 0))], {
  ril: 2,
})
describe('C3: the clean model', () => {
  it('holds every entry by its tag, its octets a view of the input', () => {
    const reading = readRpm('header', MAIN)
    if (reading.status !== 'read') return expect.unreachable(reading.detail)
    const { octets, entries } = reading.header
    expect(octets).toBe(MAIN)
    expect([...entries.keys()]).toEqual(EVERY.map(({ tag }) => tag))
    for (const { tag, type, count, data } of EVERY) {
      const entry = entries.get(tag)
      expect(entry).toMatchObject({ tag, type, count, isInRegion: true })
      expect([...(entry?.data ?? [])]).toEqual([...data])
      expect(entry?.data.buffer).toBe(MAIN.buffer)
      const { offset, length } = entry?.place ?? { offset: 0, length: 0 }
      expect(MAIN.subarray(offset, offset + length)).toEqual(entry?.data)
    }
  })

  it('knows what stands behind the region, and leaves out the region itself', () => {
    const reading = readRpm('signatures', SIGNATURES)
    if (reading.status !== 'read') return expect.unreachable(reading.detail)
    const inside = [...reading.header.entries].map(([tag, { isInRegion }]) => [tag, isInRegion])
    expect(inside).toEqual([
      [268, true],
      [1008, false],
    ])
  })

  it.each([
    ['expected the magic of a header', 0, patched(MAIN, 0, 1)],
    ['expected the magic of a header', 0, patched(MAIN, 4, 1)],
    ['expected the magic of a header', 0, MAIN.subarray(0, 15)],
    ['expected at least one entry', 0, patched(MAIN, 8, 0)],
    ['expected as many octets as the header states', 0, concat(MAIN, [0])],
    ['expected the region as the first entry', 16, patched(MAIN, entryAt(0), 62)],
    ['expected a region of 16 octets', 16, patched(MAIN, entryAt(0) + 12, 17)],
    [
      'expected the trailer of the region in the store',
      16,
      patched(MAIN, entryAt(0) + 8, 2 ** 32 - 1),
    ],
    [
      'expected the tag and type of the region in its trailer',
      16,
      patched(MAIN, trailerAt(MAIN), 62),
    ],
    ['expected a trailer that counts 16 octets', 16, patched(MAIN, trailerAt(MAIN) + 12, 17)],
    ['expected a region of entries that are there', 16, patched(MAIN, trailerAt(MAIN) + 8, 0)],
    [
      'expected a region that is all of the header',
      16,
      patched(MAIN, trailerAt(MAIN) + 8, 2 ** 32 - 16),
    ],
    [
      'expected a tag from 100 on that is not there already',
      entryAt(2),
      patched(MAIN, entryAt(2), 99),
    ],
    ['expected a type from 1 to 9', entryAt(2), patched(MAIN, entryAt(2) + 4, 10)],
    ['expected a count of values that is possible', entryAt(3), patched(MAIN, entryAt(3) + 12, 0)],
    ['expected one string', entryAt(1), patched(MAIN, entryAt(1) + 12, 2)],
    [
      'expected values that begin where those of the entry before end',
      entryAt(2),
      patched(MAIN, entryAt(2) + 8, 0),
    ],
    ['expected values within the store', entryAt(4), patched(MAIN, entryAt(4) + 12, 1000)],
    ['expected as many strings as are counted', entryAt(2), patched(MAIN, entryAt(2) + 12, 1000)],
    [
      'expected the trailer behind the last entry of the region',
      entryAt(10),
      patched(MAIN, entryAt(9) + 12, 4),
    ],
    [
      'expected entries up to the end of the store',
      entryAt(2),
      header('signatures', [make.bin(268, [1])], { ril: 1, behind: [1] }),
    ],
  ] as const)('says why not: %s (byte %i)', (detail, offset, input) => {
    const role = detail.includes('end of the store') ? 'signatures' : 'header'
    expect(readRpm(role, input)).toEqual({ status: 'malformed', offset, detail })
  })

  it('says where padding is not zero', () => {
    const dirty = header('header', [make.bin(2000, [1]), make.int32(2001, 1)])
    dirty[entryAt(3) + 2] = 1
    const detail = 'expected zeros in front of the values'
    expect(readRpm('header', dirty)).toEqual({ status: 'malformed', offset: entryAt(2), detail })
  })
})

describe('the parts of a package', () => {
  const faultOf = (read: () => unknown): readonly [string, number] | undefined => {
    const fault = attempt(read)
    return fault instanceof Fault ? [fault.detail, fault.offset] : undefined
  }

  it('a lead: four octets, 74 that mean nothing, a type, 16 that mean nothing', () => {
    expect(faultOf(() => checkLead(LEAD))).toBeUndefined()
    for (const at of LEAD.keys()) {
      const changed = Uint8Array.from(LEAD, (octet, index) => (index === at ? octet ^ 1 : octet))
      const found = faultOf(() => checkLead(changed))
      if (at < 4) expect(found).toEqual(['expected its lead', 0])
      else if (at === 78 || at === 79) expect(found).toEqual(['expected signatures of type 5', 78])
      else expect(found).toBeUndefined()
    }
  })

  it('a lead that is cut', () => {
    for (let length = 0; length < LEAD.length; length += 1) {
      const found = faultOf(() => checkLead(LEAD.subarray(0, length)))
      if (length < 4) expect(found?.[1]).toBe(0)
      else expect(found).toEqual(['the file ends within the lead', length])
    }
  })

  it('what a header says of its size, whatever that is', () => {
    for (const [entries, storeLength] of [
      [1, 0],
      [2 ** 32 - 1, 2 ** 32 - 1],
    ] as const) {
      const intro = words(0x8eade801, 0, entries, storeLength)
      expect(readIntro(intro)).toEqual({ entries, storeLength })
      expect(faultOf(() => readIntro(intro.subarray(0, 15)))).toEqual([
        'expected the magic of a header',
        0,
      ])
    }
    expect(faultOf(() => readIntro(words(0x8eade801, 0, 0, 0)))).toEqual([
      'expected at least one entry',
      0,
    ])
  })

  it('padding: to a multiple of 8, zeros', () => {
    const lengths = Array.from({ length: 17 }, (_, length) => paddingLength(length))
    expect(lengths).toEqual([0, 7, 6, 5, 4, 3, 2, 1, 0, 7, 6, 5, 4, 3, 2, 1, 0])
    expect(faultOf(() => checkPadding(fill(7, 0), 9))).toBeUndefined()
    for (let at = 0; at < 7; at += 1) {
      const padding = fill(7, 0).with(at, 1)
      expect(faultOf(() => checkPadding(padding, 9))).toEqual([
        'expected zeros behind the signature header',
        9 + at,
      ])
    }
  })
})
