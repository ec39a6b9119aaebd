/**
 * The outer cage, where the machine has one: bubblewrap, with every namespace, no capability, and a root that holds
 * the interpreter and its libraries and nothing else. It is trusted as the system's own binary is: absolute path,
 * owned by root, writable by nobody else.
 */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { HANDLER_ENVIRONMENT } from './runtime.ts'

/** Descriptor from which bubblewrap reads the outer filter. */
export const OUTER_FILTER_DESCRIPTOR = 6

/** Where bubblewrap is, or why it cannot be used. */
export type BubblewrapFinding = { readonly path: string } | { readonly reason: string }

/** Looks along a PATH for a `bwrap` that only root can have put there. */
export function findBubblewrap(path: string): BubblewrapFinding {
  let refused: string | undefined
  for (const directory of path.split(':')) {
    if (!isAbsolute(directory)) continue
    const candidate = join(directory, 'bwrap')
    const stat = statSync(candidate, { throwIfNoEntry: false })
    if (stat === undefined || !stat.isFile()) continue
    if (stat.uid !== 0) refused = `${candidate} is not owned by root`
    else if ((stat.mode & 0o022) !== 0) refused = `${candidate} is writable by others than root`
    else return { path: candidate }
  }
  return { reason: refused ?? 'bubblewrap (bwrap) is not in PATH' }
}

const INTERPRETER = {
  x64: '/lib64/ld-linux-x86-64.so.2',
  arm64: '/lib/ld-linux-aarch64.so.1',
} as const

/**
 * The arguments for bubblewrap up to the program that it runs.
 *
 * @param node absolute path of the interpreter
 * @param command what runs inside, starting with `/node`
 */
export function bubblewrapArguments(node: string, command: readonly string[]): string[] {
  const mounts = libraries().flatMap(({ file, inside }) => ['--ro-bind', file, inside])
  return [
    // user, ipc, pid, network, uts and cgroup namespaces: nothing outside can be named
    '--unshare-all',
    // the kernel ends everything inside when the manager's side of bubblewrap goes
    '--die-with-parent',
    // no controlling terminal: no TIOCSTI into the caller's terminal
    '--new-session',
    // root's bubblewrap would keep every capability inside
    ...['--cap-drop', 'ALL'],
    '--clearenv',
    ...['--setenv', 'LD_LIBRARY_PATH', '/lib'],
    ...Object.entries(HANDLER_ENVIRONMENT).flatMap((pair) => ['--setenv', ...pair]),
    // an empty root: the interpreter, its libraries, and /proc of the new pid namespace for the FFI descriptor
    ...['--ro-bind', node, '/node'],
    ...mounts,
    ...['--proc', '/proc'],
    ...['--chdir', '/'],
    // no --info-fd: bubblewrap dies of that write when the caller is gone, and its child then waits for ever
    ...['--seccomp', String(OUTER_FILTER_DESCRIPTOR)],
    '--',
    ...command,
  ]
}

/**
 * The libraries that this very process has mapped: the handler runs the same interpreter. Each is mounted under
 * every name by which the loader may ask for it.
 */
function libraries(): { file: string; inside: string }[] {
  const found: { file: string; inside: string }[] = []
  const mapped = new Set<string>()
  for (const line of readFileSync('/proc/self/maps', 'latin1').split('\n')) {
    const path = line.slice(line.indexOf('/'))
    if (line.includes('/') && /\.so(\.|$)/.test(path)) mapped.add(path)
  }
  for (const file of mapped) {
    const stem = basename(file).replace(/\.so(\.[0-9.]+)?$|-[0-9.]+\.so$/, '')
    for (const name of readdirSync(dirname(file))) {
      if (!name.startsWith(stem) || !name.includes('.so')) continue
      if (realName(join(dirname(file), name)) !== file) continue
      found.push({ file, inside: `/lib/${name}` })
      if (name.startsWith('ld-linux')) {
        const inside = INTERPRETER[process.arch === 'arm64' ? 'arm64' : 'x64']
        if (inside !== `/lib/${name}`) found.push({ file, inside })
      }
    }
  }
  return found
}

function realName(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined // a dangling link is not a library
  }
}
