/**
 * A driver: the manager's side of one kind of handler. Loads its program, starts handlers on demand, keeps a small
 * pool of them, pipelines requests, replaces a handler that died and runs again, alone and in a fresh handler, what
 * was in flight. Knows no message format. Trusted side.
 */
import { DEADLINES, POOL_LIMITS } from '../../protocol/limits.ts'
import { Admission } from './admission.ts'
import { type Bundle, type BundleSource, loadBundle, unloadBundle } from './bundle.ts'
import { publish } from './events.ts'
import { Job, type Request } from './job.ts'
import { Launcher, type LaunchOptions } from './launcher.ts'
import { DriverClosedError, type Outcome, SetupError } from './outcome.ts'
import { Pool } from './pool.ts'
import type { Proof } from './proof.ts'
import { requireSupportedPlatform } from './runtime.ts'

export interface DriverOptions extends LaunchOptions {
  readonly bundle: BundleSource
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
  readonly deadlines?: { readonly write: number; readonly read: number }
}

export class Driver implements AsyncDisposable {
  readonly #options: DriverOptions
  readonly #pool: Pool
  readonly #admission: Admission
  #bundle: Bundle | undefined
  #closed = false

  constructor(options: DriverOptions) {
    this.#options = options
    const { maxReply } = options.limits
    const replyCap = options.replyCap ?? ((): number => maxReply)
    const owner = {
      replyCap: (verb: number, length: number): number =>
        Math.min(maxReply, replyCap(verb, length)),
      rejectCodes: options.rejectCodes ?? new Set<number>(),
      deadlines: options.deadlines ?? DEADLINES,
    }
    const launcher = new Launcher(options)
    this.#admission = new Admission(() => this.#pool.queued)
    this.#pool = new Pool({
      name: options.name,
      size: options.poolSize ?? 1,
      recycleAfter: options.recycleAfter ?? POOL_LIMITS.recycleAfter,
      idle: options.idle ?? POOL_LIMITS.idle,
      owner,
      start: (channelOwner) => {
        if (this.#bundle === undefined) throw new DriverClosedError()
        return launcher.launch(this.#bundle, channelOwner)
      },
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

  /**
   * {@link unload}, for good. Later requests are rejected with {@link DriverClosedError}, and so are those that still
   * wait for room in the queue.
   */
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
  room(): Promise<void> {
    return this.#admission.room()
  }

  /**
   * One request. Waits while the queue is full; resolves with its outcome, whatever that is.
   *
   * @throws the signal's reason when aborted, {@link DriverClosedError} when the driver was closed
   */
  async request<T>(request: Request<T>): Promise<Outcome<T>> {
    const { signal } = request
    signal?.throwIfAborted()
    const submit = (): Promise<Outcome<T>> =>
      new Promise((resolve, reject) => this.submit(request, resolve, reject))
    return this.hasRoom ? submit() : this.#admission.inTurn(signal, submit)
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
    const job = new Job(request, settleAny, fail)
    if (signal !== undefined) job.abortOn(signal, () => this.#pool.proceed())
    this.#pool.add(job)
  }
}
