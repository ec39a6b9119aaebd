/**
 * Starts one handler process, caged by bubblewrap or bare, and pipes its program to it. The result is a process, its
 * protocol socket and the number under which this side's kernel knows it; nothing is proven yet and no input has
 * been sent. Node's `pipe` is a connected pair of AF_UNIX stream sockets: one of them is both request and reply.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { FFI_DESCRIPTOR, PROTOCOL_DESCRIPTOR } from '../../protocol/hello.ts'
import { bubblewrapArguments, OUTER_FILTER_DESCRIPTOR } from './bubblewrap.ts'
import type { Bundle } from './bundle.ts'
import { SetupError } from './outcome.ts'
import { outerFilter } from './outer-filter.ts'
import { childIds } from './proc.ts'
import {
  HANDLER_ENVIRONMENT,
  type HandlerLimits,
  interpreterArguments,
  UNPRIVILEGED_ID,
} from './runtime.ts'

/** How a handler is started; the same for all handlers of a driver. */
export interface Recipe {
  readonly bundle: Bundle
  readonly limits: HandlerLimits
  /** absolute path of bubblewrap, or undefined for a bare process */
  readonly bubblewrap: string | undefined
}

/** A started process, not yet proven. */
export interface Spawned {
  readonly process: ChildProcess
  readonly socket: Socket
  /** the handler's number as this side's kernel knows it: found, never received */
  readonly pid: () => Promise<number>
  /** the first characters that bubblewrap printed before the handler ran, printable ASCII only */
  readonly complaint: () => string
}

/** Standard input, output, error, protocol, unused, FFI, then bubblewrap's filter. Index is descriptor. */
function stdio(recipe: Recipe): (number | 'pipe' | 'ignore')[] {
  const caged = recipe.bubblewrap !== undefined
  const table: (number | 'pipe' | 'ignore')[] = ['pipe', 'ignore', caged ? 'pipe' : 'ignore']
  table[PROTOCOL_DESCRIPTOR] = 'pipe'
  table[PROTOCOL_DESCRIPTOR + 1] = 'ignore'
  table[FFI_DESCRIPTOR] = recipe.bundle.ffi
  if (caged) table[OUTER_FILTER_DESCRIPTOR] = 'pipe'
  return table
}

/** @throws {@link SetupError} layer `spawn` */
export function spawnHandler(recipe: Recipe): Spawned {
  const flags = interpreterArguments(recipe.limits)
  const [command, args] =
    recipe.bubblewrap === undefined
      ? [process.execPath, flags]
      : [recipe.bubblewrap, bubblewrapArguments(process.execPath, ['/node', ...flags])]
  const isRoot = process.geteuid?.() === 0
  let child: ChildProcess
  try {
    child = spawn(command, args, {
      stdio: stdio(recipe),
      env: { ...HANDLER_ENVIRONMENT },
      cwd: '/',
      // own session: no terminal, no signals of the caller's job control
      detached: true,
      ...(isRoot ? { uid: UNPRIVILEGED_ID, gid: UNPRIVILEGED_ID } : {}),
    })
  } catch (error) {
    throw spawnError(error, isRoot)
  }
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error) => reject(spawnError(error, isRoot)))
  })
  failed.catch(() => {}) // whoever waits for the pid or the hello is told; nobody else needs it
  if (child.stdin === undefined || child.stdio[PROTOCOL_DESCRIPTOR] === undefined) {
    // Node gives up before it has made the pipes, and says why only later
    const cause = 'the handler process cannot be started: no descriptor or no memory is left'
    throw new SetupError('spawn', cause)
  }
  const stdin = child.stdin as Writable
  stdin.on('error', () => {}) // a handler that ended before it read its program shows as an early exit
  stdin.end(recipe.bundle.program)
  // Node's types know five descriptors; those above are what the table in stdio() made of them
  const streams: readonly unknown[] = child.stdio
  const socket = streams[PROTOCOL_DESCRIPTOR] as Socket
  const text = recipe.bubblewrap === undefined ? () => '' : collect(child.stderr)
  if (recipe.bubblewrap === undefined) {
    const pid = async (): Promise<number> => child.pid ?? (await failed)
    return { process: child, socket, pid, complaint: text }
  }
  const filter = streams[OUTER_FILTER_DESCRIPTOR] as Writable
  filter.on('error', () => {}) // likewise
  filter.end(outerFilter(process.arch === 'arm64' ? 'arm64' : 'x64'))
  // bubblewrap's only child is the init of the new pid namespace, whose only child is the handler
  const pid = async (): Promise<number> => onlyChild(onlyChild(child.pid ?? (await failed)))
  return { process: child, socket, pid, complaint: text }
}

function spawnError(error: unknown, isRoot: boolean): SetupError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  const errno = error instanceof Error && 'errno' in error ? Math.abs(Number(error.errno)) : 0
  const cause =
    code === 'EACCES' && isRoot
      ? `user ${UNPRIVILEGED_ID} may not execute the Node.js binary (a directory above it is closed to others)`
      : code === 'EPERM' && isRoot
        ? `this root may not become user ${UNPRIVILEGED_ID} (CAP_SETUID and CAP_SETGID are missing)`
        : `the handler process cannot be started (${code})`
  return new SetupError('spawn', cause, errno)
}

/** Known once the hello has arrived: then both have been made, and neither makes another. */
function onlyChild(parent: number): number {
  const [only, ...others] = childIds(parent)
  if (only === undefined || others.length > 0) {
    throw new SetupError(
      'namespaces',
      'bubblewrap does not have exactly one child with exactly one child',
    )
  }
  return only
}

const COMPLAINT_LENGTH = 300

function collect(stream: Readable | null): () => string {
  let text = ''
  stream?.on('data', (chunk) => {
    if (text.length < COMPLAINT_LENGTH) text += String(chunk)
  })
  return () =>
    text
      .replace(/[^ -~]+/g, ' ')
      .slice(0, COMPLAINT_LENGTH)
      .trim()
}
