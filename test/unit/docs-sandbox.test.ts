/** docs/sandbox.md names the layers that a proof reports, and the number of permitted calls that the filter has. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FILTER } from '../../handler/lockdown/filter.ts'
import { Driver, type LayerReport } from '../../manager/umd/index.ts'
import { testBundle } from '../umd/bundle-handlers.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/sandbox.md'), 'utf8')
const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')

describe('C4: docs/sandbox.md', () => {
  let driver: Driver
  let layers: readonly LayerReport[]
  beforeAll(async () => {
    const limits = { data: 134_217_728, maxRequest: 1024, maxReply: 1024 }
    driver = new Driver({ name: 'echo', bundle: testBundle('echo'), limits })
    layers = (await driver.start()).layers
  })
  afterAll(() => driver[Symbol.asyncDispose]())

  it('has a row for each layer of a proof, required or not as the code says', () => {
    const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (yes|where usable) \|/gm)]
    const told = layers.map(({ layer, required }) => [layer, required ? 'yes' : 'where usable'])
    expect(rows.map(([, layer, required]) => [layer, required])).toEqual(told)
  })

  it('counts the permitted system calls', () => {
    const allowed = FILTER.filter(({ action }) => action === 'allow').length
    expect(allowed).toBeLessThanOrEqual(24)
    expect(page).toContain(`${allowed} system calls`)
    expect(readme).toContain(`${allowed} syscalls`)
  })
})
