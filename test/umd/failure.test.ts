/**
 * What one bad input may cost the others: nothing but time. Crashes, hangs, refusals that are not believed, a corpus
 * with one crash in ten, and a manager that is too busy to look. (C5)
 */
import { describe, expect, test } from 'vitest'
import type { DriverEvent } from '../../manager/umd/index.ts'
import { asked, count, spin, testDriver, told, watching } from './drive.ts'
import { mood } from './moods.ts'

const CRASHED = { status: 'crashed', signal: undefined, exitCode: 70 }
const DEADLINES = { write: 400, read: 400 }

function aloneCount(events: readonly DriverEvent[]): number {
  return events.filter((event) => event.type === 'retried' && event.alone).length
}

describe('C5: isolation of inputs', () => {
  test('a handler that may be shared sees all inputs, one per input sees one', async () => {
    await using shared = testDriver('confess')
    await shared.request(asked([1], { source: 'a' }))
    expect(told(await shared.request(asked([2], { source: 'b' })))).toEqual([1, 2])
    await using apart = testDriver('confess')
    for (const [source, octet, seen] of [
      ['a', 1, [1]],
      ['a', 2, [1, 2]],
      ['b', 3, [3]],
    ] as const) {
      const outcome = await apart.request(asked([octet], { source, isolation: 'per-input' }))
      expect(told(outcome)).toEqual(seen)
    }
  })

  test('many inputs at once, each in a handler of its own, in a small pool', async () => {
    await using driver = testDriver('confess', { poolSize: 2 })
    const outcomes = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        driver.request(asked([index], { source: `input ${index % 12}`, isolation: 'per-input' })),
      ),
    )
    for (const [index, outcome] of outcomes.entries()) {
      const seen = told(outcome)
      expect(seen).toContain(index)
      for (const octet of seen as number[]) expect(octet % 12).toBe(index % 12)
    }
  })

  test('a refusal by a handler that served others is confirmed by a fresh one', async () => {
    await using driver = testDriver('moody', { rejectCodes: new Set([16]) })
    await driver.request(asked(mood('sulk'), { source: 'villain' }))
    const { result, events } = await watching(() => driver.request(asked([5], { source: 'b' })))
    expect(told(result)).toEqual([5])
    expect(aloneCount(events)).toBe(1)
    const honest = await driver.request(asked(mood('refuse', 0, 16, 2), { source: 'c' }))
    expect(honest).toEqual({ status: 'rejected', code: 16, offset: 2 })
  })

  test('so is a reply that the request itself calls a refusal', async () => {
    await using driver = testDriver('confess')
    await driver.request(asked([1], { source: 'villain' }))
    const refuses = (value: Uint8Array): boolean => value.length > 1
    const outcome = await driver.request({ ...asked([2], { source: 'b' }), refuses })
    expect(told(outcome)).toEqual([2])
  })
})

describe('C5: an error of the check itself', () => {
  const failing = (): never => {
    throw new RangeError('a fault of the check')
  }

  test('is told to whom asked; others are answered by another handler', async () => {
    await using driver = testDriver('echo')
    const { result, events } = await watching(() =>
      Promise.allSettled([
        driver.request(asked([1], { source: 'a' })),
        driver.request({ ...asked([2], { source: 'b' }), open: failing }),
        driver.request(asked([3], { source: 'c' })),
      ]),
    )
    const [first, failed, third] = result
    expect(first?.status === 'fulfilled' && told(first.value)).toEqual([1])
    expect(failed).toMatchObject({
      status: 'rejected',
      reason: new RangeError('a fault of the check'),
    })
    expect(third?.status === 'fulfilled' && told(third.value)).toEqual([3])
    expect(events.some((event) => event.type === 'ended' && event.cause === 'violation')).toBe(true)
  })

  test('so is one of the question whether a value refuses', async () => {
    await using driver = testDriver('echo')
    await driver.request(asked([1], { source: 'villain' }))
    const asks = driver.request({ ...asked([2], { source: 'b' }), refuses: failing })
    await expect(asks).rejects.toThrow('a fault of the check')
    expect(told(await driver.request(asked([3], { source: 'c' })))).toEqual([3])
  })
})

describe('C5: refusals', () => {
  test.each([
    ['a code of the driver', mood('refuse', 0, 16, 3), { status: 'rejected', code: 16, offset: 3 }],
    ['a code of the library', mood('refuse', 0, 3, 0), { status: 'rejected', code: 3, offset: 0 }],
    [
      'a code outside the table',
      mood('refuse', 0, 99, 0),
      { status: 'violation', detail: 'a refusal with a code outside the table' },
    ],
    [
      'an offset outside the request',
      mood('refuse', 0, 16, 5),
      { status: 'violation', detail: 'a refusal beyond the end of the request' },
    ],
    ['a reply above the cap', mood('large', 9, 0), { status: 'rejected', code: 2, offset: 0 }],
  ])('%s', async (_what, body, expected) => {
    await using driver = testDriver('moody', { rejectCodes: new Set([16]) })
    expect(await driver.request(asked(body))).toEqual(expected)
    expect(told(await driver.request(asked([1])))).toEqual([1])
  })
})

describe('C5: one bad input', () => {
  test.each([
    ['crashes the handler', mood('crash'), CRASHED],
    ['hangs the handler', mood('hang'), { status: 'timeout', step: 'read', milliseconds: 400 }],
  ])('that %s costs those in flight with it nothing', async (_what, bad, expected) => {
    await using driver = testDriver('moody', { deadlines: DEADLINES })
    await driver.start()
    const { result, events } = await watching(() =>
      Promise.all(
        Array.from({ length: 60 }, (_, index) =>
          driver.request(asked(index === 30 ? bad : [index], { source: `input ${index}` })),
        ),
      ),
    )
    for (const [index, outcome] of result.entries()) {
      expect(told(outcome)).toEqual(index === 30 ? expected : [index])
    }
    expect(count(events, 'condemned')).toBe(1)
    // the culprit once more, in a fresh handler; the innocents beside nobody
    expect(aloneCount(events)).toBeLessThanOrEqual(1)
    expect(count(events, 'started')).toBeLessThanOrEqual(6 + 1)
  })

  test('alone from the start, it is tried exactly twice', async () => {
    await using driver = testDriver('moody')
    const { result, events } = await watching(() => driver.request(asked(mood('crash'))))
    expect(result).toEqual(CRASHED)
    expect([count(events, 'started'), aloneCount(events)]).toEqual([2, 1])
  })
})

describe('C5: one input in ten crashes the handler', () => {
  test.each([
    ['each of its own source', (index: number) => `input ${index}`],
    ['all of one source', () => 'one'],
  ])('%s: the innocents are answered, the culprits named, the starts bounded', async (_how, of) => {
    await using driver = testDriver('moody')
    const isBad = (index: number): boolean => index % 10 === 3
    const { result, events } = await watching(() =>
      Promise.all(
        Array.from({ length: 150 }, (_, index) =>
          driver.request(asked(isBad(index) ? mood('crash') : [index], { source: of(index) })),
        ),
      ),
    )
    for (const [index, outcome] of result.entries()) {
      expect(told(outcome)).toEqual(isBad(index) ? CRASHED : [index])
    }
    const culprits = 15
    expect(count(events, 'condemned')).toBe(culprits)
    // each culprit ends at most three handlers (shared, for suspects, its own), and makes at most three be retired
    // (two idle ones for its own, the one for suspects when no suspect is left); the innocents cost none
    expect(count(events, 'started')).toBeLessThanOrEqual(6 * culprits + 1)
  })
})

describe('C5: a slow but healthy handler', () => {
  test('has the deadline for each request, not for all that it was sent at once', async () => {
    await using driver = testDriver('moody', { deadlines: DEADLINES })
    await driver.start()
    const { result, events } = await watching(() =>
      Promise.all(Array.from({ length: 100 }, () => driver.request(asked(mood('work', 1))))),
    )
    expect(result.every((outcome) => outcome.status === 'ok')).toBe(true)
    expect(events).toEqual([])
  })
})

describe('C5: a busy manager', () => {
  test('kills no healthy handler after three deadlines, whatever is in the pipes', async () => {
    await using driver = testDriver('moody', { deadlines: DEADLINES })
    await driver.start()
    const { events } = await watching(async () => {
      for (const body of [
        mood('work', 1),
        mood('large', 3, 7),
        new Uint8Array(1_000_000).fill(0x11),
      ]) {
        const replies = [1, 2, 3].map(() => driver.request(asked(body)))
        await new Promise((resolve) => setImmediate(resolve))
        spin(3 * DEADLINES.read)
        for (const outcome of await Promise.all(replies)) expect(outcome.status).toBe('ok')
      }
    })
    expect(events).toEqual([])
  })

  test('still ends a handler that hangs, though it is busy again and again', async () => {
    await using driver = testDriver('moody', { deadlines: DEADLINES })
    const outcome = driver.request(asked(mood('hang')))
    const busy = setInterval(() => spin(60), 1)
    try {
      expect(await outcome).toMatchObject({ status: 'timeout' })
    } finally {
      clearInterval(busy)
    }
  })
})
