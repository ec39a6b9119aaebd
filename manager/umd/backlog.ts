/**
 * The jobs that wait for a handler, in two queues: `shared` jobs are pipelined beside others; `special` ones need a
 * handler that is clean for their source, or run one at a time because a handler died with them. Trusted side.
 */
import type { Job } from './job.ts'
import { Queue } from './queue.ts'

export class Backlog {
  readonly #shared = new Queue<Job>()
  #special: Job[] = []

  get length(): number {
    return this.#shared.length + this.#special.length
  }

  get hasSpecial(): boolean {
    return this.#special.length > 0
  }

  add(job: Job): void {
    if (job.request.isolation === 'per-input') this.#special.push(job)
    else this.#shared.push(job)
  }

  /** Behind the special jobs. */
  addSpecial(job: Job): void {
    this.#special.push(job)
  }

  /** Before all others: these were taken once already. */
  putBack(...jobs: readonly Job[]): void {
    this.#special.unshift(...jobs)
  }

  takeAll(): Job[] {
    return [...this.#shared.takeAll(), ...this.#special.splice(0)]
  }

  /** Offers every special job in turn; those that `take` leaves go on waiting. */
  offerSpecial(take: (job: Job) => boolean): void {
    const jobs = this.#special
    this.#special = []
    for (const job of jobs) if (!job.done && !take(job)) this.#special.push(job)
  }

  /** Offers the shared jobs in turn, up to the first that `take` leaves: none overtakes another. */
  offerShared(take: (job: Job) => boolean): void {
    for (let job = this.#shared.peek(); job !== undefined; job = this.#shared.peek()) {
      if (!job.done && !take(job)) return
      this.#shared.shift()
    }
  }
}
