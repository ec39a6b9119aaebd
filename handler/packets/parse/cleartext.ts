/**
 * A cleartext-signed message, for verb `cleartext` (RFC 9580 section 7). Handler side: synchronous, pure, linear. The
 * grammar is docs/armor-grammar.md, and the manager reads the same page:
 *
 * ```
 * message = frame *hash empty *text signature
 * ```
 *
 * Refused, by STOP alone: no message or two, a header other than `Hash:` (CVE-2019-11841, CVE-2023-41037), a line of
 * blanks where the empty line must be, a NUL in the text, a line that begins with an unescaped dash, a broken
 * signature block. Text outside the message is no flaw: the caller gets the framed text only.
 */
import type { Writer } from '../../../protocol/bytes.ts'
import {
  type BlockItem,
  encodeItem,
  type FrameItem,
  type Item,
} from '../../../protocol/messages.ts'
import { parseBlock, SIGNATURE_LABEL } from './armor.ts'
import {
  ascii,
  DASH,
  hasContent,
  isEmpty,
  type Line,
  lineAt,
  nextDashLine,
  startsWith,
} from './lines.ts'

const TAB = 0x09
const SPACE = 0x20
const COMMA = 0x2c
const FRAME = ascii('-----BEGIN PGP SIGNED MESSAGE-----')
const HASH = ascii('Hash: ')

interface Message {
  readonly frame: FrameItem
  readonly block: BlockItem
}

/** Writes FRAME and BLOCK, or STOP alone. */
export function parseCleartext(input: Uint8Array, writer: Writer): void {
  for (const item of readItems(input)) encodeItem(writer, item)
}

function readItems(input: Uint8Array): readonly Item[] {
  const first = findFrame(input, 0)
  if (first === undefined) return [{ kind: 'stop', offset: input.length }]
  const message = parseMessage(input, first)
  if (message === undefined) return [{ kind: 'stop', offset: first.begin }]
  const second = findFrame(input, message.block.end)
  if (second !== undefined) return [{ kind: 'stop', offset: second.begin }]
  return [message.frame, message.block]
}

function findFrame(text: Uint8Array, from: number): Line | undefined {
  let at = nextDashLine(text, from)
  while (at !== undefined) {
    const line = startsWith(text, at, FRAME) ? lineAt(text, at) : undefined
    if (line !== undefined && hasContent(text, line, FRAME)) return line
    at = nextDashLine(text, at + 1)
  }
  return undefined
}

function parseMessage(input: Uint8Array, first: Line): Message | undefined {
  let line = lineAt(input, first.end)
  while (line !== undefined && isHashHeader(input, line)) line = lineAt(input, line.end)
  if (line === undefined || !isEmpty(input, line)) return undefined

  const text = line.end
  const signature = findSignature(input, text)
  if (signature === undefined) return undefined
  const textEnd = signature.begin
  if (input.subarray(text, textEnd).includes(0)) return undefined

  const block = parseBlock(input, signature, SIGNATURE_LABEL)
  if (block === undefined) return undefined
  return { frame: { kind: 'frame', begin: first.begin, text, textEnd }, block }
}

/** The BEGIN line that ends the text; every other line with a dash in front must be dash-escaped. */
function findSignature(text: Uint8Array, from: number): Line | undefined {
  let at = nextDashLine(text, from)
  while (at !== undefined) {
    if (text[at + 1] !== SPACE) break
    at = nextDashLine(text, at + 1)
  }
  const line = at === undefined ? undefined : lineAt(text, at)
  if (line === undefined || !hasContent(text, line, SIGNATURE_LABEL.begin)) return undefined
  return line
}

/** `Hash: ` and names, separated by a comma and blanks. */
function isHashHeader(text: Uint8Array, line: Line): boolean {
  if (!startsWith(text, line.begin, HASH)) return false
  let at = line.begin + HASH.length
  for (;;) {
    const name = at
    while (at < line.contentEnd && isNameOctet(text[at] ?? 0)) at += 1
    if (at === name) return false
    if (at === line.contentEnd) return true
    if (text[at] !== COMMA) return false
    at += 1
    while (text[at] === SPACE || text[at] === TAB) at += 1
  }
}

/** A letter, a digit or a dash. */
function isNameOctet(octet: number): boolean {
  const isDigit = octet >= 0x30 && octet <= 0x39
  const isUpper = octet >= 0x41 && octet <= 0x5a
  const isLower = octet >= 0x61 && octet <= 0x7a
  return isDigit || isUpper || isLower || octet === DASH
}
