/** An error that nothing foresaw, told without its text: it may hold bytes of an input (claim C6). */
import type { Console } from './console.ts'
import { clean } from './text.ts'

/** @param command whose error it is */
export function tellUnexpected(command: string, error: unknown, console: Console): void {
  const name = error instanceof Error ? error.constructor.name : typeof error
  const frames = error instanceof Error ? (error.stack ?? '').split('\n') : []
  const where = frames.filter((line) => /^ {4}at /.test(line)).map((line) => `${clean(line)}\n`)
  console.err(`${command}: unexpected ${clean(name)}, please report it:\n${where.join('')}`)
}
