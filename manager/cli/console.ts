/** Standard output and error of a command: text that was made for showing, and nothing else. */
import type { Writable } from 'node:stream'
import { type Paint, paint } from './text.ts'

export class Console {
  readonly #out: Writable
  readonly #err: Writable
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
    // a reader that went away (EPIPE) does not change the verdict: the exit code still tells it
    out.on('error', () => {})
    err.on('error', () => {})
  }

  out(text: string): void {
    this.#out.write(text)
  }

  err(text: string): void {
    this.#err.write(text)
  }
}
