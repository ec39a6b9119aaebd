/**
 * The proof: before the first hostile byte is sent, the manager looks at the handler from outside and compares what
 * it sees with what must be in force. What it may not look at, the hello's own word is taken for and marked so.
 * A required layer that does not hold throws: nothing starts (claims C4, C7).
 */
import { type Hello, type Layer, PROBE_ERRNO, PROTOCOL_DESCRIPTOR } from '../../protocol/hello.ts'
import { HANDLER_LIMITS } from '../../protocol/limits.ts'
import { SetupError } from './outcome.ts'
import {
  descriptors,
  limits,
  namespace,
  startTime,
  type TaskStatus,
  taskIds,
  taskStatus,
  writableExecutable,
} from './proc.ts'

/** One layer of the cage, as it was found. */
export interface LayerReport {
  readonly layer: Layer
  readonly state: 'in force' | 'missing'
  readonly required: boolean
  /** how it is known: seen by the manager, or told by the handler before any input */
  readonly known: 'inspected' | 'self-reported'
  readonly detail: string
}

/** What was proven about one handler. */
export interface Proof {
  readonly pid: number
  /** identifies the process together with its number */
  readonly startTime: string
  readonly layers: readonly LayerReport[]
}

/** What the proof compares with; taken before the handler was started. */
export interface Expectation {
  /** filters that the handler inherits: the manager's own count */
  readonly inheritedFilters: number
  /** bubblewrap adds namespaces and one outer filter */
  readonly caged: boolean
  /** why not, where `caged` is false */
  readonly uncagedBecause: string
  readonly data: number
}

const NAMESPACES = ['user', 'mnt', 'pid', 'net', 'ipc', 'uts', 'cgroup'] as const

/**
 * Looks at a handler that has said hello.
 *
 * @throws {@link SetupError} with the first required layer that does not hold
 */
export function prove(pid: number, hello: Hello, expected: Expectation): Proof {
  if (hello.failed !== undefined) {
    throw new SetupError(hello.failed, 'the handler could not put this layer on', hello.errno)
  }
  const tasks = taskIds(pid).map((tid) => taskStatus(pid, tid))
  const started = startTime(pid)
  if (tasks.length === 0 || started === undefined) {
    throw new SetupError('proc', 'the handler ended while it was being proven')
  }
  const layers = [
    filterLayer(tasks, expected),
    probeLayer(hello),
    noNewPrivilegesLayer(tasks),
    privilegesLayer(tasks),
    rlimitsLayer(pid, expected),
    descriptorsLayer(pid, hello),
    memoryLayer(pid, hello),
    namespacesLayer(pid, expected),
  ]
  return { pid, startTime: started, layers }
}

function inForce(
  layer: Layer,
  detail: string,
  known: LayerReport['known'] = 'inspected',
): LayerReport {
  return { layer, state: 'in force', required: true, known, detail }
}

/** Ours and no other: a container's or bubblewrap's filter alone shows mode 2 as well, so they are counted. */
function filterLayer(tasks: readonly TaskStatus[], expected: Expectation): LayerReport {
  const outer = expected.caged ? 1 : 0
  const count = expected.inheritedFilters + outer + 1
  for (const task of tasks) {
    if (task.seccompMode !== 2 || task.seccompFilters !== count) {
      throw new SetupError(
        'filter',
        `a thread has seccomp mode ${task.seccompMode} with ${task.seccompFilters} filters; expected mode 2 with ` +
          `${count} (${expected.inheritedFilters} inherited, ${outer} outer, 1 strict)`,
      )
    }
  }
  return inForce('filter', `strict filter on ${tasks.length} threads, ${count} filters in all`)
}

function probeLayer(hello: Hello): LayerReport {
  if (hello.probeErrno !== PROBE_ERRNO) {
    throw new SetupError('probe', `the probe call answered ${hello.probeErrno}, not ${PROBE_ERRNO}`)
  }
  return inForce('probe', 'the probe call got the strict filter’s answer', 'self-reported')
}

function noNewPrivilegesLayer(tasks: readonly TaskStatus[]): LayerReport {
  if (tasks.some((task) => task.noNewPrivileges !== 1)) {
    throw new SetupError('no-new-privileges', 'a thread may still gain privileges by exec')
  }
  return inForce('no-new-privileges', 'set on all threads')
}

function privilegesLayer(tasks: readonly TaskStatus[]): LayerReport {
  for (const task of tasks) {
    if (task.capabilities.some((set) => /[^0]/.test(set))) {
      throw new SetupError('privileges', 'a thread has capabilities')
    }
    if ([...task.uids, ...task.gids, ...task.groups].includes(0)) {
      throw new SetupError('privileges', 'a thread runs as root, or in its group')
    }
  }
  return inForce('privileges', `user ${tasks[0]?.uids[0]}, no capability in any set`)
}

function rlimitsLayer(pid: number, expected: Expectation): LayerReport {
  const rows: readonly (readonly [string, number])[] = [
    ['Max processes', 0],
    ['Max file size', 0],
    ['Max core file size', 0],
    ['Max open files', HANDLER_LIMITS.descriptors],
    ['Max data size', expected.data],
  ]
  const actual = limits(pid)
  for (const [name, value] of rows) {
    const [soft, hard] = actual.get(name) ?? ['missing', 'missing']
    if (soft !== String(value) || hard !== String(value)) {
      throw new SetupError('rlimits', `${name} is ${soft}/${hard}, expected ${value}`)
    }
  }
  return inForce('rlimits', `memory ${expected.data / 1_048_576} MiB, no file, no process, no core`)
}

/** One descriptor, the protocol socket: neither the runtime's nor a stray one of the caller's is left. */
function descriptorsLayer(pid: number, hello: Hello): LayerReport {
  const open = descriptors(pid)
  if (open === undefined) {
    if (hello.descriptors !== 1) {
      throw new SetupError('descriptors', `the handler has ${hello.descriptors} open, expected 1`)
    }
    return inForce('descriptors', 'only the protocol socket is open', 'self-reported')
  }
  const target = open.get(PROTOCOL_DESCRIPTOR)
  if (open.size !== 1 || target === undefined || !target.startsWith('socket:')) {
    throw new SetupError('descriptors', `${open.size} descriptors are open, expected one socket`)
  }
  return inForce('descriptors', 'only the protocol socket is open')
}

function memoryLayer(pid: number, hello: Hello): LayerReport {
  const seen = writableExecutable(pid)
  const count = seen ?? hello.writableExecutable
  if (count !== 0) {
    throw new SetupError('memory', `${count} mappings are writable and executable`)
  }
  const known = seen === undefined ? 'self-reported' : 'inspected'
  return inForce('memory', 'no mapping is writable and executable', known)
}

function namespacesLayer(pid: number, expected: Expectation): LayerReport {
  if (!expected.caged) {
    return {
      layer: 'namespaces',
      state: 'missing',
      required: false,
      known: 'inspected',
      detail: expected.uncagedBecause,
    }
  }
  const shared = NAMESPACES.filter((name) => {
    const own = namespace('self', name)
    return own !== undefined && own === namespace(pid, name)
  })
  if (shared.length > 0) {
    throw new SetupError(
      'namespaces',
      `the handler shares the caller's namespaces: ${shared.join(' ')}`,
    )
  }
  const seen = namespace(pid, 'net') !== undefined
  return {
    layer: 'namespaces',
    state: 'in force',
    required: false,
    known: seen ? 'inspected' : 'self-reported',
    detail: 'bubblewrap: own user, mount, pid, network, ipc, uts and cgroup namespaces, empty root',
  }
}
