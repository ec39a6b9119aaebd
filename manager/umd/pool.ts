/**
 * The pool: which handler gets which job, when one is started, and what becomes of jobs whose handler died. Two
 * queues: `shared` jobs are pipelined beside others; `special` ones need a handler that is clean for their source, or
 * run one at a time because a handler died with them. Trusted side; no message format.
 */
import { StartBreaker } from './breaker.ts'
import { careAfterDeath, isDoubtful } from './care.ts'
import { Changes } from './changes.ts'
import type { Channel, ChannelOwner } from './channel.ts'
import { publish } from './events.ts'
import { Fleet } from './fleet.ts'
import { failJob, type Job, settleJob } from './job.ts'
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

export class Pool {
  readonly #options: PoolOptions
  readonly #owner: ChannelOwner
  readonly #fleet: Fleet
  readonly #shared = new Queue<Job>()
  #special: Job[] = []
  readonly #penalties = new Penalties()
  #starting = 0
  readonly #breaker = new StartBreaker()
  #wakeUp: NodeJS.Timeout | undefined
  /** set by {@link close}: why no job is answered any more */
  #closedBy: Error | undefined
  readonly #changes = new Changes()
  lastProof: Proof | undefined

  constructor(options: PoolOptions) {
    this.#options = options
    this.#fleet = new Fleet(options.idle)
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
    this.#changes.tell()
  }

  /** A living handler, started if there is none. */
  async any(): Promise<Channel> {
    for (;;) {
      const channel = this.#fleet.any()
      if (channel !== undefined) return channel
      if (this.#starting === 0) break
      await this.#changes.next()
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
    return this.queued === 0 && this.#fleet.size === 0 && this.#starting === 0
  }

  /** Ends the handlers once they have answered all that was asked. Resolves when the pool was empty. */
  async drain(): Promise<void> {
    while (!this.isEmpty) {
      if (this.queued === 0) this.#fleet.retire()
      await this.#changes.next()
    }
  }

  /** For good: what waits or is in flight fails by `error`, the handlers are ended at once. */
  async close(error: Error): Promise<void> {
    this.#closedBy = error
    this.#failQueued(error)
    this.#fleet.kill(CLOSED)
    while (!this.isEmpty) await this.#changes.next()
  }

  #failQueued(error: unknown): void {
    for (const job of [...this.#shared.takeAll(), ...this.#special.splice(0)]) failJob(job, error)
    this.#options.drained()
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
      const channel = this.#fleet.roomiest(job)
      if (channel === undefined) {
        if (this.#fleet.regular + this.#starting < this.#options.size) this.#launchFor(undefined)
        break
      }
      this.#shared.shift()
      channel.send(job)
    }
    this.#options.drained()
  }

  #pumpSpecial(): void {
    const jobs = this.#special
    this.#special = []
    for (const job of jobs) {
      if (job.done) continue
      const channel = this.#fleet.suitable(job)
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
    if (this.#fleet.size + this.#starting <= this.#options.size) return true
    this.#fleet.retireOneIdle()
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
    this.#changes.tell()
  }

  /** Starts a handler; `reserved` is the first that it serves. The caller counts it in `#starting`. */
  async #launch(reserved: Job | undefined): Promise<Channel> {
    this.#breaker.check(performance.now())
    const channel = await this.#options.start(this.#owner)
    if (!channel.alive) throw new SetupError('runtime', 'the handler ended when it was started')
    this.#fleet.add(channel)
    if (this.#closedBy !== undefined) {
      channel.kill(CLOSED)
      throw this.#closedBy
    }
    this.#breaker.started()
    this.lastProof = channel.proof
    if (reserved !== undefined && !reserved.done) {
      channel.suspects = reserved.care > 0
      channel.send(reserved)
    }
    return channel
  }

  /** A handler that cannot be started is tried a few times; then what waits is told, and it is not tried for a while. */
  #startFailed(reserved: Job | undefined, error: unknown): void {
    if (!(error instanceof SetupError)) {
      if (reserved !== undefined) failJob(reserved, error)
      this.#failQueued(error)
      return
    }
    if (reserved !== undefined) this.#special.unshift(reserved)
    if (!this.#breaker.failed(error, performance.now())) return
    for (const job of [...this.#shared.takeAll(), ...this.#special.splice(0)]) {
      settleJob(job, { status: 'setup-failed', error })
    }
    this.#options.drained()
  }

  #answered(channel: Channel, job: Job, outcome: Outcome<unknown>): void {
    if (isDoubtful(job, outcome, channel.soleSource)) {
      job.care = 2
      publish({ type: 'retried', driver: this.#options.name, alone: true })
      this.#special.push(job)
    } else {
      settleJob(job, outcome)
    }
    if (channel.served >= this.#options.recycleAfter) channel.retire()
    if (channel.suspects && this.#special.length === 0) channel.retire()
    if (this.queued > 0) this.#pump()
    this.#changes.tell()
  }

  #ended(channel: Channel, jobs: readonly Job[], failure: Failure): void {
    this.#fleet.delete(channel)
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
        failJob(job, this.#closedBy)
        continue
      }
      const care = careAfterDeath(job, channel.served, jobs.length)
      if (care === undefined) {
        publish({ type: 'condemned', driver: this.#options.name, status: failure.status })
        settleJob(job, failure)
        continue
      }
      job.care = care
      publish({ type: 'retried', driver: this.#options.name, alone: care === 2 })
      retried.push(job)
    }
    this.#special.unshift(...retried)
    if (this.queued > 0) this.#pump()
    this.#changes.tell()
  }
}
