/**
 * What the kernel says of a process, read from /proc. Trusted text; still parsed strictly, and a field that is
 * missing is an error, never a default. Layer `proc` names a /proc that is hidden or unreadable.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { SetupError } from './outcome.ts'

/** The fields of /proc/PID/task/TID/status that the proof needs. */
export interface TaskStatus {
  readonly seccompMode: number
  readonly seccompFilters: number
  readonly noNewPrivileges: number
  /** inheritable, permitted, effective, ambient: hexadecimal, 16 digits each */
  readonly capabilities: readonly string[]
  /** real, effective, saved, file system */
  readonly uids: readonly number[]
  readonly gids: readonly number[]
  readonly groups: readonly number[]
}

/** @throws {@link SetupError} layer `proc` */
export function taskStatus(pid: number | 'self', tid?: number): TaskStatus {
  const path = tid === undefined ? `/proc/${pid}/status` : `/proc/${pid}/task/${tid}/status`
  const fields = new Map<string, string>()
  for (const line of readProc(path).split('\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trim())
  }
  const field = (name: string): string => {
    const value = fields.get(name)
    if (value === undefined)
      throw new SetupError('proc', `${name} is not in ${path}: kernel too old`)
    return value
  }
  const numbers = (name: string): number[] =>
    field(name)
      .split(/\s+/)
      .filter((part) => part !== '')
      .map(Number)
  return {
    seccompMode: Number(field('Seccomp')),
    seccompFilters: Number(field('Seccomp_filters')),
    noNewPrivileges: Number(field('NoNewPrivs')),
    capabilities: [field('CapInh'), field('CapPrm'), field('CapEff'), field('CapAmb')],
    uids: numbers('Uid'),
    gids: numbers('Gid'),
    groups: numbers('Groups'),
  }
}

/** Thread ids of a process. @throws {@link SetupError} layer `proc` */
export function taskIds(pid: number): number[] {
  return listProc(`/proc/${pid}/task`).map(Number)
}

/** Process ids of the children of a process's first thread. @throws {@link SetupError} layer `proc` */
export function childIds(pid: number): number[] {
  return readProc(`/proc/${pid}/task/${pid}/children`)
    .split(' ')
    .filter((part) => part !== '')
    .map(Number)
}

/** Soft and hard values of /proc/PID/limits by the kernel's name of the limit. */
export function limits(pid: number): ReadonlyMap<string, readonly [string, string]> {
  const rows = new Map<string, readonly [string, string]>()
  for (const line of readProc(`/proc/${pid}/limits`).split('\n').slice(1)) {
    const match = /^(Max [a-z ]+?) {2,}(\S+) +(\S+)/.exec(line)
    if (match?.[1] && match[2] && match[3]) rows.set(match[1], [match[2], match[3]])
  }
  return rows
}

/** Open descriptors and their targets, or undefined where this process may not look (Yama, dumpable). */
export function descriptors(pid: number): ReadonlyMap<number, string> | undefined {
  return permitted(() => {
    const open = new Map<number, string>()
    const directory = `/proc/${pid}/fd`
    for (const name of readdirSync(directory)) {
      open.set(Number(name), readlinkSync(`${directory}/${name}`))
    }
    return open
  })
}

/** Number of mappings that are writable and executable, or undefined where this process may not look. */
export function writableExecutable(pid: number): number | undefined {
  return permitted(() => {
    const lines = readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n')
    return lines.filter((line) => /^\S+ .wx/.test(line)).length
  })
}

/** Namespace links such as `net:[4026531840]`, or undefined where this process may not look. */
export function namespace(pid: number | 'self', name: string): string | undefined {
  return permitted(() => readlinkSync(`/proc/${pid}/ns/${name}`))
}

/** Start time of a process in clock ticks since boot: with its number, its identity. */
export function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined // gone: it has no start time any more
  }
}

/** undefined for a refusal by the kernel; a vanished process is an error of the layer. */
function permitted<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EACCES' || code === 'EPERM') return undefined
    throw new SetupError('proc', 'the handler is not visible in /proc (ended, or /proc is hidden)')
  }
}

function readProc(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch (error) {
    throw unreadable(path, error)
  }
}

function listProc(path: string): string[] {
  try {
    return readdirSync(path)
  } catch (error) {
    throw unreadable(path, error)
  }
}

function unreadable(path: string, error: unknown): SetupError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const cause =
    code === 'EMFILE' || code === 'ENFILE'
      ? 'no descriptor is left'
      : 'the handler ended, or /proc is hidden'
  return new SetupError('proc', `${path} cannot be read: ${cause}`)
}
