/** Asking a person. Only on a terminal: an answer from a pipe is nobody's. */
import { createInterface } from 'node:readline'
import type { Console } from './console.ts'

export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true
}

/** True for `y` and `yes`; anything else, and the end of input, is no. */
export async function ask(question: string, console: Console): Promise<boolean> {
  console.err(`${question} [y/N] `)
  const lines = createInterface({ input: process.stdin, terminal: false })
  try {
    for await (const line of lines) return /^\s*y(?:es)?\s*$/i.test(line)
    return false
  } finally {
    lines.close()
    process.stdin.unref()
  }
}
