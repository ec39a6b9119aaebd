/**
 * The environments in which a manager may find itself, as commands to run it behind, and the filters that make two of
 * them. Root makes them all.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  ANSWER,
  answer,
  encodeProgram,
  guard,
  type Instruction,
  jump,
  load,
  OFFSET,
  OPCODE,
} from '../../protocol/bpf.ts'

const EPERM = 1
const ENOSYS = 38
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET */
const NEW_NAMESPACES = 0x7e02_0000
const CALLS = {
  x64: { clone: 56, unshare: 272, clone3: 435, keyctl: 250 },
  arm64: { clone: 220, unshare: 97, clone3: 435, keyctl: 219 },
} as const

const arch = process.arch === 'arm64' ? 'arm64' : 'x64'
const calls = CALLS[arch]

function refuse(number: number, errno: number): Instruction[] {
  return [jump(OPCODE.jumpEqual, number, 0, 1), answer(ANSWER.errno + errno)]
}

/** A filter that minds nothing that we do, as a container's. */
export const PERMISSIVE: Uint8Array = encodeProgram([
  ...guard(arch),
  ...refuse(calls.keyctl, EPERM),
  answer(ANSWER.allow),
])

/** A filter that lets nobody make a namespace, as Docker's default. */
export const NO_NAMESPACES: Uint8Array = encodeProgram([
  ...guard(arch),
  ...refuse(calls.unshare, EPERM),
  ...refuse(calls.clone3, ENOSYS),
  jump(OPCODE.jumpEqual, calls.clone, 0, 3),
  load(OFFSET.arguments),
  jump(OPCODE.jumpAnyBit, NEW_NAMESPACES, 0, 1),
  answer(ANSWER.errno + EPERM),
  answer(ANSWER.allow),
])

/** What Docker and Podman leave to root. */
const CONTAINER_CAPABILITIES =
  '-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,' +
  '+net_raw,+sys_chroot,+mknod,+audit_write,+setfcap'

const CONTAINER_ROOT = [
  ...['setpriv', '--bounding-set', CONTAINER_CAPABILITIES, '--inh-caps', '-all'],
] as const
export const ORDINARY_USER = [
  ...['setpriv', '--reuid', '1000', '--regid', '1000', '--clear-groups'],
] as const

/** Runs the rest under a filter, in a mount namespace that shows everything. */
export function underFilter(folder: string, filter: Uint8Array): readonly string[] {
  const file = join(folder, `${filter.length}.bpf`)
  writeFileSync(file, filter)
  const script = `exec bwrap --dev-bind / / --seccomp 9 -- "$@" 9<${file}`
  return ['bash', '-c', script, 'bash']
}

export interface Environment {
  readonly name: string
  readonly behind: readonly string[]
  readonly uid: number
  /** layers that this manager may not look at, and takes the handler's own word for */
  readonly selfReported: readonly string[]
  /** whether bubblewrap can work here, or the words that say why not */
  readonly bubblewrap: true | RegExp
}

export function environments(folder: string): readonly Environment[] {
  const filter = underFilter(folder, PERMISSIVE)
  const blocked = underFilter(folder, NO_NAMESPACES)
  const own = ['probe']
  const blind = ['probe', 'descriptors', 'memory']
  return [
    {
      name: 'ordinary user',
      behind: ORDINARY_USER,
      uid: 1000,
      selfReported: own,
      bubblewrap: true,
    },
    { name: 'root', behind: [], uid: 0, selfReported: own, bubblewrap: true },
    {
      name: 'root with a container’s capabilities',
      behind: CONTAINER_ROOT,
      uid: 0,
      selfReported: blind,
      bubblewrap: true,
    },
    {
      name: 'root with a container’s capabilities and no-new-privileges',
      behind: [...CONTAINER_ROOT, '--no-new-privs'],
      uid: 0,
      selfReported: blind,
      bubblewrap: true,
    },
    {
      name: 'root under a filter',
      behind: filter,
      uid: 0,
      selfReported: own,
      bubblewrap: true,
    },
    {
      name: 'ordinary user under a filter',
      behind: [...ORDINARY_USER, ...filter],
      uid: 1000,
      selfReported: own,
      // inside a user's own namespace the system's files belong to nobody that is known there
      bubblewrap: /bwrap is not owned by root/,
    },
    {
      name: 'root under a filter that forbids namespaces',
      behind: blocked,
      uid: 0,
      selfReported: own,
      bubblewrap: /bubblewrap is present and blocked \(bwrap: /,
    },
    {
      name: 'root as in a container, under a filter that forbids namespaces',
      behind: [...blocked, ...CONTAINER_ROOT],
      uid: 0,
      selfReported: blind,
      bubblewrap: /bubblewrap is present and blocked \(bwrap: /,
    },
  ]
}
