/** Runs probe-manager.ts as a process, behind whatever commands make its environment, and reads its report. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { PROBE_MANAGER, testBundle } from './bundle-handlers.ts'
import type { Orders, Report } from './probe-manager.ts'

export interface Probe extends Partial<Omit<Orders, 'bundle'>> {
  readonly handler: string
  /** the command and arguments behind which the manager runs, e.g. `setpriv ...` */
  readonly behind?: readonly string[]
  /** the interpreter; default this one */
  readonly node?: string
  readonly env?: Readonly<Record<string, string>>
}

/** The command line of a probe, for those who start it themselves. */
export function probeCommand(probe: Probe): readonly [command: string, args: string[]] {
  const { handler, behind = [], node = process.execPath, env: _env, ...rest } = probe
  const { path } = testBundle(handler)
  const orders: Orders = {
    bundle: path instanceof URL ? fileURLToPath(path) : path,
    bubblewrap: 'off',
    ...rest,
  }
  const [command = node, ...args] = [...behind, node, PROBE_MANAGER, JSON.stringify(orders)]
  return [command, args]
}

/** Starts a probe; the report is its first line. The process may go on (`stayWith`). */
export async function startProbe(probe: Probe): Promise<{ process: ChildProcess; report: Report }> {
  const [command, args] = probeCommand(probe)
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', ...probe.env },
  })
  let complaint = ''
  child.stderr.on('data', (chunk) => {
    complaint += String(chunk)
  })
  let text = ''
  for await (const chunk of child.stdout) {
    text += String(chunk)
    if (text.includes('\n')) {
      const report: Report = JSON.parse(text.slice(0, text.indexOf('\n')))
      return { process: child, report }
    }
  }
  throw new Error(`the probe ended without a report: ${complaint}`)
}

/** Runs a probe to its end. */
export async function runProbe(probe: Probe): Promise<Report> {
  const { process: child, report } = await startProbe(probe)
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise((resolve) => child.once('exit', resolve))
  }
  return report
}
