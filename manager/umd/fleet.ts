/** The handlers of a pool that live, and which of them suits a job. Trusted side. */
import type { Channel } from './channel.ts'
import type { Job } from './job.ts'
import type { Failure } from './outcome.ts'

export class Fleet {
  readonly #channels = new Set<Channel>()
  readonly #idle: number

  /** @param idle milliseconds without a request after which a handler is ended */
  constructor(idle: number) {
    this.#idle = idle
  }

  get size(): number {
    return this.#channels.size
  }

  /** Handlers that take jobs beside one another. */
  get regular(): number {
    let count = 0
    for (const channel of this.#channels) {
      if (channel.alive && !channel.suspects && !channel.retiring) count += 1
    }
    return count
  }

  /** A handler joins; its idle time runs from here. */
  add(channel: Channel): void {
    this.#channels.add(channel)
    this.#retireIdle(channel, channel.served)
  }

  delete(channel: Channel): void {
    this.#channels.delete(channel)
  }

  /** Ends all of them once they have answered. */
  retire(): void {
    for (const channel of this.#channels) channel.retire()
  }

  /** Ends all of them at once. */
  kill(failure: Failure): void {
    for (const channel of this.#channels) channel.kill(failure)
  }

  /** One that takes requests. */
  any(): Channel | undefined {
    for (const channel of this.#channels) if (channel.alive && !channel.retiring) return channel
    return undefined
  }

  /** For a job that may run beside others: the one with the fewest. */
  roomiest(job: Job): Channel | undefined {
    let best: Channel | undefined
    for (const channel of this.#channels) {
      if (channel.suspects || !channel.hasRoom(job.request.body.length)) continue
      if (best === undefined || channel.inFlight < best.inFlight) best = channel
    }
    return best
  }

  /** For a job that needs a handler clean for its source, or to run alone. */
  suitable(job: Job): Channel | undefined {
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

  /** One that does nothing makes room for another. */
  retireOneIdle(): void {
    for (const channel of this.#channels) {
      if (channel.inFlight === 0 && channel.alive && !channel.retiring) {
        channel.retire()
        return
      }
    }
  }

  /** Looks once per idle time whether the handler has done anything since, and ends it if not. */
  #retireIdle(channel: Channel, served: number): void {
    const sweep = (): void => {
      if (!channel.alive || channel.retiring) return
      if (channel.inFlight === 0 && channel.served === served) channel.retire()
      else this.#retireIdle(channel, channel.served)
    }
    setTimeout(sweep, this.#idle).unref()
  }
}
