/**
 * The end of a handler's process: how it is forced, and what its exit tells. Trusted side; all that is read here is
 * the kernel's word.
 */
import type { ChildProcess } from 'node:child_process'
import type { Failure } from './outcome.ts'
import { startTime } from './proc.ts'
import type { Proof } from './proof.ts'

/** SIGKILL to a process that may be gone, or not ours to kill. */
export function sigkill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // already gone (ESRCH), or a root without CAP_KILL (EPERM): bubblewrap's death or end of file ends it
    if (!(error instanceof Error && 'code' in error)) throw error
  }
}

/** SIGKILL to bubblewrap's process and to the proven one, if that number still is that process. */
export function sigkillProven(process: ChildProcess, proof: Proof): void {
  if (process.exitCode === null && process.signalCode === null) {
    if (startTime(proof.pid) === proof.startTime) sigkill(proof.pid)
    process.kill('SIGKILL')
  }
}

/**
 * What a process's exit means for the requests that it leaves behind. Bubblewrap tells of its child's death by a signal
 * as 128 + number. A SIGKILL that was not ours is the kernel's.
 */
export function exitFailure({ exitCode, signalCode }: ChildProcess, proof: Proof): Failure {
  const isCaged = proof.layers.some((one) => one.layer === 'namespaces' && one.state === 'in force')
  const told = isCaged ? SIGNAL_NAMES.get((exitCode ?? 0) - 128) : undefined
  const signal = signalCode ?? told
  if (signal === 'SIGKILL' || signal === 'SIGXCPU') {
    return { status: 'resource-limit', detail: `the kernel ended the handler (${signal})` }
  }
  return {
    status: 'crashed',
    signal,
    exitCode: signal === undefined ? (exitCode ?? undefined) : undefined,
  }
}

const SIGNAL_NAMES: ReadonlyMap<number, string> = new Map([
  [4, 'SIGILL'],
  [5, 'SIGTRAP'],
  [6, 'SIGABRT'],
  [7, 'SIGBUS'],
  [9, 'SIGKILL'],
  [11, 'SIGSEGV'],
  [24, 'SIGXCPU'],
  [31, 'SIGSYS'],
])
