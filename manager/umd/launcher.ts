/**
 * How a driver gets a new handler that may serve: caged as this machine allows, proven, and asked the driver's own
 * question first. The first start decides whether bubblewrap is usable here; what was chosen and fails later is an
 * error, never another choice. Trusted side.
 */
import { findBubblewrap } from './bubblewrap.ts'
import type { Bundle } from './bundle.ts'
import type { Channel, ChannelOwner } from './channel.ts'
import { publish } from './events.ts'
import { Job, type Request } from './job.ts'
import { type Outcome, SetupError } from './outcome.ts'
import type { HandlerLimits } from './runtime.ts'
import { startHandler } from './start.ts'

/** What every handler of a driver is started with. */
export interface LaunchOptions {
  /** for events and errors */
  readonly name: string
  readonly limits: HandlerLimits
  /** layers that this caller requires beside those that always are */
  readonly require?: readonly 'namespaces'[]
  /** `off` starts handlers without bubblewrap even where it is usable; every required layer stays required */
  readonly bubblewrap?: 'auto' | 'off'
  /** where bubblewrap is looked for; default the system's own directories */
  readonly path?: string
  /** asked of every new handler before it gets other requests; `open` throws when the answer is wrong */
  readonly postStart?: Request<unknown>
}

const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin'

/** With bubblewrap, or without and why. */
interface Cage {
  readonly bubblewrap: string | undefined
  readonly because: string
}

export class Launcher {
  readonly #options: LaunchOptions
  /** undefined until the first start decided it */
  #cage: Cage | undefined
  #deciding: Promise<Channel> | undefined

  constructor(options: LaunchOptions) {
    this.#options = options
  }

  /** @throws {@link SetupError} with the layer that does not hold */
  async launch(bundle: Bundle, owner: ChannelOwner): Promise<Channel> {
    const { name, limits } = this.#options
    const began = performance.now()
    try {
      const channel = await this.#caged(({ bubblewrap, because }) =>
        startHandler({ bundle, limits, bubblewrap }, because, owner),
      )
      await this.#postStart(channel)
      const milliseconds = performance.now() - began
      publish({ type: 'started', driver: name, pid: channel.proof.pid, milliseconds })
      return channel
    } catch (error) {
      if (error instanceof SetupError) {
        publish({ type: 'setup-failed', driver: name, layer: error.layer })
      }
      throw error
    }
  }

  /** Starts in the cage that was chosen. Others that come while the first start decides wait for it. */
  async #caged(start: (cage: Cage) => Promise<Channel>): Promise<Channel> {
    while (this.#deciding !== undefined) await this.#deciding.catch(() => {})
    if (this.#cage !== undefined) return start(this.#cage)
    this.#deciding = this.#decide(start)
    try {
      return await this.#deciding
    } finally {
      this.#deciding = undefined
    }
  }

  async #decide(start: (cage: Cage) => Promise<Channel>): Promise<Channel> {
    const required = this.#options.require?.includes('namespaces') === true
    const found =
      this.#options.bubblewrap === 'off'
        ? { reason: 'switched off by the caller' }
        : findBubblewrap(this.#options.path ?? SYSTEM_PATH)
    let because = 'reason' in found ? found.reason : ''
    if ('path' in found) {
      try {
        return await this.#choose({ bubblewrap: found.path, because: '' }, start)
      } catch (error) {
        const isBlocked = error instanceof SetupError && error.layer === 'namespaces'
        if (!isBlocked || required) throw error
        because = error.message
      }
    }
    if (required) throw new SetupError('namespaces', because)
    return await this.#choose({ bubblewrap: undefined, because }, start)
  }

  /** A cage in which one handler has started is the one for all. */
  async #choose(cage: Cage, start: (cage: Cage) => Promise<Channel>): Promise<Channel> {
    const channel = await start(cage)
    this.#cage = cage
    return channel
  }

  /** The driver's own check of a new handler; a wrong or missing answer means that it never serves. */
  #postStart(channel: Channel): Promise<void> {
    const request = this.#options.postStart
    if (request === undefined) return Promise.resolve()
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
      channel.send(new Job(request, settle, reject, 2))
    })
  }
}
