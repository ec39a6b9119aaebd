/**
 * The real command as a process: what it prints and how it ends. No test waits for a fixed time; the one bound here is for
 * a command that hangs.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root: string = fileURLToPath(new URL('../..', import.meta.url))
export const main: string = `${root}dist/manager/cli/main.js`
export const DATA: string = `${root}fixtures/signed/release.txt`

/** Milliseconds after which a command counts as hanging: ten times what a busy machine needs. */
const HANGS = 45_000

export function key(name: string): string {
  return `${root}fixtures/keys/${name}.pub.asc`
}

export function signature(name: string): string {
  return `${root}fixtures/signed/release.txt.${name}`
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** what the command reads from standard input; default nothing */
  readonly input?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
}

/** Starts the command; its standard input stays open. */
export function start(args: readonly string[], env: RunOptions['env'] = {}): Running {
  return new Running(process.execPath, [main, ...args], env)
}

/** Runs the command to its end. */
export function run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const running = start(args, options.env)
  running.child.stdin.end(options.input ?? '')
  return running.ended
}

/** Runs the command by a line of shell, in which `$node` and `$main` are the command and `$1` ... the arguments. */
export function shell(line: string, ...args: readonly string[]): Promise<Ended> {
  // a locale that is not installed makes bash complain on standard error
  const env = { node: process.execPath, main, LC_ALL: 'C' }
  const running = new Running('/bin/bash', ['-c', line, 'bash', ...args], env)
  running.child.stdin.end('')
  return running.ended
}

/** `verify` of a fixture by its name; the key of the same name unless `keyring` names another. */
export function verify(
  name: string,
  { keyring = name, data = DATA, more = [] as readonly string[] } = {},
): Promise<Ended> {
  return run(['verify', '--keyring', key(keyring), ...more, signature(`${name}.sig`), data])
}

export class Running {
  readonly child: ChildProcessWithoutNullStreams
  readonly ended: Promise<Ended>

  constructor(file: string, args: readonly string[], env: Readonly<Record<string, string>>) {
    const { NO_COLOR: _, ...inherited } = process.env
    this.child = spawn(file, args, { cwd: root, env: { ...inherited, ...env } })
    // a command that ends before it has read all its input is not this test's business
    this.child.stdin.on('error', () => {})
    const out: Buffer[] = []
    const err: Buffer[] = []
    this.child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    this.child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    this.ended = new Promise((resolve, reject) => {
      const hung = setTimeout(() => {
        this.child.kill('SIGKILL')
        reject(new Error(`the command hung: ${args.join(' ')}`))
      }, HANGS)
      this.child.on('close', (code, signal) => {
        clearTimeout(hung)
        const stdout = Buffer.concat(out).toString('utf8')
        resolve({ code, signal, stdout, stderr: Buffer.concat(err).toString('utf8') })
      })
    })
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  /** Living processes below the command: its handlers, and bubblewrap's. */
  descendants(): readonly number[] {
    const parents = new Map<number, number>()
    for (const name of readdirSync('/proc')) {
      const parent = /^\d+$/.test(name) ? parentOf(name) : undefined
      if (parent !== undefined) parents.set(Number(name), parent)
    }
    const isBelow = (pid: number): boolean => {
      const parent = parents.get(pid)
      return parent === this.pid || (parent !== undefined && parent > 1 && isBelow(parent))
    }
    return [...parents.keys()].filter(isBelow)
  }
}

function stat(pid: number | string): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined // it has ended
  }
}

function parentOf(pid: string): number | undefined {
  const fields = stat(pid)
  return fields === undefined ? undefined : Number(fields[1])
}

export function isRunning(pid: number): boolean {
  const state = stat(pid)?.[0]
  return state !== undefined && state !== 'Z' && state !== 'X'
}
