/** Pipelining, the order of replies, the bounded queue, recycling, and abort. (C5) */
import { describe, expect, test } from 'vitest'
import { FRAME_LIMITS } from '../../protocol/limits.ts'
import { asked, count, open, testDriver, told, until, watching } from './drive.ts'
import { mood } from './moods.ts'

function numbered(index: number): Uint8Array {
  return Uint8Array.from([index & 0xff, (index >> 8) & 0xff, ...new Array(index % 700).fill(index)])
}

describe('C5: pipelining', () => {
  test('replies come in the order of the requests, each with its own bytes', async () => {
    await using driver = testDriver('echo')
    const order: number[] = []
    const bodies = Array.from({ length: 3000 }, (_, index) => numbered(index))
    const outcomes = await Promise.all(
      bodies.map(async (body, index) => {
        const outcome = await driver.request(asked(body))
        order.push(index)
        return outcome
      }),
    )
    for (const [index, outcome] of outcomes.entries()) {
      expect(outcome.status === 'ok' && Buffer.compare(outcome.value, numbered(index))).toBe(0)
    }
    expect(order).toEqual([...order].sort((a, b) => a - b))
  })

  test('large replies and large requests cross without waiting for each other', async () => {
    await using driver = testDriver('echo')
    const body = new Uint8Array(900_000).fill(9)
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, () => driver.request(asked(body))),
    )
    expect(outcomes.every((one) => one.status === 'ok' && one.value.length === body.length)).toBe(
      true,
    )
  })

  test('two handlers share the work of a driver with a pool of two', async () => {
    await using driver = testDriver('moody', { poolSize: 2 })
    const { events } = await watching(async () => {
      const slow = Array.from({ length: 400 }, () => driver.request(asked(mood('work', 1))))
      const outcomes = await Promise.all(slow)
      expect(outcomes.every((outcome) => outcome.status === 'ok')).toBe(true)
    })
    expect(count(events, 'started')).toBe(2)
  })
})

describe('C5: the bounded queue', () => {
  test('ten thousand callers wait; never more than the bound are queued', async () => {
    await using driver = testDriver('echo')
    let most = 0
    let submitted = 0
    let answered = 0
    const submit = driver.submit.bind(driver)
    driver.submit = (request, settle, fail) => {
      submitted += 1
      most = Math.max(most, submitted - answered)
      submit(
        request,
        (outcome) => {
          answered += 1
          settle(outcome)
        },
        fail,
      )
    }
    const all = Array.from({ length: 10_000 }, (_, index) => driver.request(asked([index & 0xff])))
    const outcomes = await Promise.all(all)
    expect(
      outcomes.every((one, index) => one.status === 'ok' && one.value[0] === index % 256),
    ).toBe(true)
    expect(most).toBeLessThanOrEqual(FRAME_LIMITS.maxQueued + FRAME_LIMITS.maxInFlight)
  })

  test('callers of submit are told when there is room', async () => {
    await using driver = testDriver('echo')
    let answered = 0
    for (let index = 0; index < 5000; index += 1) {
      if (!driver.hasRoom) await driver.room()
      driver.submit(
        asked([1]),
        () => {
          answered += 1
        },
        () => {},
      )
    }
    await until(() => answered === 5000, 'all answers')
  })
})

describe('C5: recycling', () => {
  test('a handler is replaced after its number of requests', async () => {
    await using driver = testDriver('confess', { recycleAfter: 10 })
    const { events } = await watching(async () => {
      for (let index = 0; index < 35; index += 1) {
        const outcome = await driver.request(asked([index]))
        const first = Math.floor(index / 10) * 10
        const expected = Array.from({ length: index - first + 1 }, (_, at) => first + at)
        expect(told(outcome)).toEqual(expected)
      }
    })
    expect(count(events, 'started')).toBe(4)
  })
})

describe('C5: abort', () => {
  test('before it is asked', async () => {
    await using driver = testDriver('echo')
    const reason = new Error('no longer wanted')
    const request = driver.request(asked([1], { signal: AbortSignal.abort(reason) }))
    await expect(request).rejects.toBe(reason)
  })

  test('while it is queued, while it waits for the queue, and in flight: others are answered', async () => {
    await using driver = testDriver('moody')
    const abort = new AbortController()
    const inFlight = driver.request(asked(mood('work', 30), { signal: abort.signal }))
    await driver.start()
    const others = Array.from({ length: FRAME_LIMITS.maxQueued + 200 }, (_, index) =>
      driver.request(asked([index & 0x7f])),
    )
    const queued = driver.request(asked([1], { signal: abort.signal }))
    const reason = new Error('changed my mind')
    const settled = Promise.allSettled([inFlight, queued])
    abort.abort(reason)
    for (const one of await settled) expect(one).toEqual({ status: 'rejected', reason })
    const outcomes = await Promise.all(others)
    expect(
      outcomes.every((one, index) => one.status === 'ok' && one.value[0] === index % 128),
    ).toBe(true)
  })

  test('a signal that lives long holds nothing of the requests that it was given to', async () => {
    await using driver = testDriver('echo')
    const { signal } = new AbortController()
    let listeners = 0
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...args: Parameters<typeof add>): void => {
      listeners += 1
      add(...args)
    }
    signal.removeEventListener = (...args: Parameters<typeof remove>): void => {
      listeners -= 1
      remove(...args)
    }
    for (let index = 0; index < 50; index += 1) await driver.request(asked([1], { signal }))
    expect(listeners).toBe(0)
  })
})

describe('misuse', () => {
  test('memory that others can change is refused', async () => {
    await using driver = testDriver('echo')
    const body = new Uint8Array(new SharedArrayBuffer(8))
    await expect(driver.request({ ...asked([1]), body, open })).rejects.toThrow(TypeError)
  })
})
