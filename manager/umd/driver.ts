/**
 * A driver: the manager's side of one kind of handler. Loads its program, starts handlers on demand, keeps a small
 * pool of them, pipelines requests, replaces a handler that died and runs again, alone and in a fresh handler, what
 * was in flight. Knows no message format. Trusted side.
 */
import { DEADLINES, POOL_LIMITS } from '../../protocol/limits.ts'
import { Admission } from './admission.ts'
import { type Bundle, type BundleSource, loadBundle, unloadBundle } from './bundle.ts'
import { CageChoice, type CageOptions } from './cage-choice.ts'
import type { Channel, ChannelOwner } from './channel.ts'
import type { Deadlines } from './deadline.ts'
import { publish } from './events.ts'
import { abortable, type Job, type Request } from './job.ts'
import { DriverClosedError, type Outcome, SetupError } from './outcome.ts'
import { Pool } from './pool.ts'
import type { Proof } from './proof.ts'
import { type HandlerLimits, requireSupportedPlatform } from './runtime.ts'
import { startHandler } from './start.ts'

export interface DriverOptions extends CageOptions {
  /** for events and errors */
  readonly name: string
  readonly bundle: BundleSource
  readonly limits: HandlerLimits
  /** codes, from 16 on, by which this driver's handlers may refuse an input */
  readonly rejectCodes?: ReadonlySet<number>
  /** handlers that may run at the same time, beside one for suspects; default 1 */
  readonly poolSize?: number
  /** requests after which a handler is replaced; default {@link POOL_LIMITS}.recycleAfter */
  readonly recycleAfter?: number
  /** milliseconds without a request after which a handler is ended; default {@link POOL_LIMITS}.idle */
  readonly idle?: number
  /** largest reply that a request may get, by its verb and length; default: `limits.maxReply` */
  readonly replyCap?: (verb: number, requestLength: number) => number
  /** how long the first request in line may take; default {@link DEADLINES} */
  readonly deadlines?: Deadlines
  /** asked of every new handler before it gets other requests; `open` throws when the answer is wrong */
  readonly postStart?: Request<unknown>
}

export class Driver implements AsyncDisposable {
  readonly #options: DriverOptions
  readonly #pool: Pool
  #bundle: Bundle | undefined
  readonly #cage: CageChoice
  readonly #admission: Admission
  #closed = false

  constructor(options: DriverOptions) {
    this.#options = options
    this.#cage = new CageChoice(options)
    this.#admission = new Admission(() => this.#pool.queued)
    const { maxReply } = options.limits
    const replyCap = options.replyCap ?? ((): number => maxReply)
    const owner = {
      replyCap: (verb: number, length: number): number =>
        Math.min(maxReply, replyCap(verb, length)),
      rejectCodes: options.rejectCodes ?? new Set<number>(),
      deadlines: options.deadlines ?? DEADLINES,
    }
    this.#pool = new Pool({
      name: options.name,
      size: options.poolSize ?? 1,
      recycleAfter: options.recycleAfter ?? POOL_LIMITS.recycleAfter,
      idle: options.idle ?? POOL_LIMITS.idle,
      owner,
      start: (channelOwner) => this.#start(channelOwner),
      drained: () => this.#admission.wake(),
    })
  }

  /**
   * Reads and checks the handler's program. Called on demand by the first request.
   *
   * @throws {@link SetupError} layer `platform` or `bundle`
   */
  load(): void {
    if (this.#closed) throw new DriverClosedError()
    if (this.#bundle !== undefined) return
    requireSupportedPlatform()
    this.#bundle = loadBundle(this.#options.bundle)
    publish({ type: 'loaded', driver: this.#options.name, sha256: this.#options.bundle.sha256 })
  }

  /** Waits for what was asked, ends the handlers and forgets the program. A later request loads it again. */
  async unload(): Promise<void> {
    // a request may come between the pool's last moment of emptiness and this one
    while (!this.#pool.isEmpty) await this.#pool.drain()
    if (this.#bundle === undefined) return
    unloadBundle(this.#bundle)
    this.#bundle = undefined
    publish({ type: 'unloaded', driver: this.#options.name })
  }

  /** {@link unload}, for good. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    await this.unload()
  }

  /** Ends all handlers at once; what waits or is in flight is rejected with {@link DriverClosedError}. */
  async kill(): Promise<void> {
    this.#closed = true
    await this.#pool.close(new DriverClosedError())
    await this.unload()
  }

  /**
   * Starts a handler, if none runs, and tells what was proven about it.
   *
   * @throws {@link SetupError} with the layer that does not hold
   */
  async start(): Promise<Proof> {
    this.load()
    return (await this.#pool.any()).proof
  }

  /** What was proven about the handler that was started last. */
  get proof(): Proof | undefined {
    return this.#pool.lastProof
  }

  /** Whether {@link submit} may be called now: the bounded queue has room. */
  get hasRoom(): boolean {
    return this.#admission.hasRoom
  }

  /** Resolves when the queue has room again. */
  async room(): Promise<void> {
    if (this.hasRoom) return
    await this.#admission.turn(undefined)
    this.#admission.take()
    // should this caller not use the room, the next one may
    setImmediate(() => this.#admission.wake())
  }

  /**
   * One request. Waits while the queue is full; resolves with its outcome, whatever that is.
   *
   * @throws the signal's reason when aborted, {@link DriverClosedError} when the driver was closed
   */
  async request<T>(request: Request<T>): Promise<Outcome<T>> {
    const { signal } = request
    signal?.throwIfAborted()
    const hasToWait = !this.hasRoom
    if (hasToWait) {
      await this.#admission.turn(signal)
      this.#admission.take()
    }
    const outcome = new Promise<Outcome<T>>((resolve, reject) =>
      this.submit(request, resolve, reject),
    )
    // should the room not have been used (closed, no bundle), the next one may
    if (hasToWait) this.#admission.wake()
    return outcome
  }

  /**
   * One request without a promise, for callers that keep thousands under way. Does not wait for room.
   *
   * @param settle gets the outcome, once
   * @param fail gets the abort reason or {@link DriverClosedError}, instead of `settle`
   */
  submit<T>(
    request: Request<T>,
    settle: (outcome: Outcome<T>) => void,
    fail: (error: unknown) => void,
  ): void {
    const refusal = this.#refusal(request)
    if (refusal instanceof SetupError) settle({ status: 'setup-failed', error: refusal })
    else if (refusal !== undefined) fail(refusal)
    else this.#add(request, settle, fail)
  }

  /** Why a request cannot even be queued. */
  #refusal(request: Request<unknown>): Error | undefined {
    const { body } = request
    const { maxRequest } = this.#options.limits
    if (body.buffer instanceof SharedArrayBuffer) {
      return new TypeError('expected bytes of its own, not of a SharedArrayBuffer')
    }
    if (body.length > maxRequest) return new RangeError(`expected at most ${maxRequest} bytes`)
    try {
      this.load()
    } catch (error) {
      if (error instanceof Error) return error
      throw error
    }
    return undefined
  }

  #add<T>(
    request: Request<T>,
    settle: (outcome: Outcome<T>) => void,
    fail: (error: unknown) => void,
  ): void {
    // the outcome's value is what this request's own open returned
    const settleAny = settle as (outcome: Outcome<unknown>) => void
    const { signal } = request
    if (signal?.aborted === true) {
      fail(signal.reason)
      return
    }
    const job: Job =
      signal === undefined
        ? { request, settle: settleAny, fail, care: 0, done: false }
        : abortable(request, signal, settleAny, fail, () => this.#pool.aborted())
    this.#pool.add(job)
  }

  async #start(owner: ChannelOwner): Promise<Channel> {
    const bundle = this.#bundle
    if (bundle === undefined) throw new DriverClosedError()
    const began = performance.now()
    try {
      const { limits } = this.#options
      const channel = await this.#cage.start((bubblewrap, because) =>
        startHandler({ bundle, limits, bubblewrap }, because, owner),
      )
      const { postStart: check } = this.#options
      if (check !== undefined) await postStart(channel, check)
      publish({
        type: 'started',
        driver: this.#options.name,
        pid: channel.proof.pid,
        milliseconds: performance.now() - began,
      })
      return channel
    } catch (error) {
      if (error instanceof SetupError) {
        publish({ type: 'setup-failed', driver: this.#options.name, layer: error.layer })
      }
      throw error
    }
  }
}

/** The driver's own check of a new handler; a wrong or missing answer means that it never serves. */
function postStart(channel: Channel, request: Request<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (outcome: Outcome<unknown>): void => {
      if (outcome.status === 'ok') {
        // the check is the driver's own: the handler has seen no input yet
        channel.soleSource = undefined
        channel.served = 0
        resolve()
        return
      }
      channel.kill({ status: 'violation', detail: 'the post-start check failed' })
      reject(new SetupError('runtime', `the post-start check failed (${outcome.status})`))
    }
    channel.send({ request, settle, fail: reject, care: 2, done: false })
  })
}
