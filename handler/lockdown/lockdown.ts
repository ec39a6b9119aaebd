/**
 * The lock-down, in order, before any input: nothing open but the protocol socket, limits, no new privileges, the
 * strict filter on all threads, and the probe that shows it. The first step that fails is reported in the hello and
 * the process serves nothing. What is put on here cannot be taken off again.
 */
import { readFileSync } from 'node:fs'
import { encodeProgram } from '../../protocol/bpf.ts'
import {
  type Hello,
  type Layer,
  PROBE_ERRNO,
  PROBE_SYSCALL,
  PROTOCOL_DESCRIPTOR,
} from '../../protocol/hello.ts'
import { HANDLER_LIMITS } from '../../protocol/limits.ts'
import { compileFilter } from './bpf.ts'
import { loadNative, type Native } from './native.ts'

/** System calls of the lock-down itself, by architecture. */
const CALLS = {
  x64: { closeRange: 436, fcntl: 72, prlimit64: 302, prctl: 157, seccomp: 317, exitGroup: 231 },
  arm64: { closeRange: 436, fcntl: 25, prlimit64: 261, prctl: 167, seccomp: 277, exitGroup: 94 },
} as const
type Calls = (typeof CALLS)['x64' | 'arm64']

const UNLIMITED_DESCRIPTORS = 0xffff_ffff
const F_GETFD = 1
const PR_SET_PDEATHSIG = 1
const PR_SET_NO_NEW_PRIVS = 38
const SIGKILL = 9
const SECCOMP_SET_MODE_FILTER = 1
const SECCOMP_FILTER_FLAG_TSYNC = 1

/** Resource limits (getrlimit(2)), each soft = hard. */
const RLIMITS = [
  // no process and no thread can be made
  { resource: 6, value: 0 },
  // no file can grow
  { resource: 1, value: 0 },
  // no core file: it would hold the input
  { resource: 4, value: 0 },
  // the protocol socket is the highest descriptor
  { resource: 7, value: HANDLER_LIMITS.descriptors },
] as const
const RLIMIT_DATA = 2

class LayerFailed extends Error {
  readonly layer: Layer
  readonly errno: number

  constructor(layer: Layer, errno: number) {
    super(layer)
    this.layer = layer
    this.errno = errno
  }
}

/** What the steps need: made before the first one, because afterwards nothing can be opened or loaded. */
export interface Ground {
  readonly native: Native
  readonly calls: Calls
  readonly program: Uint8Array
}

/** The end of the lock-down, good or bad. */
export interface LockDown {
  /** locked, or the layer that failed */
  readonly hello: Hello
  /** Ends the process at once: the runtime's own way out waits for ever for threads that it can no longer wake. */
  readonly exit: (code: number) => void
}

/**
 * Locks this process down: all steps, in their order. The steps are exported for the tests that leave one out and
 * are refused for it; a handler calls this function and no other.
 *
 * @param data RLIMIT_DATA in bytes
 */
export function lockDown(data: number): LockDown {
  let report = { probeErrno: 0, descriptors: 0, writableExecutable: 0 }
  let exit = (_code: number): void => {}
  try {
    const ground = prepare()
    exit = (code) => exitGroup(ground, code)
    report = { ...report, writableExecutable: countWritableExecutable() }
    closeDescriptors(ground)
    report = { ...report, descriptors: countDescriptors(ground) }
    limitResources(ground, data)
    followParent(ground)
    denyNewPrivileges(ground)
    applyFilter(ground)
    const probeErrno = probe(ground)
    if (probeErrno !== PROBE_ERRNO) throw new LayerFailed('probe', probeErrno)
    return { hello: { failed: undefined, errno: 0, ...report, probeErrno }, exit }
  } catch (error) {
    const [failed, errno] =
      error instanceof LayerFailed ? [error.layer, error.errno] : (['runtime', 0] as const)
    return { hello: { failed, errno, ...report }, exit }
  }
}

/** @throws LayerFailed layer `platform` or `runtime` */
export function prepare(): Ground {
  const arch = process.arch
  if (arch !== 'x64' && arch !== 'arm64') throw new LayerFailed('platform', 0)
  const program = encodeProgram(compileFilter(arch))
  try {
    return { native: loadNative(), calls: CALLS[arch], program }
  } catch {
    throw new LayerFailed('runtime', 0)
  }
}

function required(layer: Layer, result: number): void {
  if (result !== 0) throw new LayerFailed(layer, Math.min(65_535, Math.abs(result)))
}

/**
 * Closes everything but the protocol socket: standard input, output and error, the FFI binary, the runtime's epoll,
 * event and io_uring descriptors, and whatever the caller's process let through. Nothing in this process uses them:
 * the loop reads and writes one descriptor with blocking calls.
 */
export function closeDescriptors({ native, calls }: Ground): void {
  required('descriptors', native.call(calls.closeRange, 0, PROTOCOL_DESCRIPTOR - 1, null))
  required(
    'descriptors',
    native.call(calls.closeRange, PROTOCOL_DESCRIPTOR + 1, UNLIMITED_DESCRIPTORS, null),
  )
}

export function countDescriptors({ native, calls }: Ground): number {
  let open = 0
  for (let descriptor = 0; descriptor < 256; descriptor += 1) {
    if (native.call(calls.fcntl, descriptor, F_GETFD, null) >= 0) open += 1
  }
  return open
}

export function limitResources({ native, calls }: Ground, data: number): void {
  for (const { resource, value } of [...RLIMITS, { resource: RLIMIT_DATA, value: data }]) {
    const pair = Buffer.alloc(16) // struct rlimit64: soft, hard
    pair.writeBigUInt64LE(BigInt(value), 0)
    pair.writeBigUInt64LE(BigInt(value), 8)
    required('rlimits', native.call(calls.prlimit64, 0, resource, pair))
  }
}

/** The kernel's own end of a handler whose manager died; end of file is the other sign. */
export function followParent({ native, calls }: Ground): void {
  required('privileges', native.call(calls.prctl, PR_SET_PDEATHSIG, SIGKILL, null))
}

export function denyNewPrivileges({ native, calls }: Ground): void {
  required('no-new-privileges', native.call(calls.prctl, PR_SET_NO_NEW_PRIVS, 1, null))
}

/**
 * TSYNC puts the filter on every thread or on none; a result above 0 is the thread that refused.
 *
 * @param flags for a test only: without TSYNC the filter is on one thread, and the manager must see it
 */
export function applyFilter(
  { native, calls, program }: Ground,
  flags: number = SECCOMP_FILTER_FLAG_TSYNC,
): void {
  const filter = Buffer.from(program)
  const header = Buffer.alloc(16) // struct sock_fprog: count, padding, address
  header.writeUInt16LE(filter.length / 8, 0)
  header.writeBigUInt64LE(native.address(filter), 8)
  required('filter', native.call(calls.seccomp, SECCOMP_SET_MODE_FILTER, flags, header))
}

/** What the probe call answers: PROBE_ERRNO where our filter is on. */
export function probe({ native }: Ground): number {
  return -native.call(PROBE_SYSCALL, 0, 0, null)
}

function exitGroup({ native, calls }: Ground, code: number): void {
  native.call(calls.exitGroup, code, 0, null)
}

/** Counted before the lock-down, when /proc may still be opened; 65535 where it is not there. */
export function countWritableExecutable(): number {
  try {
    const lines = readFileSync('/proc/self/maps', 'latin1').split('\n')
    return lines.filter((line) => /^\S+ .wx/.test(line)).length
  } catch {
    return 65_535
  }
}
