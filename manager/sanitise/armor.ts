/**
 * The door for armored text (docs/armor-grammar.md, RFC 9580 section 6). Trusted side; the manager tiles its own copy of
 * the text line by line, and the reply must name the same blocks. A checksum is not compared: RFC 9580 section 6.1 says
 * that it must not decide.
 */
import { Writer } from '../../protocol/bytes.ts'
import { OPENPGP_LIMITS } from '../../protocol/limits.ts'
import type { BlockItem } from '../../protocol/messages.ts'
import type { Tainted } from '../../protocol/tainted.ts'
import type { ArmorBlock, ArmoredText, Place } from '../openpgp/model.ts'
import { type Claims, openClaims } from './claims.ts'
import { consistsOf, type Line, Lines } from './lines.ts'
import { ARMOR_LABELS, type ArmorLabel } from './tables.ts'

const TOO_LONG = `expected lines of at most ${OPENPGP_LIMITS.maxArmorLine} characters`
const DASH = 0x2d
const EQUALS = 0x3d
const TAB = 0x09
const SP = 0x20
const DELETE = 0x7f

/** Whether an input is packets and not text (RFC 9580 section 4.2: the first bit of every packet is set). */
export function isBinary(bytes: Uint8Array): boolean {
  return (bytes[0] ?? 0) >= 0x80
}

/**
 * Opens an `armor` reply.
 *
 * @param text what the handler was asked about, unchanged since
 * @throws Violation where the reply differs from the manager's reading; TypeError for shared memory
 */
export function openArmor(text: Uint8Array, reply: Tainted<Uint8Array>): ArmoredText {
  return openClaims(text, reply, (claims) => readText(new Lines(text), claims))
}

function readText(lines: Lines, claims: Claims): ArmoredText {
  const blocks: ArmorBlock[] = []
  const outside = new Outside()
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    const label = labelOf(lines, line)
    if (label === undefined) {
      outside.add(line)
      continue
    }
    outside.close()
    const read = readBlock(lines, line, label)
    if (typeof read === 'string') {
      claims.expect({ kind: 'stop', offset: line.start }, line.start)
      claims.end(line.start)
      return { blocks, outside: outside.places, stop: { offset: line.start, detail: read } }
    }
    claims.expect(read.due, line.start)
    blocks.push(read.block)
  }
  outside.close()
  claims.end(lines.offset)
  return { blocks, outside: outside.places, stop: undefined }
}

/** The label of a BEGIN line, if it is one of the list. */
function labelOf(lines: Lines, line: Line): ArmorLabel | undefined {
  if (lines.octets[line.start] !== DASH) return undefined
  return ARMOR_LABELS.find(({ begin }) => lines.is(line, begin))
}

/** A block, and the item that a reply must have for it. */
export interface BlockReading {
  readonly due: BlockItem
  readonly block: ArmorBlock
}

/**
 * The block whose BEGIN line was just read, up to its END line: `*header 1*blank *data [checksum] *blank end`.
 *
 * @returns the block, or what was expected where it is broken
 */
export function readBlock(
  lines: Lines,
  { start: begin }: Line,
  { end, name, code }: ArmorLabel,
): BlockReading | string {
  let line = lines.next()
  while (line !== undefined && line.content > line.start) {
    if (!isHeader(lines, line)) return 'expected armor headers, then a blank line'
    line = lines.next()
  }
  while (line !== undefined && line.content === line.start) line = lines.next()
  const body = line?.start ?? 0
  let bodyEnd = body
  const base64 = new Writer()
  while (line !== undefined && isData(lines, line)) {
    if (line.content - line.start > OPENPGP_LIMITS.maxArmorLine) return TOO_LONG
    base64.bytes(lines.content(line))
    bodyEnd = line.next
    line = lines.next()
  }
  if (line !== undefined && isChecksum(lines, line)) line = lines.next()
  while (line !== undefined && line.content === line.start) line = lines.next()
  if (line === undefined || !lines.is(line, end)) return 'expected the END line of the block'
  const data = decodeBase64(Buffer.from(base64.take().buffer).toString('latin1'))
  if (data === undefined) return 'expected canonical base64'
  return {
    due: { kind: 'block', label: code, begin, body, bodyEnd, end: line.next },
    block: { label: name, place: { offset: begin, length: line.next - begin }, data },
  }
}

/** Node's decoder skips what it does not know; what it made must encode to exactly what was there. */
function decodeBase64(characters: string): Uint8Array | undefined {
  const data = Buffer.from(characters, 'base64')
  // a copy: a small Buffer is a part of memory that others use
  return data.toString('base64') === characters ? new Uint8Array(data) : undefined
}

/** `key ":" [SP *value]` (docs/armor-grammar.md). */
function isHeader(lines: Lines, line: Line): boolean {
  const content = lines.characters(line)
  const colon = content.indexOf(':')
  const value = content.slice(colon + 1)
  return (
    colon > 0 &&
    (value === '' || value.startsWith(' ')) &&
    consistsOf(content.slice(0, colon), (octet) => octet > SP && octet < DELETE) &&
    consistsOf(value, (octet) => (octet >= SP && octet !== DELETE) || octet === TAB)
  )
}

/** A line that can only be base64; which characters it has is seen when it is decoded. */
function isData({ octets }: Lines, { start, content }: Line): boolean {
  return content > start && octets[start] !== DASH && octets[start] !== EQUALS
}

/** `"=" 4alpha`: three octets of a checksum that is not compared. */
function isChecksum(lines: Lines, line: Line): boolean {
  if (line.content - line.start !== 5 || lines.octets[line.start] !== EQUALS) return false
  return decodeBase64(lines.characters(line).slice(1))?.length === 3
}

/** Where text lies that belongs to no block: runs of lines that are not all blank. */
export class Outside {
  readonly places: Place[] = []
  #start: number | undefined = undefined
  #end = 0
  #isBlank = true

  add(line: Line): void {
    this.#start ??= line.start
    this.#end = line.next
    if (line.content > line.start) this.#isBlank = false
  }

  /** Ends the run before a block or at the end of the text. */
  close(): void {
    if (this.#start !== undefined && !this.#isBlank) {
      this.places.push({ offset: this.#start, length: this.#end - this.#start })
    }
    this.#start = undefined
    this.#isBlank = true
  }
}
