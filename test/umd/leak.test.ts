/** Nothing grows: 200 restarts leave the descriptors and the processes as they were; idle handlers end. (C5) */
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { asked, count, descendants, handlerOf, testDriver, told, until, watching } from './drive.ts'

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length
}

test('C5: 200 restarts leave no descriptor and no process', { timeout: 120_000 }, async () => {
  await using driver = testDriver('echo', { recycleAfter: 1 })
  await driver.request(asked([0]))
  await driver.unload()
  const before = openDescriptors()
  const { events } = await watching(async () => {
    for (let index = 0; index < 200; index += 1) {
      expect(told(await driver.request(asked([index])))).toEqual([index])
    }
    await driver.unload()
  })
  expect(count(events, 'started')).toBe(200)
  expect(count(events, 'ended')).toBe(200)
  expect(descendants()).toEqual([])
  await until(() => openDescriptors() <= before, 'the descriptors to be closed')
})

test('C5: handlers that were killed leave no descriptor and no process either', async () => {
  await using driver = testDriver('echo')
  await driver.request(asked([0]))
  await driver.unload()
  const before = openDescriptors()
  for (let index = 0; index < 20; index += 1) {
    await driver.request(asked([index]))
    process.kill(handlerOf(driver), 'SIGKILL')
    await until(() => descendants().length === 0, 'the end of the killed handler')
  }
  await driver.unload()
  await until(() => openDescriptors() <= before, 'the descriptors to be closed')
})

test('C5: a handler without work is ended, and started again when there is some', async () => {
  await using driver = testDriver('echo', { idle: 50 })
  expect(told(await driver.request(asked([1])))).toEqual([1])
  await until(() => descendants().length === 0, 'the end of the idle handler')
  expect(told(await driver.request(asked([2])))).toEqual([2])
})
