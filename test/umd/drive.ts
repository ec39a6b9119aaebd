/**
 * What all tests of the driver library share: a driver for a test handler, a request that gives back bytes, a record
 * of the driver's events, and a bounded wait. No test waits for a fixed time.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  check,
  Driver,
  type DriverEvent,
  type DriverOptions,
  EVENTS_CHANNEL,
  type Isolation,
  type Outcome,
  type Request,
  type Tainted,
} from '../../manager/umd/index.ts'
import { testBundle } from './bundle-handlers.ts'

export const MEBIBYTE = 1_048_576
let drivers = 0

/** A driver of its own name, so that its events can be told from those of others. */
export function testDriver(handler: string, options: Partial<DriverOptions> = {}): Driver {
  drivers += 1
  return new Driver({
    name: `${handler}-${drivers}`,
    bundle: testBundle(handler),
    limits: { data: 128 * MEBIBYTE, maxRequest: MEBIBYTE, maxReply: 4 * MEBIBYTE },
    bubblewrap: 'off',
    ...options,
  })
}

/** Copies the reply. Tests may: their inputs are their own. */
export function open(reply: Tainted<Uint8Array>): Uint8Array {
  return check(reply, (untrusted) => untrusted.slice())
}

export interface Ask {
  readonly verb?: number
  readonly source?: string
  readonly isolation?: Isolation
  readonly signal?: AbortSignal
}

/** A request whose reply is given back as bytes. */
export function asked(body: Uint8Array | readonly number[], ask: Ask = {}): Request<Uint8Array> {
  return {
    verb: 7,
    body: body instanceof Uint8Array ? body : Uint8Array.from(body),
    source: 'test',
    isolation: 'shared',
    open,
    ...ask,
  }
}

/** What came back, short enough for a table: the bytes of a reply, or the outcome itself. */
export function told(outcome: Outcome<Uint8Array>): readonly number[] | Outcome<Uint8Array> {
  return outcome.status === 'ok' ? [...outcome.value] : outcome
}

/** Records a driver's events while `run` runs. */
export async function watching<T>(
  run: (events: readonly DriverEvent[]) => Promise<T>,
): Promise<{ result: T; events: readonly DriverEvent[] }> {
  const events: DriverEvent[] = []
  const listen = (event: unknown): void => {
    events.push(event as DriverEvent) // the channel carries nothing else
  }
  subscribe(EVENTS_CHANNEL, listen)
  try {
    return { result: await run(events), events }
  } finally {
    unsubscribe(EVENTS_CHANNEL, listen)
  }
}

export function count(events: readonly DriverEvent[], type: DriverEvent['type']): number {
  return events.filter((event) => event.type === type).length
}

/** Looks again and again until `condition` holds; fails after a bound that no healthy machine reaches. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 30_000
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited too long for: ${what}`)
    await sleep(5)
  }
}

/** Runs the event loop's turn until `milliseconds` have passed, without giving it back: a busy manager. */
export function spin(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

/** Living processes whose parent, or parent's parent (bubblewrap), is this process. Zombies count. */
export function descendants(): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = statOf(name)
    if (stat !== undefined) parents.set(Number(name), Number(stat[1]))
  }
  const isMine = (pid: number): boolean => {
    const parent = parents.get(pid)
    return parent === process.pid || (parent !== undefined && parent > 1 && isMine(parent))
  }
  return [...parents.keys()].filter(isMine)
}

/** State and parent of a process, or undefined when it is gone. */
function statOf(pid: string): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

/** The process of the handler that a driver started last. Never 0, which would be this one's whole group. */
export function handlerOf(driver: Driver): number {
  const pid = driver.proof?.pid
  if (pid === undefined) throw new Error('expected a handler that was started')
  return pid
}

export function isRunning(pid: number): boolean {
  const state = statOf(String(pid))?.[0]
  return state !== undefined && state !== 'Z' && state !== 'X'
}
