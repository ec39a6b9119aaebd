/**
 * Every file of a directory of real and hostile files (`PGP_AIRLOCK_VECTORS`) through every parser: none throws, and
 * the rules of every reply hold; also for what its armored blocks hold.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { OPENPGP_LIMITS } from '../../protocol/limits.ts'
import { armorItems, checkReply, cleartextItems, packetItems } from './parse.ts'

const directory = process.env['PGP_AIRLOCK_VECTORS']
if (directory === undefined) {
  console.warn('SKIPPED: parse-vectors, because PGP_AIRLOCK_VECTORS names no directory of vectors')
}

function filesIn(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'sealed.bin')
    .map((entry) => join(entry.parentPath, entry.name))
}

describe.skipIf(directory === undefined)('vectors', () => {
  it('go through every parser', { timeout: 600_000 }, () => {
    const files = filesIn(directory ?? '')
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) {
      const input = new Uint8Array(readFileSync(file)).subarray(0, OPENPGP_LIMITS.maxRequest)
      checkReply(input, packetItems(input))
      cleartextItems(input)
      for (const item of armorItems(input)) {
        if (item.kind !== 'block') continue
        const base64 = Buffer.from(input.subarray(item.body, item.bodyEnd)).toString('latin1')
        const data = new Uint8Array(Buffer.from(base64, 'base64'))
        checkReply(data, packetItems(data))
      }
    }
  })
})
