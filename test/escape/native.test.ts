/**
 * C4: what native code in a taken-over handler can ask of the kernel. Each call is made live, in a real locked handler
 * and in its unlocked twin; the twin's answer shows that the refusal is the filter's.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { taskStatus } from '../../manager/umd/proc.ts'
import { asked, testDriver } from '../umd/drive.ts'
import { SYSCALL_ATTEMPTS } from './syscalls.ts'
import { runUnlocked } from './twin.ts'

/** A container's own filter answers some calls before the kernel does. */
const isInContainer = taskStatus('self').seccompMode !== 0
const KILLED = { status: 'crashed', signal: 'SIGSYS', exitCode: undefined }

describe.runIf(process.arch === 'x64')('C4: system calls in the locked handler', () => {
  let free: Record<string, string> = {}

  beforeAll(() => {
    free = runUnlocked('native', [])
  })

  test('there are at least 60, and none could pass by failing anyway', () => {
    const refused = SYSCALL_ATTEMPTS.filter((attempt) => attempt.locked !== attempt.free)
    expect(refused.length).toBeGreaterThanOrEqual(60)
    expect(new Set(SYSCALL_ATTEMPTS.map(({ name }) => name)).size).toBe(SYSCALL_ATTEMPTS.length)
  })

  test.each(SYSCALL_ATTEMPTS.map((attempt) => [attempt.name, attempt] as const))(
    '%s',
    async (name, attempt) => {
      const expected = attempt.free.split('|')
      if (isInContainer) expected.push('EPERM', 'ENOSYS', 'EACCES')
      expect(expected).toContain(free[name])
      await using driver = testDriver('native')
      const outcome = await driver.request(asked(Buffer.from(name), { source: name }))
      if (attempt.locked === undefined) expect(outcome).toEqual(KILLED)
      else {
        const answer = outcome.status === 'ok' ? Buffer.from(outcome.value).toString() : outcome
        expect(answer).toBe(attempt.locked)
      }
    },
  )
})
