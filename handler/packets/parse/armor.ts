/**
 * Armored blocks in a text, for verb `armor` (RFC 9580 section 6). Handler side: synchronous, pure, linear, decodes
 * nothing. The grammar is docs/armor-grammar.md, and the manager reads the same page:
 *
 * ```
 * block = begin *header 1*blank *data [checksum] *blank end
 * ```
 *
 * Refused, by STOP at its BEGIN line: a block without the blank line, with a header that is none, with a data line that
 * is not base64 or too long, with base64 that is not canonical as a whole, or without the END line of its label.
 */
import type { Writer } from '../../../protocol/bytes.ts'
import { type BlockItem, encodeItem, LABEL, type Label } from '../../../protocol/messages.ts'
import { takeChecksum, takeData } from './base64.ts'
import { ascii, hasContent, isBlank, type Line, lineAt, nextDashLine, startsWith } from './lines.ts'

const TAB = 0x09
const SPACE = 0x20
const COLON = 0x3a
const DELETE = 0x7f
/** What every BEGIN line begins with: tells most other lines apart at once. */
const BEGIN = ascii('-----BEGIN PGP ')

interface ArmorLabel {
  readonly label: Label
  readonly begin: Uint8Array
  readonly end: Uint8Array
}

function armorLabel(label: Label, words: string): ArmorLabel {
  return {
    label,
    begin: ascii(`-----BEGIN PGP ${words}-----`),
    end: ascii(`-----END PGP ${words}-----`),
  }
}

/** The block of a signature, which also ends a cleartext. */
export const SIGNATURE_LABEL: ArmorLabel = armorLabel(LABEL.signature, 'SIGNATURE')

const LABELS: readonly ArmorLabel[] = [
  armorLabel(LABEL.publicKey, 'PUBLIC KEY BLOCK'),
  SIGNATURE_LABEL,
  armorLabel(LABEL.message, 'MESSAGE'),
  // what `gpg --enarmor` writes around octets of any kind
  armorLabel(LABEL.message, 'ARMORED FILE'),
  armorLabel(LABEL.privateKey, 'PRIVATE KEY BLOCK'),
]

/** Writes the items of an `armor` reply. */
export function parseArmor(input: Uint8Array, writer: Writer): void {
  let at = nextDashLine(input, 0)
  while (at !== undefined) {
    const begin = findLabel(input, at)
    if (begin === undefined) {
      at = nextDashLine(input, at + 1)
      continue
    }
    const block = parseBlock(input, begin.line, begin.label)
    encodeItem(writer, block ?? { kind: 'stop', offset: at })
    if (block === undefined) return
    at = nextDashLine(input, block.end)
  }
}

/** The BEGIN line at `at`, with its label; undefined for any other line. */
function findLabel(
  text: Uint8Array,
  at: number,
): { readonly line: Line; readonly label: ArmorLabel } | undefined {
  if (!startsWith(text, at, BEGIN)) return undefined
  const line = lineAt(text, at)
  if (line === undefined) return undefined
  const label = LABELS.find((row) => hasContent(text, line, row.begin))
  return label === undefined ? undefined : { line, label }
}

/** The block whose BEGIN line is `first`; undefined if it is broken. */
export function parseBlock(
  text: Uint8Array,
  first: Line,
  label: ArmorLabel,
): BlockItem | undefined {
  let line = lineAt(text, first.end)
  while (line !== undefined && isHeader(text, line)) line = lineAt(text, line.end)
  if (line === undefined || !isBlank(line)) return undefined
  line = skipBlank(text, line)
  if (line === undefined) return undefined

  const body = line.begin
  const bodyEnd = takeData(text, line)
  if (bodyEnd === undefined) return undefined

  line = lineAt(text, bodyEnd)
  if (line !== undefined) line = skipBlank(text, takeChecksum(text, line))
  if (line === undefined || !hasContent(text, line, label.end)) return undefined
  return { kind: 'block', label: label.label, begin: first.begin, body, bodyEnd, end: line.end }
}

/** The first line from here on that is not blank. */
function skipBlank(text: Uint8Array, from: Line | undefined): Line | undefined {
  let line = from
  while (line !== undefined && isBlank(line)) line = lineAt(text, line.end)
  return line
}

/** `Key: value`; the value may be missing, with or without the space. */
function isHeader(text: Uint8Array, line: Line): boolean {
  const colon = text.subarray(line.begin, line.contentEnd).indexOf(COLON)
  if (colon < 1) return false
  const key = text.subarray(line.begin, line.begin + colon)
  const rest = text.subarray(line.begin + colon + 1, line.contentEnd)
  if (rest.length > 0 && rest[0] !== SPACE) return false
  return (
    key.every((octet) => octet > SPACE && octet < DELETE) &&
    rest.every((octet) => (octet >= SPACE && octet !== DELETE) || octet === TAB)
  )
}
