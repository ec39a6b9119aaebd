/**
 * Makes the system call that a request names, in a locked handler, and answers the errno's name, if it lives. As the
 * unlocked twin it makes them all and prints what it got.
 */
import { writeSync } from 'node:fs'
import { constants } from 'node:os'
import { serve } from '../../../handler/serve/index.ts'
import { loadKernel } from '../../hostile/kernel.ts'
import { SYSCALL_ATTEMPTS } from '../syscalls.ts'

const NAMES = new Map(Object.entries(constants.errno).map(([name, value]) => [value, name]))
const BY_NAME = new Map(SYSCALL_ATTEMPTS.map((attempt) => [attempt.name, attempt]))
NAMES.set(11, 'EAGAIN') // not its second name, EWOULDBLOCK
NAMES.set(130, 'EOWNERDEAD') // not in the runtime's list

const kernel = loadKernel()

function attempt(name: string): string {
  const one = BY_NAME.get(name)
  if (one === undefined) return 'no such attempt'
  const result = kernel.call(one.number, ...one.args)
  return result >= 0 ? 'ok' : (NAMES.get(-result) ?? String(result))
}

if (process.argv[2] === 'unlocked') {
  const results = SYSCALL_ATTEMPTS.map(({ name }) => [name, attempt(name)])
  writeSync(1, JSON.stringify(Object.fromEntries(results)))
  process.exit(0)
}
serve((request) => Buffer.from(attempt(Buffer.from(request).toString('latin1'))))
