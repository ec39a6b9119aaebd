/**
 * The door for RPM headers, lied to in every small way: each number of each item changed, items left out, doubled, exchanged,
 * put in. Nothing but the one true reply goes through it, and the contradiction is named.
 */
import { describe, expect, it } from 'vitest'
import type { Item } from '../../protocol/messages.ts'
import { Tainted } from '../../protocol/tainted.ts'
import { fill, text } from './build.ts'
import { rpmItems } from './parse.ts'
import { EVERY, entryAt, header, make, patched, type Role } from './rpm-build.ts'
import { contradictionOf, honest, RPM, said } from './sanitise-build.ts'

const MAIN = header('header', EVERY)
const SIGNATURES = header('signatures', [make.bin(268, [1]), make.bin(1008, fill(4, 0))], {
  ril: 2,
})
/** Good and bad ones; a bad one ends behind its first entries with a STOP. */
const SUBJECTS: readonly (readonly [string, Role, Uint8Array])[] = [
  ['a main header', 'header', MAIN],
  ['a signature header', 'signatures', SIGNATURES],
  ['a main header whose fourth entry is broken', 'header', patched(MAIN, entryAt(4) + 4, 10)],
  ['a main header without a region', 'header', patched(MAIN, entryAt(0), 64)],
  ['no header', 'header', text('no header')],
]

describe.each(SUBJECTS)('C1, C2: a reply about %s', (_, role, input) => {
  const { open } = RPM[role]
  const truth = rpmItems(role, input)
  const told = (items: readonly Item[]): string => contradictionOf(() => open(input, said(items)))
  const isLast = (at: number): boolean => at === truth.length - 1

  it('the truth is no violation', () => {
    expect(told(truth)).toBe('none')
  })

  it('one number changed', () => {
    for (const [at, item] of truth.entries()) {
      const names = item.kind === 'stop' ? ['offset'] : ['tag', 'type', 'offset', 'length']
      for (const name of names) {
        const old = Number(new Map(Object.entries(item)).get(name))
        const size = name === 'type' ? 256 : 2 ** 32
        for (const by of [1, -1, 16, size / 2]) {
          // the same keys and kinds of values as the item had
          const lie = { ...item, [name]: (old + by + size) % size } as Item
          expect(told(truth.with(at, lie)), `${at} ${name}`).toBe(item.kind)
        }
      }
    }
  })

  it('one item left out', () => {
    for (const at of truth.keys()) {
      const next = truth[at + 1]
      const isOfItsKind = truth[at]?.kind === next?.kind
      expect(told(truth.toSpliced(at, 1)), String(at)).toBe(isOfItsKind ? 'entry' : 'missing')
    }
  })

  it('one item twice', () => {
    for (const [at, item] of truth.entries()) {
      const expected = isLast(at)
        ? 'surplus'
        : truth[at + 1]?.kind === 'entry'
          ? 'entry'
          : 'missing'
      expect(told(truth.toSpliced(at, 0, item)), String(at)).toBe(expected)
    }
  })

  it('two items exchanged', () => {
    for (const [at, item] of truth.entries()) {
      for (const [to, other] of truth.entries()) {
        if (to <= at) continue
        const expected = other.kind === item.kind ? 'entry' : 'missing'
        expect(told(truth.with(at, other).with(to, item)), `${at} ${to}`).toBe(expected)
      }
    }
  })

  it('cut behind any item, and in the middle of one', () => {
    for (const at of truth.keys()) expect(told(truth.slice(0, at))).toBe('missing')
    const octets = honest(RPM[role].parse, input)
    for (let length = 0; length < octets.length; length += 1) {
      const found = contradictionOf(() => open(input, new Tainted(octets.slice(0, length))))
      expect(['missing', 'undecodable']).toContain(found)
    }
  })

  it('a stop or another item put anywhere', () => {
    const strangers: readonly Item[] = [
      { kind: 'stop', offset: 1 },
      { kind: 'stop', offset: input.length },
      { kind: 'packet', tag: 63, offset: 0, bodyOffset: 16, bodyLength: 16 },
      { kind: 'field', role: 1, offset: 0, length: 16 },
      { kind: 'block', label: 1, begin: 0, body: 1, bodyEnd: 2, end: 3 },
      { kind: 'frame', begin: 0, text: 1, textEnd: 2 },
    ]
    for (const stranger of strangers) {
      for (let at = 0; at <= truth.length; at += 1) {
        const due = truth[at]
        const expected =
          due === undefined ? 'surplus' : due.kind === stranger.kind ? due.kind : 'missing'
        expect(told(truth.toSpliced(at, 0, stranger))).toBe(expected)
      }
    }
    for (const flaw of [1, 2] as const) {
      for (let at = 0; at <= truth.length; at += 1) {
        expect(told(truth.toSpliced(at, 0, { kind: 'flaw', flaw }))).toBe('flaw-denied')
      }
    }
  })

  it('another kind of header is meant', () => {
    const other = role === 'header' ? 'signatures' : 'header'
    const reply = said(rpmItems(other, input))
    const isSame =
      rpmItems(other, input).every((item) => item.kind === 'stop') && truth.length === 1
    const found = contradictionOf(() => open(input, reply))
    expect(found !== 'none' || isSame).toBe(true)
  })
})

describe('C1: memory that can change', () => {
  it.each(['header', 'signatures'] as const)('shared memory is refused: %s', (role) => {
    const input = role === 'header' ? MAIN : SIGNATURES
    const shared = new Uint8Array(new SharedArrayBuffer(input.length))
    shared.set(input)
    const reply = new Tainted(honest(RPM[role].parse, input))
    expect(() => RPM[role].open(shared, reply)).toThrow(TypeError)
  })
})
