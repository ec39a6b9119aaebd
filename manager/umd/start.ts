/**
 * From nothing to a proven handler: spawn, hello, look, go. Until go is sent the process has seen no input; whatever
 * goes wrong before ends it and names the layer.
 */
import type { Socket } from 'node:net'
import { WireError, Writer } from '../../protocol/bytes.ts'
import { encodeFrameHeader, FRAME_KIND, type Frame, FrameSplitter } from '../../protocol/frame.ts'
import { decodeHello, HELLO_LENGTH, type Hello } from '../../protocol/hello.ts'
import { DEADLINES } from '../../protocol/limits.ts'
import { Channel, type ChannelOwner } from './channel.ts'
import { BUSY_AFTER } from './deadline.ts'
import { sigkill } from './exit.ts'
import { SetupError } from './outcome.ts'
import { childIds, type TaskStatus, taskStatus } from './proc.ts'
import { prove } from './proof.ts'
import { type Recipe, type Spawned, spawnHandler } from './spawn.ts'

/** @throws {@link SetupError}; no process is left behind */
export async function startHandler(
  recipe: Recipe,
  uncagedBecause: string,
  owner: ChannelOwner,
): Promise<Channel> {
  const own = taskStatus('self')
  requireCapabilities(own)
  const inheritedFilters = own.seccompFilters
  const spawned = spawnHandler(recipe)
  try {
    const hello = await receiveHello(spawned)
    const pid = await spawned.pid()
    const caged = recipe.bubblewrap !== undefined
    const data = recipe.limits.data
    const proof = prove(pid, hello, { inheritedFilters, caged, uncagedBecause, data })
    const go = new Writer(16)
    encodeFrameHeader(go, { kind: FRAME_KIND.go, verb: 0, id: 0, length: 0 })
    spawned.process.stderr?.destroy()
    spawned.socket.write(go.take())
    return new Channel(spawned.process, spawned.socket, proof, owner)
  } catch (error) {
    await end(spawned)
    throw error
  }
}

/** What root needs to run its handlers as another user, and to end them (capabilities(7)). */
const ROOT_NEEDS = [
  ['CAP_KILL', 5],
  ['CAP_SETGID', 6],
  ['CAP_SETUID', 7],
] as const

function requireCapabilities({ uids, capabilities: [, , effective = '0'] }: TaskStatus): void {
  if (uids[1] !== 0) return
  const held = BigInt(`0x${effective}`)
  const missing = ROOT_NEEDS.filter(([, bit]) => ((held >> BigInt(bit)) & 1n) === 0n)
  if (missing.length === 0) return
  const names = missing.map(([name]) => name).join(', ')
  throw new SetupError(
    'spawn',
    `this root may not start and end handlers as another user: no ${names}`,
  )
}

/** Kills what was started and waits until it is gone, or for as long as an exit may take. */
async function end({ process, socket }: Spawned): Promise<void> {
  socket.destroy()
  if (process.pid === undefined || process.exitCode !== null || process.signalCode !== null) return
  const exit = new Promise<void>((resolve) => {
    process.once('exit', () => resolve())
    setTimeout(resolve, DEADLINES.exit).unref()
  })
  // bubblewrap's child, which may not be far enough to die with it
  for (const child of knownChildren(process.pid)) sigkill(child)
  process.kill('SIGKILL')
  await exit
}

function knownChildren(pid: number): number[] {
  try {
    return childIds(pid)
  } catch (error) {
    if (error instanceof SetupError) return [] // /proc is hidden: that is what the caller will be told
    throw error
  }
}

/** The first frame must be a hello, whole, and nothing behind it. */
function receiveHello(spawned: Spawned): Promise<Hello> {
  const { process, socket } = spawned
  return new Promise((resolve, reject) => {
    let isSettled = false
    let hello: Frame | undefined
    const splitter = new FrameSplitter((header) => {
      if (header.kind !== FRAME_KIND.hello || header.id !== 0 || header.verb !== 0) {
        throw new WireError('order', 5)
      }
      if (hello !== undefined) throw new WireError('order', 0)
      return HELLO_LENGTH
    })
    let due = performance.now() + DEADLINES.hello
    let timer = setTimeout(late, DEADLINES.hello)
    /** As for replies: the socket is polled once more, and a manager that was itself late waits that long again. */
    function late(): void {
      const lateness = performance.now() - due
      due = Number.POSITIVE_INFINITY // once
      setImmediate(() => {
        if (isSettled) return
        if (lateness > BUSY_AFTER) timer = setTimeout(late, Math.min(lateness, DEADLINES.hello))
        else settle(new SetupError('spawn', `no hello within ${DEADLINES.hello} ms`))
      })
    }
    const settle = (result: Hello | SetupError): void => {
      isSettled = true
      clearTimeout(timer)
      detach(socket)
      process.off('exit', exited)
      process.off('error', failed)
      if (result instanceof SetupError) reject(result)
      else resolve(result)
    }
    const received = (chunk: Uint8Array): void => {
      try {
        splitter.push(chunk, (frame) => {
          hello = frame
        })
        if (hello === undefined) return
        if (!splitter.idle) throw new WireError('trailing', HELLO_LENGTH)
        settle(decodeHello(hello.body))
      } catch (error) {
        if (!(error instanceof WireError)) throw error
        settle(
          new SetupError('spawn', `the handler's first frame is not a hello (${error.message})`),
        )
      }
    }
    const exited = (code: number | null, signal: NodeJS.Signals | null): void => {
      // bubblewrap's last words may still be in the pipe
      const { stderr } = process
      if (stderr === null || stderr.readableEnded || stderr.destroyed) {
        settle(earlyExit(spawned, code, signal))
      } else stderr.once('close', () => settle(earlyExit(spawned, code, signal)))
    }
    const failed = (): void => {
      // the cause is in spawned.pid(), which rejects with it
      spawned.pid().then(
        () => settle(unknownStart()),
        (error: unknown) => settle(error instanceof SetupError ? error : unknownStart()),
      )
    }
    socket.on('data', received)
    socket.on('error', () => {}) // the exit tells more
    process.on('exit', exited)
    process.on('error', failed)
  })
}

function detach(socket: Socket): void {
  socket.removeAllListeners('data')
  socket.pause()
}

function unknownStart(): SetupError {
  return new SetupError('spawn', 'the handler process cannot be started')
}

/** Ended without a hello: bubblewrap's own complaint is the cause where it is the one that ended. */
function earlyExit(spawned: Spawned, code: number | null, signal: string | null): SetupError {
  const complaint = spawned.complaint()
  const how = signal ?? `exit code ${code}`
  if (complaint.startsWith('bwrap:')) {
    return new SetupError('namespaces', `bubblewrap is present and blocked (${complaint})`)
  }
  return new SetupError('runtime', `the handler ended before its hello (${how})`)
}
