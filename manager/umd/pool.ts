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
  readonly owner: Pick<ChannelOwner, 'replyCap' | 'rejectCodes' | 'deadlines'>
  readonly start: (owner: ChannelOwner) => Promise<Channel>
  /** the queues got shorter */
  readonly drained: () => void
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

  /** A living handler, started if there is none. */
  async any(): Promise<Channel> {
    for (const channel of this.#channels) if (channel.alive && !channel.retiring) return channel
    return this.#launch(undefined)
  }

  /** Resolves when nothing waits and no handler is left. */
  async drain(): Promise<void> {
    for (;;) {
      if (this.queued === 0) for (const channel of this.#channels) channel.retire()
      if (this.queued === 0 && this.#channels.size === 0 && this.#starting === 0) return
      await new Promise<void>((resolve) => this.#onChange.push(resolve))
    }
  }

  failAll(error: unknown): void {
    for (const job of [...this.#shared.takeAll(), ...this.#special.splice(0)]) {
      if (!job.done) job.fail(error)
      job.done = true
    }
  }

  async killAll(): Promise<void> {
    for (const channel of this.#channels) {
      channel.kill({ status: 'crashed', signal: 'SIGKILL', exitCode: undefined })
    }
    while (this.#channels.size > 0 || this.#starting > 0) {
      await new Promise<void>((resolve) => this.#onChange.push(resolve))
    }
  }

  #changed(): void {
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
    this.#launch(job).then(
      () => this.#pump(),
      (error: unknown) => this.#startFailed(job, error),
    )
  }

  /** Starts a handler; `reserved` is the first that it serves. */
  async #launch(reserved: Job | undefined): Promise<Channel> {
    if (performance.now() < this.#brokenUntil && this.#setupError !== undefined) {
      throw this.#setupError
    }
    this.#starting += 1
    try {
      const channel = await this.#options.start(this.#owner)
      this.#setupFailures = 0
      this.lastProof = channel.proof
      this.#channels.add(channel)
      if (reserved !== undefined && !reserved.done) {
        channel.suspects = reserved.care > 0
        channel.send(reserved)
      }
      return channel
    } finally {
      this.#starting -= 1
      this.#changed()
    }
  }

  /** A handler that cannot be started is tried a few times; then what waits is told, and it is not tried for a while. */
  #startFailed(reserved: Job | undefined, error: unknown): void {
    if (!(error instanceof SetupError)) {
      if (reserved !== undefined && !reserved.done) reserved.fail(error)
      this.failAll(error)
      return
    }
    if (reserved !== undefined) this.#special.unshift(reserved)
    this.#setupFailures += 1
    if (this.#setupFailures < POOL_LIMITS.setupFailures && error !== this.#setupError) {
      this.#pump()
      return
    }
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
    this.#changed()
    if (this.queued > 0) this.#pump()
  }

  #settle(job: Job, outcome: Outcome<unknown>): void {
    if (job.done) return
    job.done = true
    job.settle(outcome)
  }
}
