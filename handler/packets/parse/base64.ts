/**
 * The base64 lines of an armored block, and its checksum line (docs/armor-grammar.md). Handler side. Only looks: the
 * manager decodes. Canonical base64 only (RFC 4648 section 3.5), so that what is decoded encodes to the same characters.
 */
import { OPENPGP_LIMITS } from '../../../protocol/limits.ts'
import { ascii, type Line, lineAt } from './lines.ts'

const PAD = 0x3d

/** The value of each octet, 64 for what is not in the alphabet. */
const VALUES = new Uint8Array(256).fill(64)
ascii('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/').forEach(
  (octet, value) => {
    VALUES[octet] = value
  },
)

/** Where the alphabet's octets end, from `at` on, at `end` at the latest. */
function alphabetEnd(text: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && (VALUES[text[at] ?? 0] ?? 64) < 64) at += 1
  return at
}

/**
 * Takes data lines from `first` on, up to the first line that is none.
 *
 * @returns just after the last data line (`first.begin` if there is none); undefined if the lines together are not
 *   canonical base64
 */
export function takeData(text: Uint8Array, first: Line): number | undefined {
  let count = 0
  let pads = 0
  let lastValue = 0
  let end = first.begin
  let line: Line | undefined = first
  while (line !== undefined && pads === 0) {
    const { begin, contentEnd } = line
    const alphas = alphabetEnd(text, begin, contentEnd)
    if (alphas === begin || contentEnd - begin > OPENPGP_LIMITS.maxArmorLine) break
    if (!isPadding(text, alphas, contentEnd)) break
    pads = contentEnd - alphas
    count += contentEnd - begin
    lastValue = VALUES[text[alphas - 1] ?? 0] ?? 0
    end = line.end
    line = lineAt(text, end)
  }
  if (count % 4 !== 0) return undefined
  const unused = pads === 0 ? 1 : pads === 1 ? 4 : 16
  return lastValue % unused === 0 ? end : undefined
}

/** Nothing, `=` or `==`. */
function isPadding(text: Uint8Array, from: number, end: number): boolean {
  if (end - from > 2) return false
  for (let at = from; at < end; at += 1) if (text[at] !== PAD) return false
  return true
}

/** The line after a checksum line, or the line itself; the value is not compared (RFC 9580 section 6.1). */
export function takeChecksum(text: Uint8Array, line: Line): Line | undefined {
  const { begin, contentEnd } = line
  if (contentEnd - begin !== 5 || text[begin] !== PAD) return line
  return alphabetEnd(text, begin + 1, contentEnd) === contentEnd ? lineAt(text, line.end) : line
}
