/** The real command, its largest resident set, and what it said. */
import { spawn } from 'node:child_process'
import type { VerifyDocument } from '../../manager/schemas.ts'
import { main, root } from '../cli/command.ts'
import { Peak } from './peak.ts'

export interface Measured {
  readonly code: number | null
  readonly document: VerifyDocument
  /** mebibytes, of the manager; handlers have RLIMIT_DATA */
  readonly peak: number
}

/**
 * Runs `verify --json`.
 *
 * @param directory for the module that measures, and its result
 * @param input written to standard input as long as the command reads
 */
export async function measured(
  directory: string,
  args: readonly string[],
  input: Iterable<Uint8Array> = [],
): Promise<Measured> {
  const peak = new Peak(directory)
  const child = spawn(process.execPath, [...peak.args, main, 'verify', '--json', ...args], {
    cwd: root,
  })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  const closed = new Promise<number | null>((resolve) => {
    child.on('close', resolve)
  })
  // it closes its end when it has read enough
  child.stdin.on('error', () => {})
  for (const chunk of input) {
    if (child.stdin.destroyed) break
    if (!child.stdin.write(chunk)) await drained(child.stdin)
  }
  child.stdin.end()
  const code = await closed
  const document = JSON.parse(stdout) as VerifyDocument // what --json prints, by its own test
  return { code, document, peak: peak.mebibytes }
}

function drained(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    stream.once('drain', resolve)
    stream.once('close', resolve)
  })
}
