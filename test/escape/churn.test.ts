/**
 * C4: the filter does not kill the innocent. Seconds of garbage collection in a locked handler, with all that makes the
 * runtime ask the kernel late: arenas, decommits, the registry's write to an eventfd. Other Nodes: test/peers.
 */
import { describe, expect, test } from 'vitest'
import { asked, count, testDriver, told, watching } from '../umd/drive.ts'

/** Milliseconds of churn. */
const SOAK = Number(process.env['PGP_AIRLOCK_SOAK'] ?? 5000)

describe.each(['off', 'auto'] as const)('C4: soak, bubblewrap %s', (bubblewrap) => {
  test('no handler dies of its garbage', { timeout: SOAK + 60_000 }, async () => {
    await using driver = testDriver('churn', { bubblewrap })
    const { events } = await watching(async () => {
      const end = performance.now() + SOAK
      let made = 0
      while (performance.now() < end) {
        const batch = Array.from({ length: 16 }, (_, index) => driver.request(asked([index * 16])))
        for (const outcome of await Promise.all(batch)) expect(outcome.status).toBe('ok')
        made += 16 * 200
      }
      const last = told(await driver.request(asked([0]))) as readonly number[]
      expect(Buffer.from(last).readUInt32BE(0)).toBe(made + 200)
    })
    expect(count(events, 'ended')).toBe(0)
  })
})
