/**
 * Runs the attack that a request names, in a locked handler, and answers what became of it, if it lives. As the
 * unlocked twin (`unlocked NAME...` behind the program's name) it runs them without a lock-down and prints them.
 */
import { writeSync } from 'node:fs'
import { serve } from '../../../handler/serve/index.ts'
import { attempt } from '../attacks.ts'

const [mode, ...names] = process.argv.slice(2)
if (mode === 'unlocked') {
  writeSync(1, JSON.stringify(Object.fromEntries(names.map((name) => [name, attempt(name)]))))
  process.exit(0)
}
serve((request) => Buffer.from(attempt(Buffer.from(request).toString('latin1'))))
