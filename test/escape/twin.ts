/**
 * The unlocked twin: the same bundle, run as an unprivileged user with the same FFI descriptor, outside the driver and
 * without a lock-down. What it can do, and the locked handler cannot, is what the lock-down is worth.
 */
import { spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { FFI_BINARIES } from '../../manager/umd/ffi-binaries.ts'
import { UNPRIVILEGED_ID } from '../../manager/umd/runtime.ts'
import { testBundle } from '../umd/bundle-handlers.ts'

/** Answers by name, as the twin printed them; `died` where it did not live to print. */
export function runUnlocked(handler: string, names: readonly string[]): Record<string, string> {
  const { path } = testBundle(handler)
  const program = path instanceof URL ? fileURLToPath(path) : path
  const ffi = openSync(createRequire(import.meta.url).resolve(FFI_BINARIES.x64.module), 'r')
  try {
    const isRoot = process.geteuid?.() === 0
    const { stdout } = spawnSync(process.execPath, [program, 'unlocked', ...names], {
      stdio: ['ignore', 'pipe', 'ignore', 'ignore', 'ignore', ffi],
      cwd: '/',
      timeout: 20_000,
      ...(isRoot ? { uid: UNPRIVILEGED_ID, gid: UNPRIVILEGED_ID } : {}),
    })
    const text = stdout.toString()
    const start = text.indexOf('{')
    if (start < 0) return Object.fromEntries(names.map((name) => [name, 'died']))
    const answers: Record<string, string> = JSON.parse(text.slice(start))
    return answers
  } finally {
    closeSync(ffi)
  }
}
