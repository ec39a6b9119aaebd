/** What goes wrong outside of any question: errors that nothing foresaw, and output that is lost. */
import type { Console } from './console.ts'
import { clean } from './text.ts'

/**
 * An error is told without its text: it may hold bytes of an input (claim C6).
 *
 * @param command whose error it is
 */
export function tellUnexpected(command: string, error: unknown, console: Console): void {
  const name = error instanceof Error ? error.constructor.name : typeof error
  const frames = error instanceof Error ? (error.stack ?? '').split('\n') : []
  const where = frames.filter((line) => /^ {4}at /.test(line)).map((line) => `${clean(line)}\n`)
  console.err(`${command}: unexpected ${clean(name)}, please report it:\n${where.join('')}`)
}

/** At the end of a process whose exit code would be 0: where output was lost it is this one instead. */
export function requireOutput(command: string, console: Console, code: number): void {
  process.once('exit', (ended) => {
    if (ended !== 0 || !console.isLost) return
    console.err(`${command}: standard output could not be written (output-failed)\n`)
    process.exitCode = code
  })
}
