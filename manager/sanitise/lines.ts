/**
 * Lines of text as docs/armor-grammar.md has them: octets, no character set. Trusted side; reads hostile octets,
 * linearly. A line ends after LF or at the end of the input; its content is what stands before all trailing SP, TAB and
 * CR; nothing is stripped at its start.
 */

/** One line by offsets: `start`, the end of its `content`, the offset of the `next` line. */
export interface Line {
  readonly start: number
  readonly content: number
  readonly next: number
}

const LF = 0x0a
const CR = 0x0d
const SP = 0x20
const TAB = 0x09

/** The lines of a text, one after the other. */
export class Lines {
  /** the same octets as the input's, with Node's decoders; not a copy */
  readonly octets: Buffer
  #at = 0

  constructor(text: Uint8Array) {
    this.octets = Buffer.from(text.buffer, text.byteOffset, text.length)
  }

  /** Offset of the next line. */
  get offset(): number {
    return this.#at
  }

  next(): Line | undefined {
    const start = this.#at
    if (start === this.octets.length) return undefined
    const lf = this.octets.indexOf(LF, start)
    const next = lf === -1 ? this.octets.length : lf + 1
    let content = lf === -1 ? next : lf
    while (content > start && isBlank(this.octets[content - 1])) content -= 1
    this.#at = next
    return { start, content, next }
  }

  /** Whether a line's content is exactly these octets. */
  is(line: Line, content: Uint8Array): boolean {
    return (
      line.content - line.start === content.length &&
      this.octets.compare(content, 0, content.length, line.start, line.content) === 0
    )
  }

  /** Whether a line holds nothing, not even blanks: LF or CR LF. */
  isEmpty(line: Line): boolean {
    const length = line.next - line.start
    const isEnded = length > 0 && this.octets[line.next - 1] === LF
    return isEnded && (length === 1 || (length === 2 && this.octets[line.start] === CR))
  }

  /** A line's content, a view. */
  content(line: Line): Buffer {
    return this.octets.subarray(line.start, line.content)
  }

  /** A line's content, one character per octet. */
  characters(line: Line): string {
    return this.octets.toString('latin1', line.start, line.content)
  }
}

function isBlank(octet: number | undefined): boolean {
  return octet === SP || octet === TAB || octet === CR
}

/** Whether every character of a line's part is one of those allowed. */
export function consistsOf(characters: string, isAllowed: (octet: number) => boolean): boolean {
  for (let at = 0; at < characters.length; at += 1) {
    if (!isAllowed(characters.charCodeAt(at))) return false
  }
  return true
}
