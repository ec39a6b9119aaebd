/** What idle handlers cost: memory that is theirs alone, and their part of what they share. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openpgpDriver } from '../../manager/openpgp-driver.ts'

const MIB = 1_048_576

function proportionalSetSize(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1')
  return Number(/^Pss: +(\d+) kB$/m.exec(rollup)?.[1] ?? Number.NaN) * 1024
}

describe('C5: memory', () => {
  it.skipIf(process.getuid?.() !== 0)(
    'eight idle handlers take at most 20 MiB (PSS) each',
    async () => {
      const drivers = Array.from({ length: 8 }, () => openpgpDriver())
      try {
        const proofs = await Promise.all(drivers.map((driver) => driver.start()))
        const sizes = proofs.map(({ pid }) => proportionalSetSize(pid) / MIB)
        console.info(
          `PSS of eight idle handlers: ${sizes.map((size) => size.toFixed(1)).join(' ')} MiB`,
        )
        expect(Math.max(...sizes)).toBeLessThanOrEqual(20)
      } finally {
        await Promise.all(drivers.map((driver) => driver[Symbol.asyncDispose]()))
      }
    },
  )
})
