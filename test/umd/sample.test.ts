/**
 * The RFC's own sample driver (u32 offset in, 128 KiB out with one byte set) and its test: 500 requests, unloaded
 * every 50, loaded again on demand by the next. Then messages of 64 MiB both ways. The library knows neither format.
 */
import { describe, expect, test } from 'vitest'
import { check, type Driver, type Outcome, Violation } from '../../manager/umd/index.ts'
import { count, MEBIBYTE, testDriver, watching } from './drive.ts'

const LENGTH = 131_072

/** Returns the position of the one octet that is set; a reply of another shape is a lie. */
function positionOf(untrusted: Uint8Array): number {
  if (untrusted.length !== LENGTH) throw new Violation('expected 128 KiB')
  const at = untrusted.indexOf(1)
  if (at < 0 || untrusted[at] !== 1) throw new Violation('expected one octet that is 1')
  for (const [index, octet] of untrusted.entries()) {
    if (octet !== 0 && index !== at) throw new Violation('expected all other octets to be 0')
  }
  return at
}

function sample(driver: Driver, offset: number): Promise<Outcome<number>> {
  const body = new Uint8Array(4)
  new DataView(body.buffer).setUint32(0, offset)
  return driver.request({
    verb: 1,
    body,
    source: 'sample',
    isolation: 'shared',
    open: (reply) => check(reply, positionOf),
  })
}

describe('the RFC’s sample driver', () => {
  test('answers at the edges, and refuses one beyond', async () => {
    await using driver = testDriver('sample', { rejectCodes: new Set([16]) })
    for (const offset of [0, 1, 65_535, 65_536, 131_071]) {
      expect(await sample(driver, offset)).toEqual({ status: 'ok', value: offset })
    }
    expect(await sample(driver, LENGTH)).toEqual({ status: 'rejected', code: 16, offset: 0 })
  })

  test('500 random offsets; unloaded every 50, loaded again by the next request', async () => {
    await using driver = testDriver('sample', { rejectCodes: new Set([16]) })
    const { events } = await watching(async () => {
      for (let batch = 0; batch < 10; batch += 1) {
        const offsets = Array.from({ length: 50 }, () => Math.floor(Math.random() * LENGTH))
        const outcomes = await Promise.all(offsets.map((offset) => sample(driver, offset)))
        expect(outcomes).toEqual(offsets.map((value) => ({ status: 'ok', value })))
        await driver.unload()
      }
    })
    expect(count(events, 'loaded')).toBe(10)
    expect(count(events, 'unloaded')).toBe(10)
    expect(count(events, 'started')).toBe(10)
    expect(count(events, 'ended')).toBe(10)
  })
})

describe('messages of 64 MiB', () => {
  test('both ways at once, whole and unchanged', async () => {
    const large = 64 * MEBIBYTE
    await using driver = testDriver('echo', {
      limits: { data: 512 * MEBIBYTE, maxRequest: large, maxReply: large },
    })
    for (const seed of [3, 5]) {
      const body = new Uint8Array(large)
      for (let at = 0; at < large; at += 4093) body[at] = at * seed
      body[large - 1] = seed
      const outcome = await driver.request({
        verb: 1,
        body,
        source: 'large',
        isolation: 'shared',
        open: (reply) => check(reply, (untrusted) => Buffer.compare(untrusted, body)),
      })
      expect(outcome).toEqual({ status: 'ok', value: 0 })
    }
  })

  test('one byte more than the driver allows is refused before anything is sent', async () => {
    await using driver = testDriver('echo')
    const body = new Uint8Array(MEBIBYTE + 1)
    const request = driver.request({ ...never(), body })
    await expect(request).rejects.toThrow(RangeError)
  })
})

function never() {
  return {
    verb: 1,
    source: 'none',
    isolation: 'shared' as const,
    open: (): never => {
      throw new Violation('expected no reply')
    },
  }
}
