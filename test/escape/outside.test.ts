/** C4: what comes in from outside: descriptors that the manager's own parent left open, and signals. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { asked, testDriver, told } from '../umd/drive.ts'
import { runProbe } from '../umd/probe.ts'

/** A shell that opens a directory and a file without close-on-exec and becomes the manager. */
const STRAY = ['bash', '-c', 'exec 200</etc 201</etc/passwd; exec "$@"', 'bash'] as const

describe.each(['off', 'auto'] as const)('C4: stray descriptors, bubblewrap %s', (bubblewrap) => {
  test('a directory and a file that the caller left open are closed before any input', async () => {
    const report = await runProbe({ handler: 'inherits', bubblewrap, behind: STRAY })
    // control: without the lock-down they would have been there
    expect(report.answer).toMatch(/^200 \/etc$/m)
    expect(report.answer).toMatch(/^201 \/etc\/passwd$/m)
    expect(report.layers?.find(({ layer }) => layer === 'descriptors')).toMatchObject({
      state: 'in force',
      known: 'inspected',
      detail: 'only the protocol socket is open',
    })
  })

  test('a handler that leaves them open is refused', async () => {
    const report = await runProbe({
      handler: 'with-stray-descriptors',
      bubblewrap,
      behind: STRAY,
    })
    expect(report.refused).toMatchObject({ layer: 'descriptors' })
  })

  test('SIGUSR1 opens no inspector: nothing listens, and the next input is answered', async () => {
    await using driver = testDriver('echo', { bubblewrap })
    const { pid } = await driver.start()
    const before = inspectors(pid)
    for (let index = 0; index < 20; index += 1) {
      try {
        process.kill(pid, 'SIGUSR1')
      } catch {
        // the filter ended it: the inspector's thread may not be made
      }
      expect(told(await driver.request(asked([index])))).toEqual([index])
    }
    expect(inspectors(driver.proof?.pid ?? pid)).toEqual(before)
  })
})

/** The port that SIGUSR1 would open, as /proc writes it: 9229. Others listen on others meanwhile. */
const INSPECTOR = /:240D$/

/** Who listens on it (state 0A), in the network of a process. */
function inspectors(pid: number): string[] {
  return ['tcp', 'tcp6']
    .flatMap((table) => readFileSync(`/proc/${pid}/net/${table}`, 'latin1').split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === '0A')
    .map((fields) => String(fields[1]))
    .filter((address) => INSPECTOR.test(address))
    .sort()
}
