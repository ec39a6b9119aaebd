/**
 * The door for a cleartext-signed message (docs/armor-grammar.md, RFC 9580 section 7). Trusted side; the manager matches
 * every line of its own copy and makes both texts itself: the one that is signed and the one that may be shown. Refuses
 * every header but `Hash:`, NUL, lines that begin with a dash unescaped, and a second message.
 */
import { Writer } from '../../protocol/bytes.ts'
import type { Tainted } from '../../protocol/tainted.ts'
import type { ArmorBlock, Place } from '../openpgp/model.ts'
import { Outside, readBlock } from './armor.ts'
import { type Claims, openClaims } from './claims.ts'
import { consistsOf, type Line, Lines } from './lines.ts'
import { SIGNATURE_LABEL } from './tables.ts'

/** A cleartext-signed message, read to the last line of its input. */
export interface CleartextMessage {
  /** the first 64 names of the `Hash:` lines as they stand: letters, digits and dashes, known or not */
  readonly hashNames: readonly string[]
  /** what is signed: without dash-escapes and trailing blanks, lines separated by CR LF, without the last line end */
  readonly text: Uint8Array
  /** what may be shown or written out: the signed lines, each with its own line end and nothing that is not signed */
  readonly framed: Uint8Array
  readonly signature: ArmorBlock
  readonly outside: readonly Place[]
}

/** The message, or where and why there is none. */
export type Cleartext =
  | { readonly message: CleartextMessage; readonly stop: undefined }
  | {
      readonly message: undefined
      readonly stop: { readonly offset: number; readonly detail: string }
    }

const FRAME = Buffer.from('-----BEGIN PGP SIGNED MESSAGE-----', 'latin1')
const HASH = 'Hash: '
/** Names that are kept: more than there are hash algorithms; the list is asked for one name only. */
const MAX_HASH_NAMES = 64
const CRLF = Uint8Array.of(0x0d, 0x0a)
const LF = CRLF.subarray(1)
const CR = 0x0d
const DASH = 0x2d
const SP = 0x20

/**
 * Opens a `cleartext` reply.
 *
 * @param text what the handler was asked about, unchanged since
 * @throws Violation where the reply differs from the manager's reading; TypeError for shared memory
 */
export function openCleartext(text: Uint8Array, reply: Tainted<Uint8Array>): Cleartext {
  return openClaims(text, reply, (claims) => readText(new Lines(text), claims))
}

function readText(lines: Lines, claims: Claims): Cleartext {
  const outside = new Outside()
  const stop = (offset: number, detail: string): Cleartext => {
    claims.expect({ kind: 'stop', offset }, offset)
    claims.end(offset)
    return { message: undefined, stop: { offset, detail } }
  }
  const frame = skipTo(lines, outside)
  if (frame === undefined) return stop(lines.offset, 'expected a cleartext-signed message')
  const front = readFront(lines)
  if (typeof front === 'string') return stop(frame.start, front)
  const body = readBody(lines)
  if (typeof body === 'string') return stop(frame.start, body)
  const { begin } = body
  const signature = readBlock(lines, begin, SIGNATURE_LABEL)
  if (typeof signature === 'string') return stop(frame.start, signature)
  const second = skipTo(lines, outside)
  if (second !== undefined) return stop(second.start, 'expected one message')
  const due = { begin: frame.start, text: front.text, textEnd: begin.start }
  claims.expect({ kind: 'frame', ...due }, frame.start)
  claims.expect(signature.due, begin.start)
  claims.end(lines.offset)
  const { hashNames } = front
  const { text, framed } = body
  const message = { hashNames, text, framed, signature: signature.block, outside: outside.places }
  return { message, stop: undefined }
}

/** Reads lines that belong to no message, up to and with the next frame line. */
function skipTo(lines: Lines, outside: Outside): Line | undefined {
  let line = lines.next()
  while (line !== undefined && !lines.is(line, FRAME)) {
    outside.add(line)
    line = lines.next()
  }
  outside.close()
  return line
}

/** `*hash empty`: where the text begins, or what was expected (RFC 9580 section 7.1). */
function readFront(lines: Lines): { hashNames: readonly string[]; text: number } | string {
  const hashNames: string[] = []
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    if (lines.isEmpty(line)) return { hashNames, text: line.next }
    const content = lines.characters(line)
    if (!isHash(content, hashNames)) return 'expected only Hash headers, then an empty line'
  }
  return 'expected an empty line after the headers'
}

/** `"Hash: " name *("," *(SP | TAB) name)`; the names are added to the list, as far as it goes. */
function isHash(content: string, names: string[]): boolean {
  if (!content.startsWith(HASH)) return false
  let at = HASH.length
  while (at <= content.length) {
    const comma = content.indexOf(',', at)
    const end = comma === -1 ? content.length : comma
    const name = content.slice(at, end)
    if (name === '' || !consistsOf(name, isNameOctet)) return false
    if (names.length < MAX_HASH_NAMES) names.push(name)
    at = end + 1
    while (comma !== -1 && (content[at] === ' ' || content[at] === '\t')) at += 1
  }
  return true
}

function isNameOctet(octet: number): boolean {
  const isDigit = octet >= 0x30 && octet <= 0x39
  const isLetter = (octet >= 0x41 && octet <= 0x5a) || (octet >= 0x61 && octet <= 0x7a)
  return isDigit || isLetter || octet === DASH
}

interface Body {
  readonly text: Uint8Array
  readonly framed: Uint8Array
  /** the BEGIN line of the signatures */
  readonly begin: Line
}

/** The text up to the signatures: dash-escapes undone, trailing blanks dropped (RFC 9580 sections 7.1 and 7.2). */
function readBody(lines: Lines): Body | string {
  const { octets } = lines
  const nul = octets.indexOf(0, lines.offset)
  const text = new Writer()
  const framed = new Writer()
  let isFirst = true
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    const { start, content, next } = line
    if (lines.is(line, SIGNATURE_LABEL.begin)) {
      return { text: text.take(), framed: framed.take(), begin: line }
    }
    if (nul >= start && nul < next) return 'expected text without NUL'
    const isDash = octets[start] === DASH
    if (isDash && octets[start + 1] !== SP) return 'expected a dash-escaped line'
    const kept = octets.subarray(isDash ? Math.min(start + 2, content) : start, content)
    if (!isFirst) text.bytes(CRLF)
    isFirst = false
    text.bytes(kept)
    framed.bytes(kept).bytes(next - 2 >= start && octets[next - 2] === CR ? CRLF : LF)
  }
  return 'expected the signature of the message'
}
