/**
 * The interpreter that runs a handler: its flags, its environment, the user that it runs as, and whether this
 * machine is one that the cage was made for.
 */
import { readFileSync } from 'node:fs'
import { HANDLER_LIMITS } from '../../protocol/limits.ts'
import { SetupError } from './outcome.ts'

/** What a driver fixes for its handlers, told to them on the command line before any input. */
export interface HandlerLimits {
  /** RLIMIT_DATA in bytes */
  readonly data: number
  /** largest request body in bytes */
  readonly maxRequest: number
  /** largest reply body in bytes */
  readonly maxReply: number
}

/** The environment of a handler, caged or bare: nothing of the caller's, none of NODE_*. */
export const HANDLER_ENVIRONMENT: Readonly<Record<string, string>> = {
  // one malloc arena: every further one reserves 64 MiB that count against the memory cap
  MALLOC_ARENA_MAX: '1',
}

/** nobody:nogroup, the user that root's handlers run as. Root is left before exec. */
export const UNPRIVILEGED_ID = 65_534

/** Flags of the interpreter, in order, up to the program on standard input and the handler's own numbers. */
export function interpreterArguments(limits: HandlerLimits): string[] {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const hasDisableSigusr1 = major > 22 || (major === 22 && minor >= 14)
  return [
    // no code is generated, so no page is ever writable and executable, and the filter can forbid PROT_EXEC
    '--jitless',
    // no worker threads of the engine: fewer system calls after lock-down
    '--single-threaded',
    '--v8-pool-size=0',
    // SIGUSR1 would start the inspector
    ...(hasDisableSigusr1 ? ['--disable-sigusr1'] : []),
    `--max-old-space-size=${HANDLER_LIMITS.heapMiB}`,
    `--max-semi-space-size=${HANDLER_LIMITS.semiSpaceMiB}`,
    '--disable-proto=throw',
    '--disallow-code-generation-from-strings',
    // the program is CommonJS whatever package.json lies around
    '--input-type=commonjs',
    '-',
    String(limits.data),
    String(limits.maxRequest),
    String(limits.maxReply),
  ]
}

/** Whether the cage is made for this machine; the sentence is public. */
export function unsupportedPlatform(): string | undefined {
  if (process.platform !== 'linux') return 'pgp-airlock runs on Linux only: its cage is seccomp'
  if (process.arch !== 'x64' && process.arch !== 'arm64') {
    return 'pgp-airlock knows the system calls of x86-64 and arm64 only'
  }
  const maps = ownProc('maps')
  const status = ownProc('status')
  if (maps === undefined || status === undefined) return NO_PROC
  if (maps.includes('/ld-musl-')) {
    return 'pgp-airlock needs glibc: the cage is not proven with musl'
  }
  if (!status.includes('\nSeccomp_filters:')) {
    return 'this kernel does not report seccomp filters (gVisor, qemu-user, before 5.9): the cage cannot be proven'
  }
  return undefined
}

const NO_PROC = '/proc is not mounted or not readable here: the cage cannot be proven'

function ownProc(name: string): string | undefined {
  try {
    return readFileSync(`/proc/self/${name}`, 'latin1')
  } catch {
    return undefined // whatever the reason, it cannot be read: that is the finding
  }
}

/** @throws {@link SetupError} layer `platform`, or `proc` where there is none */
export function requireSupportedPlatform(): void {
  const reason = unsupportedPlatform()
  if (reason !== undefined) throw new SetupError(reason === NO_PROC ? 'proc' : 'platform', reason)
}
