/** A directory that another writer makes a store while it is looked at is a store, not a directory of something else. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { codeOf, fixture, importInto, sharedAirlock, temporary } from './support.ts'

/** What happens after a directory was listed. */
const watch = vi.hoisted(() => ({ path: '', afterListing: (): void => {} }))

vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof import('node:fs/promises')>()
  const readdir = async (...how: Parameters<typeof real.readdir>): Promise<unknown> => {
    const names = await real.readdir(...how)
    if (String(how[0]) === watch.path) watch.afterListing()
    return names
  }
  return { ...real, readdir }
})

const at = temporary()
const airlock = sharedAirlock()

it('is taken for a store whenever the other writer takes its lock', async () => {
  const path = at('empty')
  mkdirSync(path, { mode: 0o700 })
  watch.path = path
  watch.afterListing = () => writeFileSync(join(path, 'writelock'), '', { mode: 0o600 })
  expect(await codeOf(importInto(airlock(), path, fixture('p256.pub.asc')))).toBe('no error')
})
