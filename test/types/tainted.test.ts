/** What the types forbid fails at run time too: a tainted value shows nothing of what it holds. (C3, C6) */
import { format, inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { check, Tainted } from '../../protocol/tainted.ts'

// as code without types would have it
const boxes: readonly unknown[] = [
  new Tainted(4711),
  new Tainted('4711'),
  new Tainted(new Uint8Array([47, 11])),
]

describe.each(boxes)('C3: a tainted value %#', (box) => {
  test('has no text, no number, no order', () => {
    const raw = box as number // what a mistaken cast would make of it
    expect(() => `${raw}`).toThrow(TypeError)
    expect(() => raw + 1).toThrow(TypeError)
    expect(() => -raw).toThrow(TypeError)
    expect(() => raw < 4712).toThrow(TypeError)
    expect(() => [0, 1][raw]).toThrow(TypeError)
    expect(() => new Uint8Array(8).subarray(raw)).toThrow(TypeError)
  })

  test('shows nothing when it is printed, copied or walked', () => {
    for (const text of [
      inspect(box, { showHidden: true, depth: 9 }),
      format('%o %j', box, box),
      JSON.stringify({ box }),
      JSON.stringify(structuredClone(box)),
      Object.getOwnPropertyNames(box).join(),
      JSON.stringify(Object.entries(box as object)),
    ]) {
      expect(text).not.toMatch(/47|11/)
    }
  })
})

test('C3: the one way in gives what it holds, and only to a real one', () => {
  expect(check(new Tainted(4711), (untrusted) => untrusted + 1)).toBe(4712)
  const fake = Object.create(Tainted.prototype) as Tainted<number>
  expect(() => check(fake, (untrusted) => untrusted)).toThrow(TypeError)
})
