/**
 * The handlers of a pool, living or being started: how many there are, which one may take a job, and which have
 * nothing to do. Trusted side.
 */
import { StartBreaker } from './breaker.ts'
import type { Channel } from './channel.ts'
import type { Job } from './job.ts'
import { type Failure, SetupError } from './outcome.ts'
import type { Proof } from './proof.ts'

export interface HandlersOptions {
  /** handlers that may run at the same time, beside one for special jobs */
  readonly size: number
  /** milliseconds without a request after which a handler is ended */
  readonly idle: number
}

/** How handlers end when their driver is closed at once. */
const CLOSED: Failure = { status: 'crashed', signal: 'SIGKILL', exitCode: undefined }

export class Handlers {
  readonly #options: HandlersOptions
  readonly #make: () => Promise<Channel>
  readonly #living = new Set<Channel>()
  readonly #breaker = new StartBreaker()
  #starting = 0
  /** set by {@link close}: why no handler serves any more */
  closedBy: Error | undefined
  lastProof: Proof | undefined

  /** @param make starts and proves one */
  constructor(options: HandlersOptions, make: () => Promise<Channel>) {
    this.#options = options
    this.#make = make
  }

  /** None is left, none is being started. */
  get isEmpty(): boolean {
    return this.#living.size === 0 && this.#starting === 0
  }

  get isStarting(): boolean {
    return this.#starting > 0
  }

  /** One that takes requests, whatever it has seen. */
  any(): Channel | undefined {
    for (const channel of this.#living) if (takesRequests(channel)) return channel
    return undefined
  }

  /** For a job that may be pipelined beside others: the one with the least in flight. */
  roomiest(job: Job): Channel | undefined {
    let best: Channel | undefined
    for (const channel of this.#living) {
      if (channel.suspects || !channel.hasRoom(job.request.body.length)) continue
      if (best === undefined || channel.inFlight < best.inFlight) best = channel
    }
    return best
  }

  /** For a job that needs a handler clean for its source, or, as a suspect, one that it has to itself. */
  suitable(job: Job): Channel | undefined {
    for (const channel of this.#living) if (isSuitable(channel, job)) return channel
    return undefined
  }

  /** Whether one more may be started for shared jobs. */
  get mayGrow(): boolean {
    let regular = 0
    for (const channel of this.#living) {
      if (takesRequests(channel) && !channel.suspects) regular += 1
    }
    return regular + this.#starting < this.#options.size
  }

  /** Whether one more may be started for a special job. If not, one that is idle is ended to make room. */
  makeRoom(): boolean {
    if (this.#living.size + this.#starting <= this.#options.size) return true
    for (const channel of this.#living) {
      if (channel.inFlight === 0 && takesRequests(channel)) {
        channel.retire()
        break
      }
    }
    return false
  }

  /**
   * Starts one more.
   *
   * @param reserved the first job that it serves
   * @param failed told of a failure while the start still counts: at no moment is `reserved` nowhere
   */
  async start(reserved?: Job, failed?: (error: unknown) => void): Promise<Channel> {
    this.#starting += 1
    try {
      return await this.#launch(reserved)
    } catch (error) {
      failed?.(error)
      throw error
    } finally {
      this.#starting -= 1
    }
  }

  /** Counts a failed start. Returns whether those who wait are to be told, since no other is tried for a while. */
  countFailure(error: SetupError): boolean {
    return this.#breaker.failed(error, performance.now())
  }

  /** One has ended. */
  delete(channel: Channel): void {
    this.#living.delete(channel)
  }

  /** Each ends once it has answered what it was sent. */
  retireAll(): void {
    for (const channel of this.#living) channel.retire()
  }

  /** For good: ends all at once, and those that are being started once they are. */
  close(error: Error): void {
    this.closedBy = error
    for (const channel of this.#living) channel.kill(CLOSED)
  }

  async #launch(reserved: Job | undefined): Promise<Channel> {
    const refusal = this.#breaker.refusal(performance.now())
    if (refusal !== undefined) throw refusal
    const channel = await this.#make()
    if (!channel.alive) throw new SetupError('runtime', 'the handler ended when it was started')
    this.#living.add(channel)
    if (this.closedBy !== undefined) {
      channel.kill(CLOSED)
      throw this.closedBy
    }
    this.#breaker.succeeded()
    this.lastProof = channel.proof
    if (reserved !== undefined && !reserved.done) {
      channel.suspects = reserved.care > 0
      channel.send(reserved)
    }
    this.#retireUnused(channel, channel.served)
    return channel
  }

  /** Looks once per idle time whether the handler has done anything since, and ends it if not. */
  #retireUnused(channel: Channel, served: number): void {
    const sweep = (): void => {
      if (!takesRequests(channel)) return
      if (channel.inFlight === 0 && channel.served === served) channel.retire()
      else this.#retireUnused(channel, channel.served)
    }
    setTimeout(sweep, this.#options.idle).unref()
  }
}

function takesRequests(channel: Channel): boolean {
  return channel.alive && !channel.retiring
}

function isSuitable(channel: Channel, { request, care }: Job): boolean {
  if (!channel.hasRoom(request.body.length)) return false
  const isClean = request.isolation === 'shared' || channel.isCleanFor(request.source)
  switch (care) {
    case 0:
      return isClean && !channel.suspects
    case 1:
      return isClean && channel.suspects && channel.inFlight === 0
    case 2:
      return channel.soleSource === undefined && channel.inFlight === 0
  }
}
