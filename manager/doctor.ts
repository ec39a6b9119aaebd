/**
 * Tells whether the cage holds on this machine, and why not: starts a real handler, looks at it as every start does,
 * and says of each layer what was found and what to do.
 */
import type { Layer } from '../protocol/hello.ts'
import { type OpenPgpDriverOptions, openpgpDriver } from './openpgp-driver.ts'
import { SetupError } from './umd/outcome.ts'
import type { LayerReport } from './umd/proof.ts'
import { unsupportedPlatform } from './umd/runtime.ts'

/** What was found out. `holds` is true only if every required layer is in force. */
export interface Diagnosis {
  readonly holds: boolean
  /** where the cage was proven to hold by tests, or why it is not meant to */
  readonly platform: 'supported' | 'unproven' | 'unsupported'
  readonly node: string
  readonly layers: readonly (LayerReport & { readonly todo?: string })[]
  /** the layer that stopped the start, where one did */
  readonly failed:
    | { readonly layer: Layer; readonly cause: string; readonly todo: string }
    | undefined
}

/** What a person can do about a layer that is not in force. */
const TODO: Readonly<Partial<Record<Layer, string>>> = {
  platform: 'use Linux with glibc on x86-64, on a kernel with seccomp (not gVisor, not qemu-user)',
  bundle: 'reinstall the package; do not edit its files; keep optional dependencies',
  spawn:
    'use a Node.js binary that every user may execute; as root keep CAP_SETUID, CAP_SETGID, CAP_KILL',
  proc: 'mount /proc without hidepid, or run as a user that may see its own children',
  namespaces:
    'install bubblewrap (bwrap) and allow user namespaces; docs/sandbox.md has the settings',
  filter: 'run where seccomp filters may be added; docs/sandbox.md says which containers forbid it',
  runtime: 'run a supported Node.js (20.19 or later) with its own libraries',
}

/** Starts one handler and reports. Rejects only for errors that are not about the cage. */
export async function diagnose(options: OpenPgpDriverOptions = {}): Promise<Diagnosis> {
  const reason = unsupportedPlatform()
  const node = process.versions.node
  if (reason !== undefined) {
    const failed = { layer: 'platform', cause: reason, todo: TODO.platform ?? '' } as const
    return { holds: false, platform: 'unsupported', node, layers: [], failed }
  }
  const platform = process.arch === 'x64' ? 'supported' : 'unproven'
  const driver = openpgpDriver(options)
  try {
    const { layers } = await driver.start()
    return { holds: true, platform, node, layers: layers.map(withTodo), failed: undefined }
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    const todo = TODO[error.layer] ?? 'see docs/sandbox.md'
    const failed = { layer: error.layer, cause: error.message, todo }
    return { holds: false, platform, node, layers: [], failed }
  } finally {
    await driver[Symbol.asyncDispose]()
  }
}

function withTodo(report: LayerReport): LayerReport & { readonly todo?: string } {
  const todo = TODO[report.layer]
  return report.state === 'missing' && todo !== undefined ? { ...report, todo } : report
}
