/**
 * One living, proven handler: frames out, frames in, at the same time. Replies come in the order of the requests; one
 * that is late, early, long, short, of another id or unasked for ends the handler by SIGKILL.
 */
import type { ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'
import { WireError } from '../../protocol/bytes.ts'
import { type Frame, type FrameHeader, FrameSplitter } from '../../protocol/frame.ts'
import { DEADLINES, FRAME_LIMITS } from '../../protocol/limits.ts'
import { Deadline, type Step } from './deadline.ts'
import { exitFailure, sigkillProven } from './exit.ts'
import type { Job } from './job.ts'
import { type Failure, type Outcome, Violation } from './outcome.ts'
import { Outgoing } from './outgoing.ts'
import type { Proof } from './proof.ts'
import { Queue } from './queue.ts'
import { bodyCap, openReply, type ReplyRules } from './reply.ts'

/** What a driver allows its handlers and wants to be told. */
export interface ChannelOwner extends ReplyRules {
  /** milliseconds that the first request in line may take for each step */
  readonly deadlines: Readonly<Record<Step, number>>
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
  readonly #outgoing: Outgoing
  readonly #splitter: FrameSplitter
  readonly #deadline: Deadline
  readonly #inFlight = new Queue<InFlight>()
  #inFlightBytes = 0
  #nextId = 1
  #exitTimer: NodeJS.Timeout | undefined
  #finishing = false
  #failure: Failure | undefined
  #ended = false
  /** the handler's side of the socket is gone, its exit is not seen yet */
  #hungUp = false

  constructor(process: ChildProcess, socket: Socket, proof: Proof, owner: ChannelOwner) {
    this.#process = process
    this.#socket = socket
    this.#owner = owner
    this.proof = proof
    this.#outgoing = new Outgoing(socket)
    this.#splitter = new FrameSplitter((header) => this.#cap(header))
    this.#deadline = new Deadline(
      owner.deadlines,
      () => this.#step(),
      (step, milliseconds) => this.kill({ status: 'timeout', step, milliseconds }),
    )
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
    return this.#inFlight.length
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
    const writtenAt = this.#outgoing.push(verb, id, body)
    this.#inFlightBytes += body.length
    this.#inFlight.push({ job, id, writtenAt })
    this.soleSource = this.isCleanFor(source) ? source : null
    if (this.inFlight > 1) return
    this.#socket.ref()
    this.#deadline.restart()
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
    sigkillProven(this.#process, this.proof)
    this.#socket.destroy() // end of file, for one that may not be killed
  }

  /** What the header of the next frame may announce; anything unexpected is a violation. */
  #cap(header: FrameHeader): number {
    const head = this.#inFlight.peek()
    if (head === undefined) throw new WireError('order', 0)
    return bodyCap(header, head.id, head.job.request, this.#owner)
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
    const head = this.#inFlight.peek()
    if (head === undefined || this.#failure !== undefined) return
    const { job } = head
    // the bytes of an aborted request may be the caller's again: nothing is compared with them
    const outcome = job.done ? DROPPED : openReply(frame, job, this.#owner)
    // taken only now: what `openReply` throws for is still in flight when the handler ends
    this.#inFlight.shift()
    this.#inFlightBytes -= job.request.body.length
    this.served += 1
    if (this.inFlight === 0) this.#rest()
    else this.#deadline.restart()
    this.#owner.answered(this, job, outcome)
    if (this.retiring && this.inFlight === 0 && this.alive) this.#finish()
  }

  /** What the first in line waits for, if there is one that may still be answered. */
  #step(): Step | undefined {
    const head = this.#inFlight.peek()
    if (head === undefined || !this.alive) return undefined
    return head.writtenAt > this.#outgoing.taken ? 'write' : 'read'
  }

  /** Nothing in flight: this handler keeps no process alive. */
  #rest(): void {
    this.#deadline.rest()
    this.#socket.unref()
  }

  #finish(): void {
    if (this.#finishing) return
    this.#finishing = true
    this.#process.ref() // its end is near, and may be waited for
    this.#socket.end()
    this.#exitTimer = setTimeout(() => sigkillProven(this.#process, this.proof), DEADLINES.exit)
  }

  /** End of file comes a little before the exit that caused it; without an exit it is a violation of its own. */
  #awaitExit(): void {
    this.#hungUp = true
    this.#deadline.stop()
    this.#process.ref()
    const kill = (): void => {
      this.kill({ status: 'violation', detail: 'the handler closed its socket' })
    }
    // behind one more poll: a busy manager has not looked for the exit yet
    this.#exitTimer = setTimeout(() => setImmediate(kill), DEADLINES.exit)
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
    this.#deadline.stop()
    clearTimeout(this.#exitTimer)
    this.#socket.destroy()
    const jobs = this.#inFlight.takeAll().map(({ job }) => job)
    this.#owner.ended(this, jobs, this.#failure ?? exitFailure(this.#process, this.proof))
  }
}

/** What becomes of the answer to an aborted request: nothing. */
const DROPPED: Outcome<never> = { status: 'rejected', code: 0, offset: 0 }
