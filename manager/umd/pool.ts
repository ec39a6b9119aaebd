/**
 * The pool: which handler gets which job, when one is started, and what becomes of jobs whose handler died. Two
 * queues: `shared` jobs are pipelined beside others; `special` ones need a handler that is clean for their source, or
 * run one at a time because a handler died with them. Trusted side; no message format.
 */
import { POOL_LIMITS } from '../../protocol/limits.ts'
import type { Channel, ChannelOwner } from './channel.ts'
import { publish } from './events.ts'
import type { Job } from './job.ts'
import { type Failure, type Outcome, SetupError } from './outcome.ts'
import { Penalties } from './penalties.ts'
import type { Proof } from './proof.ts'
import { Queue } from './queue.ts'

export interface PoolOptions {
  readonly name: string
  readonly size: number
  readonly recycleAfter: number
  /** milliseconds without a request after which a handler is ended */
  readonly idle: number
  readonly owner: Pick<ChannelOwner, 'replyCap' | 'rejectCodes' | 'deadlines'>
  readonly start: (owner: ChannelOwner) => Promise<Channel>
  /** the queues got shorter */
  readonly drained: () => void
}

/** How handlers end when their driver is closed at once. */
const CLOSED: Failure = { status: 'crashed', signal: 'SIGKILL', exitCode: undefined }

function fail(job: Job, error: unknown): void {
  if (job.done) return
  job.done = true
  job.fail(error)
}

export class Pool {
  readonly #options: PoolOptions
  readonly #owner: ChannelOwner
  readonly #channels = new Set<Channel>()
  readonly #shared = new Queue<Job>()
  #special: Job[] = []
  readonly #penalties = new Penalties()
  #starting = 0
  #setupFailures = 0
  #brokenUntil = 0
  #setupError: SetupError | undefined
  #wakeUp: NodeJS.Timeout | undefined
  /** set by {@link close}: why no job is answered any more */
  #closedBy: Error | undefined
  #onChange: (() => void)[] = []
  lastProof: Proof | undefined

  constructor(options: PoolOptions) {
    this.#options = options
    this.#owner = {
      ...options.owner,
      answered: (channel, job, outcome) => this.#answered(channel, job, outcome),
      ended: (channel, jobs, failure) => this.#ended(channel, jobs, failure),
    }
  }

  get queued(): number {
    return this.#shared.length + this.#special.length
  }

  add(job: Job): void {
    if (job.request.isolation === 'per-input') this.#special.push(job)
    else this.#shared.push(job)
    this.#pump()
  }

  /** A job was aborted: whoever waits behind it may be next. */
  aborted(): void {
    if (this.queued > 0) this.#pump()
    this.#changed()
  }

  /** A living handler, started if there is none. */
  async any(): Promise<Channel> {
    for (;;) {
      for (const channel of this.#channels) if (channel.alive && !channel.retiring) return channel
      if (this.#starting === 0) break
      await this.#change()
    }
    this.#starting += 1
    try {
      return await this.#launch(undefined)
    } finally {
      this.#started()
    }
  }

  /** Nothing waits, no handler is left, none is being started. */
  get isEmpty(): boolean {
    return this.queued === 0 && this.#channels.size === 0 && this.#starting === 0
  }

  /** Ends the handlers once they have answered all that was asked. Resolves when the pool was empty. */
  async drain(): Promise<void> {
    while (!this.isEmpty) {
      if (this.queued === 0) for (const channel of this.#channels) channel.retire()
      await this.#change()
    }
  }

  /** For good: what waits or is in flight fails by `error`, the handlers are ended at once. */
  async close(error: Error): Promise<void> {
    this.#closedBy = error
    this.#failQueued(error)
    for (const channel of this.#channels) channel.kill(CLOSED)
    while (!this.isEmpty) await this.#change()
  }

  #failQueued(error: unknown): void {
    for (const job of [...this.#shared.takeAll(), ...this.#special.splice(0)]) fail(job, error)
    this.#options.drained()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#onChange.push(resolve))
  }

  #changed(): void {
    if (this.#onChange.length === 0) return
    const waiting = this.#onChange
    this.#onChange = []
    for (const resolve of waiting) resolve()
  }

  #pump(): void {
    this.#pumpSpecial()
    while (this.#shared.length > 0) {
      const job = this.#shared.peek()
      if (job === undefined) break
      if (job.done) {
        this.#shared.shift()
        continue
      }
      if (this.#penalties.isApart(job.request.source, performance.now())) {
        this.#shared.shift()
        job.care = 1
        this.#special.push(job)
        this.#pumpSpecial()
        continue
      }
      const channel = this.#roomiest(job)
      if (channel === undefined) {
        if (this.#regular() + this.#starting < this.#options.size) this.#launchFor(undefined)
        break
      }
      this.#shared.shift()
      channel.send(job)
    }
    this.#options.drained()
  }

  #regular(): number {
    let count = 0
    for (const channel of this.#channels) {
      if (channel.alive && !channel.suspects && !channel.retiring) count += 1
    }
    return count
  }

  #roomiest(job: Job): Channel | undefined {
    let best: Channel | undefined
    for (const channel of this.#channels) {
      if (channel.suspects || !channel.hasRoom(job.request.body.length)) continue
      if (best === undefined || channel.inFlight < best.inFlight) best = channel
    }
    return best
  }

  #pumpSpecial(): void {
    const jobs = this.#special
    this.#special = []
    for (const job of jobs) {
      if (job.done) continue
      const channel = this.#suitable(job)
      if (channel !== undefined) {
        if (job.care > 0) channel.suspects = true
        channel.send(job)
      } else if (this.#mayStartFor(job)) {
        this.#launchFor(job)
      } else {
        this.#special.push(job)
      }
    }
  }

  #suitable(job: Job): Channel | undefined {
    const { source, body, isolation } = job.request
    for (const channel of this.#channels) {
      if (!channel.hasRoom(body.length)) continue
      const isFresh = channel.soleSource === undefined
      const isClean = isolation === 'shared' || channel.isCleanFor(source)
      if (job.care === 2 ? isFresh : job.care === 1 ? channel.suspects && isClean : isClean) {
        if (job.care === 0 && channel.suspects) continue
        if (job.care > 0 && channel.inFlight > 0) continue
        return channel
      }
    }
    return undefined
  }

  /** One handler beyond the pool's size may run for special jobs; an idle one makes room for another. */
  #mayStartFor(job: Job): boolean {
    const wait = this.#penalties.wait(job.request.source, performance.now())
    if (wait > 0) {
      this.#wakeUp ??= setTimeout(() => {
        this.#wakeUp = undefined
        this.#pump()
      }, wait)
      return false
    }
    if (this.#channels.size + this.#starting <= this.#options.size) return true
    for (const channel of this.#channels) {
      if (channel.inFlight === 0 && channel.alive && !channel.retiring) {
        channel.retire()
        break
      }
    }
    return false
  }

  #launchFor(job: Job | undefined): void {
    this.#starting += 1
    this.#launch(job).then(
      () => this.#started(),
      (error: unknown) => {
        this.#startFailed(job, error)
        this.#started()
      },
    )
  }

  /** A start is over, well or not. */
  #started(): void {
    this.#starting -= 1
    this.#pump()
    this.#changed()
  }

  /** Starts a handler; `reserved` is the first that it serves. The caller counts it in `#starting`. */
  async #launch(reserved: Job | undefined): Promise<Channel> {
    if (performance.now() < this.#brokenUntil && this.#setupError !== undefined) {
      throw this.#setupError
    }
    const channel = await this.#options.start(this.#owner)
    if (!channel.alive) throw new SetupError('runtime', 'the handler ended when it was started')
    this.#channels.add(channel)
    if (this.#closedBy !== undefined) {
      channel.kill(CLOSED)
      throw this.#closedBy
    }
    this.#setupFailures = 0
    this.lastProof = channel.proof
    if (reserved !== undefined && !reserved.done) {
      channel.suspects = reserved.care > 0
      channel.send(reserved)
    }
    this.#retireIdle(channel, channel.served)
    return channel
  }

  /** Looks once per idle time whether the handler has done anything since, and ends it if not. */
  #retireIdle(channel: Channel, served: number): void {
    const sweep = (): void => {
      if (!channel.alive || channel.retiring) return
      if (channel.inFlight === 0 && channel.served === served) channel.retire()
      else this.#retireIdle(channel, channel.served)
    }
    setTimeout(sweep, this.#options.idle).unref()
  }

  /** A handler that cannot be started is tried a few times; then what waits is told, and it is not tried for a while. */
  #startFailed(reserved: Job | undefined, error: unknown): void {
    if (!(error instanceof SetupError)) {
      if (reserved !== undefined) fail(reserved, error)
      this.#failQueued(error)
      return
    }
    if (reserved !== undefined) this.#special.unshift(reserved)
    this.#setupFailures += 1
    if (this.#setupFailures < POOL_LIMITS.setupFailures && error !== this.#setupError) return
    this.#setupFailures = 0
    if (performance.now() >= this.#brokenUntil) {
      this.#brokenUntil = performance.now() + POOL_LIMITS.breakerCalm
      this.#setupError = error
    }
    for (const job of [...this.#shared.takeAll(), ...this.#special.splice(0)]) {
      this.#settle(job, { status: 'setup-failed', error })
    }
    this.#options.drained()
  }

  #answered(channel: Channel, job: Job, outcome: Outcome<unknown>): void {
    if (this.#isDoubtful(channel, job, outcome)) {
      job.care = 2
      publish({ type: 'retried', driver: this.#options.name, alone: true })
      this.#special.push(job)
    } else {
      this.#settle(job, outcome)
    }
    if (channel.served >= this.#options.recycleAfter) channel.retire()
    if (channel.suspects && this.#special.length === 0) channel.retire()
    if (this.queued > 0) this.#pump()
    this.#changed()
  }

  /** A refusal by a handler that has served other inputs may be the work of one of them. */
  #isDoubtful(channel: Channel, job: Job, outcome: Outcome<unknown>): boolean {
    if (job.done || job.care === 2 || channel.soleSource !== null) return false
    if (outcome.status === 'rejected') return true
    return outcome.status === 'ok' && job.request.refuses?.(outcome.value) === true
  }

  #ended(channel: Channel, jobs: readonly Job[], failure: Failure): void {
    this.#channels.delete(channel)
    publish({
      type: 'ended',
      driver: this.#options.name,
      pid: channel.proof.pid,
      cause: jobs.length === 0 && channel.retiring ? 'retired' : failure.status,
    })
    const [head] = jobs
    if (head !== undefined) this.#penalties.failed(head.request.source, performance.now())
    const retried: Job[] = []
    for (const job of jobs) {
      if (job.done) continue
      if (this.#closedBy !== undefined) {
        fail(job, this.#closedBy)
        continue
      }
      if (job.care === 2 || (job.care === 1 && channel.served === 0)) {
        publish({ type: 'condemned', driver: this.#options.name, status: failure.status })
        this.#settle(job, failure)
        continue
      }
      job.care = job.care === 1 || jobs.length === 1 ? 2 : 1
      publish({ type: 'retried', driver: this.#options.name, alone: job.care === 2 })
      retried.push(job)
    }
    this.#special.unshift(...retried)
    if (this.queued > 0) this.#pump()
    this.#changed()
  }

  #settle(job: Job, outcome: Outcome<unknown>): void {
    if (job.done) return
    job.done = true
    try {
      job.settle(outcome)
    } catch (error) {
      // the caller's own error is its own, and must not cost other jobs their outcome
      queueMicrotask(() => {
        throw error
      })
    }
  }
}
