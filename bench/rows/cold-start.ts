/** One small file, cold, as a whole process, against Node.js doing nothing. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Row } from '../harness.ts'

const root = join(import.meta.dirname, '../..')

function time(args: readonly string[]): number {
  const began = performance.now()
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore', cwd: root })
  if (status !== 0) throw new Error(`exit code ${status}`)
  return performance.now() - began
}

const verify = [
  'dist/manager/cli/main.js',
  ...['verify', '--keyring', 'fixtures/keys/rsa4096.pub.asc'],
  ...['fixtures/signed/release.txt.rsa4096.sig', 'fixtures/signed/release.txt'],
]

export const coldStart: Row = {
  name: 'cold start: verify one file',
  unit: 'ms',
  compare: 'difference',
  rivalName: 'node -e 0',
  prepare: async () => ({
    ours: async () => time(verify),
    rival: async () => time(['-e', '0']),
    close: async () => {},
  }),
}
