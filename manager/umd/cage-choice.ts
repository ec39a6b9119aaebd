/**
 * Whether handlers are started inside bubblewrap: decided once, by the first start. What was chosen and fails later is an
 * error, never another choice. Trusted side.
 */
import { findBubblewrap } from './bubblewrap.ts'
import type { Channel } from './channel.ts'
import { SetupError } from './outcome.ts'

/** What the caller says of it. */
export interface CageOptions {
  /** layers that this caller requires beside those that always are */
  readonly require?: readonly 'namespaces'[]
  /** `off` starts handlers without bubblewrap even where it is usable; every required layer stays required */
  readonly bubblewrap?: 'auto' | 'off'
  /** where bubblewrap is looked for; default the system's own directories */
  readonly path?: string
}

/** Starts a handler, with this bubblewrap or without one, and then because of what. */
export type StartWith = (bubblewrap: string | undefined, because: string) => Promise<Channel>

const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin'

export class CageChoice {
  readonly #options: CageOptions
  #made: { readonly bubblewrap: string | undefined; readonly because: string } | undefined
  #deciding: Promise<Channel> | undefined

  constructor(options: CageOptions) {
    this.#options = options
  }

  /** Starts a handler by the choice; the first start makes it, others that come meanwhile wait for it. */
  async start(startWith: StartWith): Promise<Channel> {
    while (this.#deciding !== undefined) await this.#deciding.catch(() => {})
    if (this.#made !== undefined) return startWith(this.#made.bubblewrap, this.#made.because)
    this.#deciding = this.#decide(startWith)
    try {
      return await this.#deciding
    } finally {
      this.#deciding = undefined
    }
  }

  async #decide(startWith: StartWith): Promise<Channel> {
    const { require, bubblewrap, path = SYSTEM_PATH } = this.#options
    const required = require?.includes('namespaces') === true
    const found =
      bubblewrap === 'off' ? { reason: 'switched off by the caller' } : findBubblewrap(path)
    let because = 'reason' in found ? found.reason : ''
    if ('path' in found) {
      try {
        const channel = await startWith(found.path, '')
        this.#made = { bubblewrap: found.path, because: '' }
        return channel
      } catch (error) {
        const isBlocked = error instanceof SetupError && error.layer === 'namespaces'
        if (!isBlocked || required) throw error
        because = error.message
      }
    }
    if (required) throw new SetupError('namespaces', because)
    const channel = await startWith(undefined, because)
    this.#made = { bubblewrap: undefined, because }
    return channel
  }
}
