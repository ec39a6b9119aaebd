/**
 * The pool: brings waiting jobs and handlers together, and decides what becomes of jobs whose handler died. Trusted
 * side; no message format.
 */
import { Backlog } from './backlog.ts'
import { careAfterDeath, isDoubted } from './care.ts'
import type { Channel, ChannelOwner } from './channel.ts'
import { publish } from './events.ts'
import { Handlers, type HandlersOptions } from './handlers.ts'
import type { Job } from './job.ts'
import { type Failure, type Outcome, SetupError } from './outcome.ts'
import { Penalties } from './penalties.ts'
import type { Proof } from './proof.ts'

export interface PoolOptions extends HandlersOptions {
  readonly name: string
  /** requests after which a handler is replaced */
  readonly recycleAfter: number
  readonly owner: Pick<ChannelOwner, 'replyCap' | 'rejectCodes' | 'deadlines'>
  readonly start: (owner: ChannelOwner) => Promise<Channel>
  /** the queues got shorter */
  readonly drained: () => void
}

export class Pool {
  readonly #options: PoolOptions
  readonly #backlog = new Backlog()
  readonly #handlers: Handlers
  readonly #penalties = new Penalties()
  #wakeUp: NodeJS.Timeout | undefined
  #onChange: (() => void)[] = []

  constructor(options: PoolOptions) {
    this.#options = options
    const owner: ChannelOwner = {
      ...options.owner,
      answered: (channel, job, outcome) => this.#answered(channel, job, outcome),
      ended: (channel, jobs, failure) => this.#ended(channel, jobs, failure),
    }
    this.#handlers = new Handlers(options, () => options.start(owner))
  }

  /** Jobs that wait for a handler. */
  get queued(): number {
    return this.#backlog.length
  }

  /** What was proven about the handler that was started last. */
  get lastProof(): Proof | undefined {
    return this.#handlers.lastProof
  }

  add(job: Job): void {
    this.#backlog.add(job)
    this.#pump()
  }

  /** A job or a handler ended: whoever waits behind it may be next. */
  proceed(): void {
    if (this.queued > 0) this.#pump()
    this.#changed()
  }

  /** A living handler, started if there is none. */
  async any(): Promise<Channel> {
    for (;;) {
      const channel = this.#handlers.any()
      if (channel !== undefined) return channel
      if (!this.#handlers.isStarting) break
      await this.#change()
    }
    try {
      return await this.#handlers.start()
    } finally {
      this.#started()
    }
  }

  /** Nothing waits, no handler is left, none is being started. */
  get isEmpty(): boolean {
    return this.queued === 0 && this.#handlers.isEmpty
  }

  /** Ends the handlers once they have answered all that was asked. Resolves when the pool was empty. */
  async drain(): Promise<void> {
    while (!this.isEmpty) {
      if (this.queued === 0) this.#handlers.retireAll()
      await this.#change()
    }
  }

  /** For good: what waits or is in flight fails by `error`, the handlers are ended at once. */
  async close(error: Error): Promise<void> {
    this.#handlers.close(error)
    clearTimeout(this.#wakeUp)
    this.#failQueued(error)
    while (!this.isEmpty) await this.#change()
  }

  #failQueued(error: unknown): void {
    for (const job of this.#backlog.takeAll()) job.fail(error)
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
    this.#backlog.offerShared((job) => this.#placeShared(job))
    this.#options.drained()
  }

  #pumpSpecial(): void {
    this.#backlog.offerSpecial((job) => this.#placeSpecial(job))
  }

  /** Returns whether the job waits here no longer. */
  #placeShared(job: Job): boolean {
    if (this.#penalties.isApart(job.request.source, performance.now())) {
      job.care = 1
      this.#backlog.addSpecial(job)
      this.#pumpSpecial()
      return true
    }
    const channel = this.#handlers.roomiest(job)
    if (channel !== undefined) {
      channel.send(job)
      return true
    }
    if (this.#handlers.mayGrow) this.#startFor(undefined)
    return false
  }

  /** Returns whether the job waits here no longer. */
  #placeSpecial(job: Job): boolean {
    const channel = this.#handlers.suitable(job)
    if (channel !== undefined) {
      if (job.care > 0) channel.suspects = true
      channel.send(job)
      return true
    }
    if (this.#mustPause(job) || !this.#handlers.makeRoom()) return false
    this.#startFor(job)
    return true
  }

  /** Whether no handler may be started yet for a job whose source made others fail; it is tried again later. */
  #mustPause(job: Job): boolean {
    const wait = this.#penalties.wait(job.request.source, performance.now())
    if (wait === 0) return false
    this.#wakeUp ??= setTimeout(() => {
      this.#wakeUp = undefined
      this.#pump()
    }, wait)
    return true
  }

  #startFor(job: Job | undefined): void {
    const started = (): void => this.#started()
    this.#handlers.start(job, (error) => this.#startFailed(job, error)).then(started, started)
  }

  /** A start is over, well or not. */
  #started(): void {
    this.#pump()
    this.#changed()
  }

  #startFailed(reserved: Job | undefined, error: unknown): void {
    if (!(error instanceof SetupError)) {
      reserved?.fail(error)
      this.#failQueued(error)
      return
    }
    if (reserved !== undefined) this.#backlog.putBack(reserved)
    if (!this.#handlers.countFailure(error)) return
    for (const job of this.#backlog.takeAll()) job.settle({ status: 'setup-failed', error })
    this.#options.drained()
  }

  #answered(channel: Channel, job: Job, outcome: Outcome<unknown>): void {
    const hasServedOthers = channel.soleSource === null
    if (!job.done && isDoubted(job.care, hasServedOthers) && job.refuses(outcome)) {
      job.care = 2
      publish({ type: 'retried', driver: this.#options.name, alone: true })
      this.#backlog.addSpecial(job)
    } else {
      job.settle(outcome)
    }
    if (channel.served >= this.#options.recycleAfter) channel.retire()
    if (channel.suspects && !this.#backlog.hasSpecial) channel.retire()
    this.proceed()
  }

  #ended(channel: Channel, jobs: readonly Job[], failure: Failure): void {
    this.#handlers.delete(channel)
    publish({
      type: 'ended',
      driver: this.#options.name,
      pid: channel.proof.pid,
      cause: jobs.length === 0 && channel.retiring ? 'retired' : failure.status,
    })
    const [head] = jobs
    if (head !== undefined) this.#penalties.failed(head.request.source, performance.now())
    const retried = jobs.filter((job) => this.#prepareRetry(job, channel, jobs.length, failure))
    this.#backlog.putBack(...retried)
    this.proceed()
  }

  /** Whether a job whose handler died is to run once more. If not, it has been told why. */
  #prepareRetry(job: Job, channel: Channel, inFlight: number, failure: Failure): boolean {
    if (job.done) return false
    const { closedBy } = this.#handlers
    if (closedBy !== undefined) {
      job.fail(closedBy)
      return false
    }
    const care = careAfterDeath(job.care, channel.served, inFlight)
    if (care === undefined) {
      publish({ type: 'condemned', driver: this.#options.name, status: failure.status })
      job.settle(failure)
      return false
    }
    job.care = care
    publish({ type: 'retried', driver: this.#options.name, alone: care === 2 })
    return true
  }
}
