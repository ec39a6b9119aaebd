/** A progress bar for long batches, on standard error and only where that is a terminal: output is never mixed with it. */
import type { Writable } from 'node:stream'

/** Milliseconds between two drawings. */
const PACE = 100
const WIDTH = 24
/** To the line's start, and erase to its end (ECMA-48). */
const CLEAR = '\r\u001b[K'

/** Counts what is done. */
export class Progress {
  readonly #stream: Writable | undefined
  readonly #total: number | undefined
  #done = 0
  #drawnAt = 0
  #isShown = false

  /** @param total undefined: not known */
  constructor(stream: (Writable & { readonly isTTY?: boolean }) | undefined, total?: number) {
    this.#stream = stream?.isTTY === true ? stream : undefined
    this.#total = total
  }

  /** One more is done; `now` in milliseconds of any clock. */
  step(now: number): void {
    this.#done += 1
    if (this.#stream === undefined || now - this.#drawnAt < PACE) return
    this.#drawnAt = now
    this.#isShown = true
    this.#stream.write(`${CLEAR}${this.#bar()}`)
  }

  /** Makes room for a line. */
  clear(): void {
    if (this.#isShown) this.#stream?.write(CLEAR)
    this.#isShown = false
  }

  #bar(): string {
    const total = this.#total
    if (total === undefined || total === 0) return `${this.#done} judged`
    const filled = Math.floor((WIDTH * this.#done) / total)
    return `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${this.#done} of ${total}`
  }
}
