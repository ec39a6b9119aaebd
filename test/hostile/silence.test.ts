/** C5: a handler that never says hello is ended at its deadline, which is short here. */
import { expect, test, vi } from 'vitest'
import { descendants, testDriver } from '../umd/drive.ts'

vi.mock('../../protocol/limits.ts', async (original) => {
  const limits = await original<typeof import('../../protocol/limits.ts')>()
  return { ...limits, DEADLINES: { ...limits.DEADLINES, hello: 700 } }
})

test('C5: no-hello is a set-up failure with that name', async () => {
  await using driver = testDriver('no-hello')
  await expect(driver.start()).rejects.toMatchObject({
    layer: 'spawn',
    message: 'spawn: no hello within 700 ms',
  })
  await driver.unload()
  expect(descendants()).toEqual([])
})
