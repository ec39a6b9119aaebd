/** C7: what is not locked down as it should be never gets an input, and the error names the layer. */
import { describe, expect, test } from 'vitest'
import type { SetupError } from '../../manager/umd/index.ts'
import { asked, descendants, testDriver, until } from '../umd/drive.ts'

const REFUSED = [
  ['skips-lock-down', 'filter', /seccomp mode [02] with [01] filters; expected mode 2 with [12]/],
  ['without-filter', 'filter', /expected mode 2/],
  ['with-another-filter', 'probe', /the probe call answered 38, not 130/],
  ['with-two-filters', 'filter', /with [23] filters; expected mode 2 with [12]/],
  ['with-one-thread-filtered', 'filter', /a thread has seccomp mode/],
  ['without-rlimits', 'rlimits', /Max processes is \S+, expected 0/],
  ['with-more-memory', 'rlimits', /Max data size is 1342177280\/1342177280, expected 134217728/],
  ['with-stray-descriptors', 'descriptors', /\d+ descriptors are open, expected one socket/],
  ['with-writable-code', 'memory', /1 mappings are writable and executable/],
] as const

describe.each(['off', 'auto'] as const)('C7: with bubblewrap %s', (bubblewrap) => {
  test.each(REFUSED)('%s is refused: %s', async (handler, layer, cause) => {
    await using driver = testDriver(handler, { bubblewrap })
    const started = driver.start()
    await expect(started).rejects.toMatchObject({
      name: 'SetupError',
      layer: expect.stringMatching(layer),
      message: expect.stringMatching(cause),
    })
    const outcome = await driver.request(asked([1]))
    expect(outcome.status).toBe('setup-failed')
    await until(() => descendants().length === 0, 'the end of the refused handlers')
  })

  test('without-no-new-privileges: the kernel gives no filter without it, or bubblewrap has set it', async () => {
    await using driver = testDriver('without-no-new-privileges', { bubblewrap })
    const layer = bubblewrap === 'auto' ? undefined : 'filter'
    const found = await driver.start().then(
      () => undefined,
      (error: SetupError) => error.layer,
    )
    expect(found).toBe(layer)
  })

  test('control: the honest handler is proven in every required layer', async () => {
    await using driver = testDriver('echo', { bubblewrap })
    const { layers } = await driver.start()
    const inForce = layers.filter(({ state }) => state === 'in force').map(({ layer }) => layer)
    expect(inForce).toEqual([
      'filter',
      'probe',
      'no-new-privileges',
      'privileges',
      'rlimits',
      'descriptors',
      'memory',
      ...(bubblewrap === 'auto' ? ['namespaces'] : []),
    ])
  })
})
