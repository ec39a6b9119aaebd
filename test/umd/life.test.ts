/** Load, start on demand, restart, unload, kill, dispose, the post-start check, the events, the pins. (C5, C7) */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { DriverClosedError, SetupError, Violation } from '../../manager/umd/index.ts'
import { FRAME_LIMITS } from '../../protocol/limits.ts'
import { testBundle } from './bundle-handlers.ts'
import {
  asked,
  count,
  descendants,
  handlerOf,
  isRunning,
  testDriver,
  told,
  until,
  watching,
} from './drive.ts'
import { mood } from './moods.ts'

describe('C5: life of a handler', () => {
  test('it is started by the first request, and again after it died idle', async () => {
    await using driver = testDriver('confess')
    const { events } = await watching(async (seen) => {
      expect(count(seen, 'started')).toBe(0)
      expect(told(await driver.request(asked([1])))).toEqual([1])
      const pid = handlerOf(driver)
      process.kill(pid, 'SIGKILL')
      await until(() => count(seen, 'ended') === 1, 'the end of the killed handler')
      expect(told(await driver.request(asked([2])))).toEqual([2])
      expect(driver.proof?.pid).not.toBe(pid)
    })
    expect(events.map((event) => event.type)).toEqual(['loaded', 'started', 'ended', 'started'])
  })

  test('a handler that is killed from outside while it works costs nobody their answer', async () => {
    await using driver = testDriver('moody')
    await driver.start()
    const all = Array.from({ length: 20 }, (_, index) =>
      driver.request(asked(mood('work', 2, index))),
    )
    process.kill(handlerOf(driver), 'SIGKILL')
    for (const [index, outcome] of (await Promise.all(all)).entries()) {
      expect(told(outcome)).toEqual([...mood('work', 2, index)])
    }
  })

  test('unload waits for all that was asked, queued or in flight, and leaves no process', async () => {
    await using driver = testDriver('moody')
    const all = Array.from({ length: 400 }, (_, index) =>
      driver.request(asked(mood('work', index % 50 === 0 ? 1 : 0, index & 0xff))),
    )
    await driver.unload()
    const outcomes = await Promise.all(all)
    expect(outcomes.every((outcome) => outcome.status === 'ok')).toBe(true)
    expect(descendants()).toEqual([])
  })

  test('unload while a request that waits alone was aborted does not wait for it', async () => {
    await using driver = testDriver('moody', { poolSize: 1 })
    const abort = new AbortController()
    const hold = driver.request(asked(mood('work', 20), { source: 'a', isolation: 'per-input' }))
    const second = driver.request(asked(mood('work', 20), { source: 'b', isolation: 'per-input' }))
    const third = driver.request(
      asked([1], { source: 'c', isolation: 'per-input', signal: abort.signal }),
    )
    const refused = expect(third).rejects.toThrow('not now')
    abort.abort(new Error('not now'))
    await driver.unload()
    expect([(await hold).status, (await second).status]).toEqual(['ok', 'ok'])
    await refused
  })

  test('disposal answers what was asked, then refuses', async () => {
    const driver = testDriver('echo')
    const answer = driver.request(asked([4]))
    await driver[Symbol.asyncDispose]()
    expect(told(await answer)).toEqual([4])
    await expect(driver.request(asked([5]))).rejects.toThrow(DriverClosedError)
    await driver[Symbol.asyncDispose]()
  })

  test('disposal answers what is queued, and refuses what still waits for the queue', async () => {
    const driver = testDriver('moody')
    const { maxQueued } = FRAME_LIMITS
    const all = Array.from({ length: maxQueued + 100 }, () =>
      driver.request(asked(mood('work', 0, 1))),
    )
    const settled = Promise.allSettled(all)
    await driver[Symbol.asyncDispose]()
    for (const [index, one] of (await settled).entries()) {
      if (index < maxQueued) expect(one).toMatchObject({ value: { status: 'ok' } })
      else expect(one.status === 'rejected' && one.reason).toBeInstanceOf(DriverClosedError)
    }
  })

  test('kill rejects what is in flight, queued and waiting for the queue; nothing runs on', async () => {
    const driver = testDriver('moody')
    await driver.start()
    const pid = handlerOf(driver)
    const all = Array.from({ length: 1500 }, () => driver.request(asked(mood('hang'))))
    const settled = Promise.allSettled(all)
    await new Promise((resolve) => setImmediate(resolve))
    const { events } = await watching(() => driver.kill())
    for (const one of await settled) {
      expect(one.status === 'rejected' && one.reason).toBeInstanceOf(DriverClosedError)
    }
    expect(isRunning(pid)).toBe(false)
    expect(descendants()).toEqual([])
    expect(count(events, 'started')).toBe(0)
  })

  test('kill while a handler is being started leaves no process', async () => {
    const driver = testDriver('echo')
    const shared = driver.request(asked([1]))
    const alone = driver.request(asked([1], { isolation: 'per-input' }))
    const settled = Promise.allSettled([shared, alone])
    await driver.kill()
    for (const one of await settled) {
      expect(one.status === 'rejected' && one.reason).toBeInstanceOf(DriverClosedError)
    }
    expect(descendants()).toEqual([])
  })
})

describe('C5: the post-start check', () => {
  test('a handler that passes serves, and is still fresh for the first input', async () => {
    const open = (): number => 1
    await using driver = testDriver('confess', { postStart: { ...asked([9]), open } })
    const { events } = await watching(async () => {
      const first = await driver.request(asked([1], { source: 'a', isolation: 'per-input' }))
      expect(told(first)).toEqual([9, 1])
      const second = await driver.request(asked([2], { source: 'a', isolation: 'per-input' }))
      expect(told(second)).toEqual([9, 1, 2])
    })
    expect(count(events, 'started')).toBe(1)
  })

  test.each([
    ['lies', asked([9])],
    ['refuses', asked(mood('refuse', 0, 16, 0))],
    ['crashes', asked(mood('crash'))],
  ])('a handler that %s never serves', async (_how, request) => {
    const open = (): never => {
      throw new Violation('expected another answer')
    }
    await using driver = testDriver('moody', {
      rejectCodes: new Set([16]),
      postStart: { ...request, open },
    })
    const outcome = await driver.request(asked([1]))
    expect(outcome).toMatchObject({ status: 'setup-failed', error: { layer: 'runtime' } })
    await until(() => descendants().length === 0, 'the end of the handlers that failed the check')
  })
})

describe('C7: what is loaded is what was pinned', () => {
  test('a bundle that differs by one octet is refused', async () => {
    const bundle = testBundle('echo')
    const sha256 = `${bundle.sha256.startsWith('0') ? '1' : '0'}${bundle.sha256.slice(1)}`
    await using driver = testDriver('echo', { bundle: { ...bundle, sha256 } })
    await expect(driver.start()).rejects.toMatchObject({ name: 'SetupError', layer: 'bundle' })
    expect(await driver.request(asked([1]))).toMatchObject({
      status: 'setup-failed',
      error: { layer: 'bundle' },
    })
  })

  test('a bundle that is missing is refused, and the error names the cause', async () => {
    await using driver = testDriver('echo', { bundle: { path: '/nowhere', sha256: '' } })
    await expect(driver.start()).rejects.toThrow(
      'bundle: the handler bundle cannot be read (ENOENT)',
    )
  })

  test('what runs is what was hashed: a file changed after loading changes nothing', async () => {
    const bundle = testBundle('echo')
    const folder = mkdtempSync(join(tmpdir(), 'airlock-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'echo.cjs')
    writeFileSync(path, readFileSync(bundle.path))
    await using driver = testDriver('echo', { bundle: { ...bundle, path } })
    driver.load()
    writeFileSync(path, 'process.exit(1)')
    expect(told(await driver.request(asked([3])))).toEqual([3])
    await driver.unload()
    expect(await driver.request(asked([3]))).toMatchObject({ status: 'setup-failed' })
  })

  test.each([
    ['missing', { package: 'nowhere', module: 'nowhere/x.node', sha256: '' }],
    ['another', { package: 'vitest', module: 'vitest/package.json', sha256: '00' }],
  ])('an FFI binary that is %s is refused', async (_how, pin) => {
    vi.resetModules()
    vi.doMock('../../manager/umd/ffi-binaries.ts', () => ({
      FFI_BINARIES: { x64: pin, arm64: pin },
    }))
    const { Driver } = await import('../../manager/umd/index.ts')
    await using driver = new Driver({
      name: 'no-ffi',
      bundle: testBundle('echo'),
      limits: { data: 1 << 27, maxRequest: 10, maxReply: 10 },
    })
    await expect(driver.start()).rejects.toMatchObject({ layer: 'bundle' })
    vi.doUnmock('../../manager/umd/ffi-binaries.ts')
    vi.resetModules()
  })
})

test('C6: events carry closed words and numbers only', async () => {
  await using driver = testDriver('moody', { rejectCodes: new Set([16]) })
  const { events } = await watching(async () => {
    await driver.request(asked(mood('crash'), { source: '\u001b]0;evil\u0007' }))
    await driver.unload()
  })
  expect(events.map((event) => event.type)).toEqual([
    'loaded',
    'started',
    'ended',
    'retried',
    'started',
    'ended',
    'condemned',
    'unloaded',
  ])
  expect(JSON.stringify(events)).not.toMatch(/evil/)
})

test('a setup error is an error with a layer, a code and a sentence', () => {
  const error = new SetupError('proc', 'expected to read it', 2)
  expect([error.code, error.layer, error.errno, error.message]).toEqual([
    'setup-failed',
    'proc',
    2,
    'proc: expected to read it',
  ])
})
