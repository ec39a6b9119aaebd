/**
 * Lines of a text, as docs/armor-grammar.md defines them: octets up to LF; the content is without trailing blanks.
 * Handler side. Nothing is decoded. Searching is left to `indexOf`, which is native: the handler has no JIT.
 */

const TAB = 0x09
const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
export const DASH = 0x2d

export interface Line {
  readonly begin: number
  /** just after the last octet that is not SP, TAB, CR or the LF */
  readonly contentEnd: number
  /** just after the LF, or the end of the text */
  readonly end: number
}

/** The octets of an ASCII constant. */
export function ascii(constant: string): Uint8Array {
  return Uint8Array.from(constant, (character) => character.charCodeAt(0))
}

/** The line that begins at `begin`; undefined at the end of the text. */
export function lineAt(text: Uint8Array, begin: number): Line | undefined {
  if (begin >= text.length) return undefined
  const feed = text.indexOf(LF, begin)
  const end = feed < 0 ? text.length : feed + 1
  let contentEnd = feed < 0 ? end : feed
  while (contentEnd > begin && isBlankOctet(text[contentEnd - 1])) contentEnd -= 1
  return { begin, contentEnd, end }
}

function isBlankOctet(octet: number | undefined): boolean {
  return octet === SPACE || octet === CR || octet === TAB
}

export function isBlank(line: Line): boolean {
  return line.contentEnd === line.begin
}

/** Nothing but a line end: LF or CR LF. */
export function isEmpty(text: Uint8Array, line: Line): boolean {
  const length = line.end - line.begin
  if (text[line.end - 1] !== LF) return false
  return length === 1 || (length === 2 && text[line.begin] === CR)
}

/** Whether the content is exactly these octets. */
export function hasContent(text: Uint8Array, line: Line, octets: Uint8Array): boolean {
  return line.contentEnd - line.begin === octets.length && startsWith(text, line.begin, octets)
}

/** Whether these octets stand at `at`. */
export function startsWith(text: Uint8Array, at: number, octets: Uint8Array): boolean {
  return octets.every((octet, index) => text[at + index] === octet)
}

/** Where the next line begins, at `from` or later, that has a dash as its first octet; undefined if none. */
export function nextDashLine(text: Uint8Array, from: number): number | undefined {
  let dash = text.indexOf(DASH, from)
  while (dash >= 0) {
    if (dash === 0 || text[dash - 1] === LF) return dash
    dash = text.indexOf(DASH, dash + 1)
  }
  return undefined
}
