/**
 * One living, proven handler: frames out, frames in, at the same time. Replies come in the order of the requests; one
 * that is late, early, long, short, of another id or unasked for ends the handler by SIGKILL. The channel judges the
 * frames; what is in them is opened by the request's own `open`.
 */
import type { ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'
import { WireError, Writer } from '../../protocol/bytes.ts'
import {
  decodeReject,
  encodeFrameHeader,
  FIRST_DRIVER_CODE,
  FRAME_KIND,
  type Frame,
  type FrameHeader,
  FrameSplitter,
  REJECT_CODE,
  REJECT_LENGTH,
} from '../../protocol/frame.ts'
import { DEADLINES, FRAME_LIMITS } from '../../protocol/limits.ts'
import { Tainted } from '../../protocol/tainted.ts'
import type { Job } from './job.ts'
import { type Failure, type Outcome, Violation } from './outcome.ts'
import { startTime } from './proc.ts'
import type { Proof } from './proof.ts'

/** What a driver allows its handlers and wants to be told. */
export interface ChannelOwner {
  readonly replyCap: (verb: number, requestLength: number) => number
  readonly rejectCodes: ReadonlySet<number>
  readonly deadlines: { readonly write: number; readonly read: number }
  /** a job got its answer */
  answered(channel: Channel, job: Job, outcome: Outcome<unknown>): void
  /** the process is gone; `jobs` were in flight, in order */
  ended(channel: Channel, jobs: readonly Job[], failure: Failure): void
}

interface InFlight {
  readonly job: Job
  readonly id: number
  /** position in the written stream just behind this request */
  readonly writtenAt: number
}

const LIBRARY_CODES: ReadonlySet<number> = new Set(Object.values(REJECT_CODE))
/** A manager that was later than this is called busy, and its handlers get the time that it took. */
export const BUSY_AFTER = 20
/** For one request a busy manager adds at most so many deadlines: then even a hung handler of its is ended. */
const MOST_GRACE = 4

/** Settled requests that are held at most: each may be of 16 MiB. */
const RELEASE_AFTER = 8

export class Channel {
  readonly proof: Proof
  /** the one source that was served, undefined for none, null for several */
  soleSource: string | undefined | null
  /** requests answered */
  served = 0
  /** takes no new requests; ends when it has answered the rest */
  retiring = false
  /** runs one job at a time, apart from the others */
  suspects = false

  readonly #process: ChildProcess
  readonly #socket: Socket
  readonly #owner: ChannelOwner
  readonly #splitter: FrameSplitter
  readonly #inFlight: InFlight[] = []
  #head = 0
  #inFlightBytes = 0
  #nextId = 1
  readonly #outgoing: Uint8Array[] = []
  #queued = 0
  #flushing = false
  #timer: NodeJS.Timeout | undefined
  #exitTimer: NodeJS.Timeout | undefined
  #finishing = false
  /** when the first in line became it, moved on by the time that this process itself was late */
  #headSince = 0
  /** milliseconds that the first in line got for that */
  #grace = 0
  #failure: Failure | undefined
  #ended = false
  /** the handler's side of the socket is gone, its exit is not seen yet */
  #hungUp = false

  constructor(process: ChildProcess, socket: Socket, proof: Proof, owner: ChannelOwner) {
    this.#process = process
    this.#socket = socket
    this.#owner = owner
    this.proof = proof
    this.#splitter = new FrameSplitter((header) => this.#cap(header))
    socket.on('data', (chunk: Uint8Array) => this.#receive(chunk))
    socket.on('error', () => {}) // EPIPE and ECONNRESET: the exit tells more
    socket.on('close', () => this.#closed())
    process.on('exit', () => this.#closed())
    process.on('error', () => {}) // a kill that the kernel refused: end of file ends it, or its exit deadline
    process.unref()
    this.#rest()
    socket.resume()
  }

  /** Requests sent and not yet answered. */
  get inFlight(): number {
    return this.#inFlight.length - this.#head
  }

  get alive(): boolean {
    return !this.#ended && !this.#hungUp && this.#failure === undefined
  }

  /** Whether one more request of this length may be put on the wire now. */
  hasRoom(length: number): boolean {
    if (!this.alive || this.retiring) return false
    if (this.inFlight === 0) return true
    if (this.suspects || this.inFlight >= FRAME_LIMITS.maxInFlight) return false
    return this.#inFlightBytes + length <= FRAME_LIMITS.maxInFlightBytes
  }

  /** Whether this handler has seen nothing, or nothing but this source. */
  isCleanFor(source: string): boolean {
    return this.soleSource === undefined || this.soleSource === source
  }

  send(job: Job): void {
    const { verb, body, source } = job.request
    const id = this.#nextId
    this.#nextId = id === 0xffff_ffff ? 1 : id + 1
    const header = new Writer(16)
    encodeFrameHeader(header, { kind: FRAME_KIND.request, verb, id, length: body.length })
    this.#outgoing.push(header.view(), body)
    this.#queued += 16 + body.length
    this.#inFlightBytes += body.length
    this.#inFlight.push({ job, id, writtenAt: this.#queued })
    this.soleSource = this.isCleanFor(source) ? source : null
    if (this.inFlight === 1) this.#watch()
    if (!this.#flushing) {
      this.#flushing = true
      queueMicrotask(() => this.#flush())
    }
  }

  /** No further requests; end of file to the handler once the last one is answered. */
  retire(): void {
    this.retiring = true
    if (this.inFlight === 0 && this.alive) this.#finish()
  }

  /** Ends the handler at once. What is in flight fails by `failure`. */
  kill(failure: Failure): void {
    if (this.#ended || this.#failure !== undefined) return
    this.#failure = failure
    this.#process.ref() // its jobs wait for its end
    this.#sigkill()
    this.#socket.destroy() // end of file, for one that may not be killed
  }

  #flush(): void {
    this.#flushing = false
    if (this.#ended) return
    const parts = this.#outgoing.splice(0)
    this.#socket.cork()
    let small: Uint8Array[] = []
    for (const part of parts) {
      if (part.length < 65_536) {
        small.push(part)
        continue
      }
      if (small.length > 0) this.#socket.write(Buffer.concat(small))
      small = []
      this.#socket.write(part)
    }
    if (small.length > 0) this.#socket.write(Buffer.concat(small))
    this.#socket.uncork()
  }

  /** What the header of the next frame may announce; anything unexpected is a violation. */
  #cap(header: FrameHeader): number {
    const head = this.#inFlight[this.#head]
    if (head === undefined) throw new WireError('order', 0)
    if (header.id !== head.id || header.verb !== head.job.request.verb)
      throw new WireError('order', 6)
    if (header.kind === FRAME_KIND.reject) return REJECT_LENGTH
    if (header.kind !== FRAME_KIND.reply) throw new WireError('order', 5)
    return this.#owner.replyCap(header.verb, head.job.request.body.length)
  }

  #receive(chunk: Uint8Array): void {
    if (this.#failure !== undefined) return
    try {
      this.#splitter.push(chunk, (frame) => this.#answer(frame))
    } catch (error) {
      if (error instanceof WireError) {
        this.kill({ status: 'violation', detail: `frame: ${error.message}` })
      } else if (error instanceof Violation) {
        this.kill({ status: 'violation', detail: error.message })
      } else throw error
      return
    }
    if (this.inFlight === 0 && !this.#splitter.idle) {
      this.kill({ status: 'violation', detail: 'bytes after the last reply' })
    }
  }

  #answer(frame: Frame): void {
    const head = this.#inFlight[this.#head]
    if (head === undefined || this.#failure !== undefined) return
    // the bytes of an aborted request may be the caller's again: nothing is compared with them
    const outcome = head.job.done ? DROPPED : this.#open(head.job, frame)
    this.#head += 1
    if (this.#head === this.#inFlight.length || this.#head >= RELEASE_AFTER) {
      this.#inFlight.splice(0, this.#head)
      this.#head = 0
    }
    this.#inFlightBytes -= head.job.request.body.length
    this.served += 1
    if (this.inFlight === 0) this.#rest()
    else this.#isFirstSince(performance.now())
    this.#owner.answered(this, head.job, outcome)
    if (this.retiring && this.inFlight === 0 && this.alive) this.#finish()
  }

  /** @throws {@link Violation} from the request's own check, or for a code outside the driver's table */
  #open(job: Job, frame: Frame): Outcome<unknown> {
    if (frame.kind === FRAME_KIND.reply) {
      return { status: 'ok', value: job.request.open(new Tainted(frame.body)) }
    }
    const { code, offset } = decodeReject(frame.body)
    const known = code < FIRST_DRIVER_CODE ? LIBRARY_CODES : this.#owner.rejectCodes
    if (!known.has(code)) throw new Violation('a refusal with a code outside the table')
    if (offset > job.request.body.length)
      throw new Violation('a refusal beyond the end of the request')
    return { status: 'rejected', code, offset }
  }

  /** A request became the first in line: its deadline runs from now. */
  #watch(): void {
    this.#socket.ref()
    this.#isFirstSince(performance.now())
    const { write, read } = this.#owner.deadlines
    if (this.#timer === undefined) this.#arm(Math.min(write, read))
    else this.#timer.ref()
  }

  #isFirstSince(now: number): void {
    this.#headSince = now
    this.#grace = 0
  }

  #arm(milliseconds: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#late(), Math.max(1, milliseconds))
  }

  /** The step that the first in line is in: its bytes are still on this side, or its reply is awaited. */
  #step(): 'write' | 'read' {
    const head = this.#inFlight[this.#head]
    const taken = this.#queued - this.#socket.writableLength
    return head !== undefined && head.writtenAt > taken ? 'write' : 'read'
  }

  /**
   * The timer fired. Timers run before the reply pipe is read, so the pipe is polled once more first (setImmediate
   * runs behind that poll), and the time by which this process was itself late is added: a busy manager must not kill
   * a healthy handler.
   */
  #late(): void {
    this.#timer = undefined
    if (!this.alive || this.inFlight === 0) return
    const since = this.#headSince
    const lateness = performance.now() - since - this.#owner.deadlines[this.#step()]
    if (lateness < 0) this.#arm(-lateness)
    else setImmediate(() => this.#afterPoll(since, lateness))
  }

  #afterPoll(since: number, lateness: number): void {
    if (!this.alive || this.inFlight === 0) return
    const step = this.#step()
    const deadline = this.#owner.deadlines[step]
    const isStuck = this.#headSince === since
    const isBusy = lateness > BUSY_AFTER && this.#grace < MOST_GRACE * deadline
    if (isStuck && !isBusy) {
      this.kill({ status: 'timeout', step, milliseconds: deadline })
      return
    }
    if (isStuck) {
      // while this process was busy the handler may have waited for it: it gets that time once more, from now
      const more = Math.min(lateness, deadline)
      this.#grace += more
      this.#headSince = performance.now() - deadline + more
    }
    this.#late()
  }

  /** Nothing in flight: this handler keeps no process alive. */
  #rest(): void {
    this.#timer?.unref()
    this.#socket.unref()
  }

  #finish(): void {
    if (this.#finishing) return
    this.#finishing = true
    this.#process.ref() // its end is near, and may be waited for
    this.#socket.end()
    this.#exitTimer = setTimeout(() => this.#sigkill(), DEADLINES.exit)
  }

  /** End of file comes a little before the exit that caused it; without an exit it is a violation of its own. */
  #awaitExit(): void {
    this.#hungUp = true
    clearTimeout(this.#timer)
    this.#process.ref()
    const kill = (): void => {
      this.kill({ status: 'violation', detail: 'the handler closed its socket' })
    }
    // behind one more poll: a busy manager has not looked for the exit yet
    this.#exitTimer = setTimeout(() => setImmediate(kill), DEADLINES.exit)
  }

  /** SIGKILL to bubblewrap's process and to the proven one, if that number still is that process. */
  #sigkill(): void {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      if (startTime(this.proof.pid) === this.proof.startTime) sigkill(this.proof.pid)
      this.#process.kill('SIGKILL')
    }
  }

  #closed(): void {
    if (this.#ended) return
    const { exitCode, signalCode } = this.#process
    if (exitCode === null && signalCode === null) {
      if (this.#failure === undefined && !this.retiring && !this.#hungUp) this.#awaitExit()
      return
    }
    const isDrained = this.#socket.destroyed || this.#socket.readableEnded
    if (this.#failure === undefined && !isDrained) {
      this.#socket.ref() // replies that are still in the pipe are read before the exit counts
      return
    }
    this.#ended = true
    clearTimeout(this.#timer)
    clearTimeout(this.#exitTimer)
    this.#socket.destroy()
    const jobs = this.#inFlight
      .splice(0)
      .slice(this.#head)
      .map(({ job }) => job)
    this.#head = 0
    this.#owner.ended(this, jobs, this.#failure ?? this.#exitFailure(exitCode, signalCode))
  }

  /** Bubblewrap tells of its child's death by a signal as 128 + number. A SIGKILL that was not ours is the kernel's. */
  #exitFailure(exitCode: number | null, signalCode: NodeJS.Signals | null): Failure {
    const isCaged = this.proof.layers.some(
      (one) => one.layer === 'namespaces' && one.state === 'in force',
    )
    const told = isCaged ? SIGNAL_NAMES.get((exitCode ?? 0) - 128) : undefined
    const signal = signalCode ?? told
    if (signal === 'SIGKILL' || signal === 'SIGXCPU') {
      return { status: 'resource-limit', detail: `the kernel ended the handler (${signal})` }
    }
    return {
      status: 'crashed',
      signal,
      exitCode: signal === undefined ? (exitCode ?? undefined) : undefined,
    }
  }
}

/** What becomes of the answer to an aborted request: nothing. */
const DROPPED: Outcome<never> = { status: 'rejected', code: 0, offset: 0 }

/** SIGKILL to a process that may be gone, or not ours to kill. */
export function sigkill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // already gone (ESRCH), or a root without CAP_KILL (EPERM): bubblewrap's death or end of file ends it
    if (!(error instanceof Error && 'code' in error)) throw error
  }
}

const SIGNAL_NAMES: ReadonlyMap<number, string> = new Map([
  [4, 'SIGILL'],
  [5, 'SIGTRAP'],
  [6, 'SIGABRT'],
  [7, 'SIGBUS'],
  [9, 'SIGKILL'],
  [11, 'SIGSEGV'],
  [24, 'SIGXCPU'],
  [31, 'SIGSYS'],
])
