/** One request at a time, warm: the caged packet reader against its own runtime's bare echo in the same cage. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openpgpDriver } from '../../manager/openpgp-driver.ts'
import { openPackets } from '../../manager/sanitise/index.ts'
import type { Driver } from '../../manager/umd/driver.ts'
import { VERB } from '../../protocol/messages.ts'
import { type Row, spread } from '../harness.ts'

const root = join(import.meta.dirname, '../..')
const EMPTY = new Uint8Array(0)

export const roundTrip: Row = {
  name: 'round trip: a signature through the cage, warm',
  unit: 'us, p50',
  compare: 'ratio',
  rivalName: 'an empty request through the same socket',
  prepare: async (smoke) => {
    const driver = openpgpDriver()
    const signature = readFileSync(join(root, 'fixtures/signed/release.txt.rsa4096.sig'))
    const count = smoke ? 50 : 3000
    const all: number[] = []
    return {
      ours: async () => {
        const times = await ask(driver, signature, count)
        all.push(...times)
        return spread(times).median
      },
      rival: async () => spread(await ask(driver, EMPTY, count)).median,
      close: () => driver[Symbol.asyncDispose](),
      extra: async () => {
        all.sort((a, b) => a - b)
        return {
          'p99 of ours': `${(all[Math.floor(all.length * 0.99)] ?? Number.NaN).toFixed(0)} us`,
        }
      },
    }
  },
}

async function ask(driver: Driver, body: Uint8Array, count: number): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < count; i += 1) {
    const began = performance.now()
    const outcome = await driver.request({
      verb: VERB.packets,
      body,
      source: 'bench',
      isolation: 'shared',
      open: (reply) => openPackets(body, reply),
    })
    if (outcome.status !== 'ok') throw new Error(outcome.status)
    times.push((performance.now() - began) * 1000)
  }
  return times
}
