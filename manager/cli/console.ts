/** Standard output and error of a command: text that was made for showing, and nothing else. */
import type { Writable } from 'node:stream'
import { type Paint, paint } from './text.ts'

export class Console {
  readonly #out: Writable
  readonly #err: Writable
  #isLost = false
  /** colours of standard output */
  readonly paint: Paint
  /** colours of standard error */
  readonly errPaint: Paint
  readonly env: Readonly<Record<string, string | undefined>>

  constructor(
    out: Writable & { readonly isTTY?: boolean },
    err: Writable & { readonly isTTY?: boolean },
    env: Readonly<Record<string, string | undefined>>,
  ) {
    this.#out = out
    this.#err = err
    this.env = env
    const noColor = env['NO_COLOR']
    const mayColour = noColor === undefined || noColor === ''
    this.paint = paint(out.isTTY === true && mayColour)
    this.errPaint = paint(err.isTTY === true && mayColour)
    out.on('error', (error) => {
      // a reader that went away has read what it wanted, and the exit code still tells the verdict
      this.#isLost ||= !('code' in error && error.code === 'EPIPE')
    })
    err.on('error', () => {})
  }

  /** Whether standard output could not be written, as where a disk is full: what was lost must not look like success. */
  get isLost(): boolean {
    return this.#isLost
  }

  out(text: string): void {
    this.#out.write(text)
  }

  err(text: string): void {
    this.#err.write(text)
  }
}
