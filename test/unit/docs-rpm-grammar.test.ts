/** docs/rpm-grammar.md says what both readers do: its table of types is compared with what they accept. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TYPE } from '../../manager/rpm/model.ts'
import { RPM_LIMITS } from '../../protocol/limits.ts'
import { fill } from './build.ts'
import { rpmItems } from './parse.ts'
import { type Entry, entryAt, header, make, patched } from './rpm-build.ts'
import { readByBoth } from './rpm-read.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/rpm-grammar.md'), 'utf8')
const start = page.indexOf('<!-- table: types -->')
const ROWS = page
  .slice(start)
  .split('\n')
  .slice(3)
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  .map(([type, name = '', size = '', alignment]) => ({
    type: Number(type),
    name,
    size,
    alignment: Number(alignment),
  }))

/** A header whose first entry is one octet, and whose second has this type and these octets from this place on. */
function second(type: number, count: number, data: Uint8Array, offset: number): Uint8Array {
  const gap = make.bin(2000, [1])
  const entry: Entry = {
    tag: 2001,
    type: 1,
    count,
    data: Buffer.concat([fill(offset - 1, 0), data]),
  }
  const made = header('header', [gap, entry])
  const at = entryAt(2)
  return patched(patched(made, at + 4, type), at + 8, offset)
}

const isRead = (input: Uint8Array): boolean => readByBoth(input) === '3 entries'

describe('docs/rpm-grammar.md', () => {
  it('names every type of the model, in its order', () => {
    const camel = (name: string): string => name.replaceAll('_', '').toLowerCase()
    const model = Object.entries(TYPE).map(([name, type]) => [type, name.toLowerCase()])
    expect(ROWS.map(({ type, name }) => [type, camel(name)])).toEqual(model)
  })

  it('names every type that both readers accept', () => {
    const accepted = Array.from({ length: 20 }, (_, type) => type).filter((type) =>
      isRead(
        second(
          type,
          1,
          type < 6 ? fill([1, 1, 1, 2, 4, 8][type] ?? 1) : fill(1, 0),
          type < 3 ? 1 : type < 6 ? 2 ** (type - 2) : 1,
        ),
      ),
    )
    expect(accepted).toEqual(ROWS.map(({ type }) => type))
  })

  it.each(ROWS)(
    '$name: alignment and size are those of both readers',
    ({ type, size, alignment }) => {
      const isText = size === 'to the NUL'
      const octets = (length: number): Uint8Array => fill(length, isText ? 0 : 7)
      const width = isText ? 1 : Number(size)
      const count = type === TYPE.string ? 1 : 3
      const places = [1, 2, 3, 4, 5, 8, 9, 16].filter((offset) =>
        isRead(second(type, count, octets(width * count), offset)),
      )
      // behind one octet there is one place
      expect(places).toEqual([alignment])
      const items = rpmItems('header', second(type, count, octets(width * count), alignment))
      expect(items[2]).toMatchObject({ type, length: width * count })
      for (const wrong of [width * count - 1, width * count + 1]) {
        expect(isRead(second(type, count, octets(wrong), alignment))).toBe(false)
      }
    },
  )

  it('states the largest count', () => {
    expect(page).toContain(`above ${RPM_LIMITS.maxValues.toLocaleString('en')} only for type 7`)
  })
})
