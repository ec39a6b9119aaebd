/** What the keyring tests share: temporary directories, the command as a process, certificates as files. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { Airlock } from '../../manager/airlock.ts'
import type { Keyring } from '../../manager/keyring/keyring.ts'

export const root: string = join(import.meta.dirname, '../..')
export const COMMAND: string = join(root, 'dist/manager/cli/main.js')
export const fixture = (name: string): string => join(root, 'fixtures/keys', name)

/** A directory for the whole file, removed at its end. */
export function temporary(): (name: string) => string {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'keyring-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return (name) => join(folder, name)
}

/** One airlock for the whole file. */
export function sharedAirlock(): () => Airlock {
  let airlock: Airlock | undefined
  beforeAll(async () => {
    airlock = await Airlock.open()
  })
  afterAll(async () => {
    await airlock?.[Symbol.asyncDispose]()
  })
  return () => {
    if (airlock === undefined) throw new Error('expected the airlock to be open')
    return airlock
  }
}

/** Imports bytes or files into a store, and says what became of each certificate. */
export async function importInto(
  airlock: Airlock,
  path: string,
  ...keys: readonly (string | Uint8Array)[]
): Promise<string[]> {
  const store = airlock.openStore(path)
  const plan = await store.plan(keys.map((one) => (typeof one === 'string' ? { path: one } : one)))
  await store.execute(plan)
  return plan.imports.map(({ change }) => change)
}

/** All files below a directory with their contents. */
export function contents(path: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    const name = join(entry.parentPath, entry.name)
    if (entry.isFile()) found.set(name, readFileSync(name, 'latin1'))
  }
  return found
}

/** The files of certificates. */
export function certificateFiles(path: string): string[] {
  return [...contents(path).keys()].filter((name) => !name.endsWith('/writelock')).sort()
}

export const fingerprints = ({ certificates }: Keyring): string[] =>
  certificates.map(({ certificate }) => certificate.fingerprint).sort()

export function write(path: string, octets: Uint8Array | string): string {
  writeFileSync(path, octets)
  return path
}

export interface Run {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The command, without a terminal. */
export function command(args: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
  return run([COMMAND, ...args], env)
}

/** A program of ours, with its arguments. */
export function run(program: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
  const path = process.env['PATH'] ?? ''
  const options = {
    encoding: 'utf8',
    input: '',
    maxBuffer: 2 ** 28,
    env: { PATH: path, ...env },
  } as const
  return spawnSync(process.execPath, program, options)
}

/** The same beside others. */
export function commandBeside(args: readonly string[]): Promise<number | null> {
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: 'ignore' })
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)))
}

/** The code of what a promise is rejected with. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
    return 'no error'
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}
