/**
 * Real, locked-down handlers that answer with one sin each. Each is told from the others by the exact outcome that the
 * caller sees (C5), none makes the caller believe anything that its own check did not find true (C1), and an honest
 * input is answered afterwards by the same driver.
 */
import { describe, expect, test } from 'vitest'
import { check, type Outcome, type Request, Violation } from '../../manager/umd/index.ts'
import { handlerNames } from '../umd/bundle-handlers.ts'
import {
  asked,
  count,
  descendants,
  MEBIBYTE,
  testDriver,
  told,
  until,
  watching,
} from '../umd/drive.ts'
import { TRIGGER } from './misbehave.ts'
import { AFTERTHOUGHTS, BAD_HELLOS, DEADLINE, SINS } from './table.ts'

/** Short only for those that must miss them: on a slow machine filling a heap takes longer. */
const SHORT = { deadlines: { write: DEADLINE, read: DEADLINE } } as const
/** What a manager may grow by while a handler floods it: far below what was announced or written. */
const GROWTH = 64 * MEBIBYTE

/** A request whose only true answer is the request itself. */
function echoed(...body: number[]): Request<Uint8Array> {
  const open: Request<Uint8Array>['open'] = (reply) =>
    check(reply, (untrusted) => {
      if (Buffer.compare(untrusted, Uint8Array.from(body)) !== 0) {
        throw new Violation('expected the request back')
      }
      return untrusted.slice()
    })
  return { ...asked(body), open }
}

describe.each(['off', 'auto'] as const)('C5: a locked handler, bubblewrap %s', (bubblewrap) => {
  test.each(Object.entries(SINS))('%s', async (name, expected) => {
    const deadlines = expected.status === 'timeout' ? SHORT : {}
    await using driver = testDriver(name, { bubblewrap, ...deadlines })
    expect(told(await driver.request(echoed(1, 2)))).toEqual([1, 2])
    const before = process.memoryUsage().rss
    const { result, events } = await watching(() => driver.request(echoed(TRIGGER, 3)))
    expect(result).toEqual(expected)
    expect(process.memoryUsage().rss - before).toBeLessThan(GROWTH)
    // tried once more, alone, in a fresh handler; then it is condemned
    expect([count(events, 'retried'), count(events, 'condemned')]).toEqual([1, 1])
    expect(told(await driver.request(echoed(4)))).toEqual([4])
  })

  test('exit-137, bubblewrap’s word for a SIGKILL, is taken for one only if bubblewrap says it', async () => {
    await using driver = testDriver('exit-137', { bubblewrap })
    const expected: Outcome<never> =
      bubblewrap === 'off'
        ? { status: 'crashed', signal: undefined, exitCode: 137 }
        : { status: 'resource-limit', detail: 'the kernel ended the handler (SIGKILL)' }
    expect(await driver.request(echoed(TRIGGER))).toEqual(expected)
  })
})

describe('C1, C5: more than was asked', () => {
  test.each(AFTERTHOUGHTS)('%s', async (name) => {
    await using driver = testDriver(name)
    const { events } = await watching(async (seen) => {
      expect(told(await driver.request(echoed(TRIGGER, 1)))).toEqual([TRIGGER, 1])
      await until(() => count(seen, 'ended') === 1, 'the end of the handler')
      expect(told(await driver.request(echoed(2)))).toEqual([2])
    })
    expect(events.find((event) => event.type === 'ended')).toMatchObject({ cause: 'violation' })
  })

  test('C1: reply-before-reading: an answer that was guessed is checked like any other', async () => {
    await using driver = testDriver('reply-before-reading')
    expect(await driver.request(echoed(1))).toEqual({
      status: 'violation',
      detail: 'expected the request back',
    })
  })

  test('reply-before-reading, while nothing is asked', async () => {
    await using driver = testDriver('reply-before-reading')
    const { events } = await watching(async (seen) => {
      await driver.start()
      await until(() => count(seen, 'ended') === 1, 'the end of the handler')
    })
    expect(events.at(-1)).toMatchObject({ type: 'ended', cause: 'violation' })
  })

  test('C1: stale-id: the answer to another input is not the answer to this one', async () => {
    await using driver = testDriver('stale-id')
    const [first, second] = await Promise.all([
      driver.request(echoed(1)),
      driver.request(echoed(TRIGGER)),
    ])
    expect(told(first)).toEqual([1])
    expect(second).toEqual({ status: 'violation', detail: 'frame: order at byte 6' })
  })
})

describe('C5, C7: hellos', () => {
  test.each(Object.entries(BAD_HELLOS))('%s', async (name, [layer, cause]) => {
    await using driver = testDriver(name)
    await expect(driver.start()).rejects.toMatchObject({
      layer,
      message: expect.stringMatching(cause),
    })
    await until(() => descendants().length === 0, 'the end of the refused handler')
  })
})

describe('C5: not quite a sin', () => {
  test('byte-by-byte: a true reply is taken however it is cut', async () => {
    await using driver = testDriver('byte-by-byte')
    expect(told(await driver.request(echoed(TRIGGER, 1, 2, 3)))).toEqual([TRIGGER, 1, 2, 3])
  })

  test('ignores-end-of-file: unloaded all the same, by SIGKILL after the exit deadline', async () => {
    const driver = testDriver('ignores-end-of-file')
    expect(told(await driver.request(echoed(1)))).toEqual([1])
    await driver[Symbol.asyncDispose]()
    expect(descendants()).toEqual([])
  })

  test.each([
    ['128 MiB', 128, 30, 127],
    ['256 MiB', 256, 158, 255],
  ])('tells-its-memory: a cap of %s holds', async (_cap, cap, least, most) => {
    const limits = { data: cap * MEBIBYTE, maxRequest: 100, maxReply: 100 }
    await using driver = testDriver('tells-its-memory', { limits })
    const [high = 0, low = 0] = told(await driver.request(asked([TRIGGER]))) as number[]
    expect(high * 256 + low).toBeGreaterThan(least)
    expect(high * 256 + low).toBeLessThanOrEqual(most)
  })
})

test('every hostile handler has its place in a test', () => {
  const elsewhere = [
    ...['exit-137', 'reply-before-reading', 'byte-by-byte', 'ignores-end-of-file'],
    ...['tells-its-memory', 'no-hello', 'skips-lock-down', 'liar', 'rpm-liar'],
  ]
  const known = new Set([
    ...Object.keys(SINS),
    ...AFTERTHOUGHTS,
    ...Object.keys(BAD_HELLOS),
    ...elsewhere,
  ])
  const names = handlerNames('test/hostile/handlers').filter((name) => !/^with(out)?-/.test(name))
  expect(names.filter((name) => !known.has(name))).toEqual([])
})
