/** docs/protocol.md says what the code does: every table is compared with the constants. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Writer } from '../../protocol/bytes.ts'
import { FRAME_KIND, FRAME_MAGIC, FRAME_VERSION, REJECT_CODE } from '../../protocol/frame.ts'
import { LAYER } from '../../protocol/hello.ts'
import { encodeItem, FLAW, type Item, LABEL, ROLE, VERB } from '../../protocol/messages.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/protocol.md'), 'utf8')

function table(name: string): string[][] {
  const start = page.indexOf(`<!-- table: ${name} -->`)
  expect(start, name).toBeGreaterThan(0)
  const rows = page.slice(start).split('\n').slice(3)
  const end = rows.findIndex((row) => !row.startsWith('|'))
  return rows.slice(0, end).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

const pairs = (constants: Readonly<Record<string, number>>): string[][] =>
  Object.entries(constants).map(([name, value]) => [String(value), name])

describe('docs/protocol.md', () => {
  it.each([
    ['kinds', FRAME_KIND],
    ['rejects', REJECT_CODE],
    ['layers', LAYER],
    ['verbs', VERB],
    ['roles', ROLE],
    ['flaws', FLAW],
    ['labels', LABEL],
  ] as const)('table %s holds the constants of the code', (name, constants) => {
    expect(table(name).map((row) => row.slice(0, 2))).toEqual(pairs(constants))
  })

  it('items are encoded field by field as the table has them', () => {
    const ITEMS: readonly Item[] = [
      { kind: 'packet', tag: 2, offset: 3, bodyOffset: 5, bodyLength: 7 },
      { kind: 'field', role: ROLE.hashed, offset: 6, length: 8 },
      { kind: 'flaw', flaw: FLAW.unsupported },
      { kind: 'stop', offset: 9 },
      { kind: 'block', label: LABEL.signature, begin: 1, body: 2, bodyEnd: 3, end: 4 },
      { kind: 'frame', begin: 1, text: 2, textEnd: 3 },
      { kind: 'entry', tag: 1, type: 2, offset: 3, length: 4 },
    ]
    const rows = table('items')
    expect(rows.map(([, name]) => name)).toEqual(ITEMS.map(({ kind }) => kind))
    for (const [index, item] of ITEMS.entries()) {
      const [number, , layout = ''] = rows[index] ?? []
      const values = new Map(Object.entries(item))
      const expected = new Writer().u8(Number(number))
      for (const [, size, name = ''] of layout.matchAll(/(u8|u32) (\w+)/g)) {
        const value = Number(values.get(name))
        if (size === 'u8') expected.u8(value)
        else expected.u32(value)
      }
      const actual = new Writer()
      encodeItem(actual, item)
      expect(actual.take(), item.kind).toEqual(expected.take())
    }
  })

  it('fields follow each other without gap', () => {
    for (const name of ['frame', 'hello']) {
      let next = 0
      for (const [offset, size] of table(name)) {
        expect(Number(offset), name).toBe(next)
        next += Number(size)
      }
      expect(next).toBe(name === 'frame' ? 16 : 12)
    }
    expect(Number(table('frame')[0]?.[3])).toBe(FRAME_MAGIC)
    expect(Number(table('frame')[1]?.[3])).toBe(FRAME_VERSION)
  })
})
