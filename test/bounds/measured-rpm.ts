/** A package judged in a process of its own: the verdict, how long it took, and the largest resident set. */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { main, root } from '../cli/command.ts'
import { PEAK, Peak } from './peak.ts'

export interface MeasuredRpm {
  /** `verdict code...` */
  readonly said: string
  readonly milliseconds: number
  /** mebibytes, of the manager; handlers have RLIMIT_DATA */
  readonly peak: number
}

const PROGRAM = `
import { readFileSync } from 'node:fs'
import { Airlock } from ${JSON.stringify(`${root}dist/manager/index.js`)}
const [keyring, path] = process.argv.slice(2)
const airlock = await Airlock.open({ poolSize: 1 })
const options = { keyring: await airlock.loadKeyring([{ path: keyring }]) }
const start = performance.now()
const input = path === '-' ? process.stdin : { path }
const verdict = await airlock.judgeRpm({ ...options, package: input })
const milliseconds = performance.now() - start
const said = [verdict.kind, ...(verdict.reasons ?? []).map(({ code }) => code)].join(' ')
console.log(JSON.stringify({ said, milliseconds, peak: ${PEAK} }))
await airlock[Symbol.asyncDispose]()
process.stdin.destroy()
`

/**
 * Judges a file; with `input` the standard input, which is left open behind its last chunk.
 *
 * @param directory for the program
 */
export async function measuredRpm(
  directory: string,
  keyring: string,
  path: string,
  input: Iterable<Uint8Array> = [],
): Promise<MeasuredRpm> {
  const program = join(directory, 'judge.mjs')
  writeFileSync(program, PROGRAM)
  const child = spawn(process.execPath, [program, keyring, path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
  })
  const closed = new Promise<void>((resolve) => {
    child.on('close', () => resolve())
  })
  // it closes its end when it has read enough
  child.stdin.on('error', () => {})
  const refused = new Promise<void>((resolve) => {
    child.stdin.on('close', resolve)
  })
  for (const chunk of input) {
    if (child.stdin.destroyed) break
    if (child.stdin.write(chunk)) continue
    const drained = new Promise<void>((resolve) => {
      child.stdin.once('drain', resolve)
    })
    await Promise.race([drained, refused])
  }
  await closed
  return JSON.parse(stdout) as MeasuredRpm // what the program above prints
}

/**
 * The command about a package, with what it says thrown away.
 *
 * @param directory for the module that measures, and its result
 * @returns its exit code, and its largest resident set in mebibytes
 */
export async function measuredCommand(
  directory: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly peak: number }> {
  const peak = new Peak(directory)
  const child = spawn(process.execPath, [...peak.args, main, 'rpm', ...args], { stdio: 'ignore' })
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code, peak: peak.mebibytes }
}
