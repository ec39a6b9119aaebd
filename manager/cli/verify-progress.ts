/** A progress bar for long runs, on standard error and only where that is a terminal: output is never mixed with it. */
import type { Writable } from 'node:stream'

/** Milliseconds between two drawings, and before the first. */
const PACE = 100
const WIDTH = 24
/** To the line's start, and erase to its end (ECMA-48). */
const CLEAR = '\r\u001b[K'
const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** How much there is to do. */
export interface Total {
  readonly inputs: number
  /** of all inputs; undefined where only inputs are counted */
  readonly octets?: number
}

/** Counts what is done. Times are milliseconds of any one clock. */
export class Progress {
  readonly #stream: Writable | undefined
  readonly #total: Total | undefined
  #inputs = 0
  #octets = 0
  #drawnAt: number | undefined
  #isShown = false

  /** @param total undefined: not known */
  constructor(stream: (Writable & { readonly isTTY?: boolean }) | undefined, total?: Total) {
    this.#stream = stream?.isTTY === true ? stream : undefined
    this.#total = total
  }

  /** One more input is done. */
  step(now: number): void {
    this.#inputs += 1
    this.#draw(now)
  }

  /** So many more octets were read. */
  read(octets: number, now: number): void {
    this.#octets += octets
    this.#draw(now)
  }

  /** Makes room for a line. */
  clear(): void {
    if (this.#isShown) this.#stream?.write(CLEAR)
    this.#isShown = false
  }

  #draw(now: number): void {
    if (this.#stream === undefined) return
    this.#drawnAt ??= now
    if (now - this.#drawnAt < PACE) return
    this.#drawnAt = now
    this.#isShown = true
    this.#stream.write(`${CLEAR}${this.#bar()}`)
  }

  #bar(): string {
    const { inputs, octets } = this.#total ?? { inputs: 0 }
    const read = this.#octets === 0 ? '' : `, ${sizeOf(this.#octets)}`
    if (inputs === 0) return `${this.#inputs} judged${read}`
    const isByOctets = octets !== undefined && octets > 0
    // a file may have grown since
    const share = Math.min(1, isByOctets ? this.#octets / octets : this.#inputs / inputs)
    const filled = Math.floor(WIDTH * share)
    const whole = isByOctets ? `${read} of ${sizeOf(octets)}` : read
    return `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${this.#inputs} of ${inputs}${whole}`
  }
}

/** Octets for a person: three digits at most, rounded down. */
function sizeOf(octets: number): string {
  const power = octets < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(octets) / 10))
  const size = octets / 1024 ** power
  const digits = power > 0 && size < 10 ? 1 : 0
  return `${(Math.floor(size * 10 ** digits) / 10 ** digits).toFixed(digits)} ${UNITS[power]}`
}
