/** A time that is none refuses nothing when it is compared: it is refused itself. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Airlock, type Keyring, type UnixSeconds } from '../../manager/index.ts'

const fixtures = join(import.meta.dirname, '../../fixtures')

describe('C1: the time to judge at', () => {
  let airlock: Airlock
  let keyring: Keyring
  beforeAll(async () => {
    airlock = await Airlock.open()
    keyring = await airlock.loadKeyring([{ path: join(fixtures, 'keys/expired.pub.asc') }])
  })
  afterAll(() => airlock[Symbol.asyncDispose]())

  it.each([Number.NaN, -1, 1.5, 2 ** 32, Number.POSITIVE_INFINITY])('%s is refused', async (at) => {
    const input = {
      keyring,
      at: at as UnixSeconds, // as a caller's careless arithmetic gives it
      signature: { path: join(fixtures, 'signed/release.txt.expired.sig') },
      data: { path: join(fixtures, 'signed/release.txt') },
    }
    await expect(airlock.judgeDetached(input)).rejects.toThrow(RangeError)
    await expect(airlock.verifyDetached(input)).rejects.toThrow(RangeError)
  })
})
