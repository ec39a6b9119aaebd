/**
 * What may be shown: text that came from an input loses its control, format, bidirectional and separator characters
 * before it meets a terminal or a log (claim C6), and JSON is ASCII only.
 */

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })
const lenientUtf8 = new TextDecoder('utf-8')

/** Longest text from an input that is shown; the rest is told by an ellipsis. */
const MAX_SHOWN = 200

/** Every character that can move the cursor, reorder, hide or break a line: Unicode C*, Zl, Zp. */
const UNSHOWABLE = /[\p{C}\p{Zl}\p{Zp}]/gu

/** Text that may be shown, as long as it is. */
export function showable(text: string): string {
  return text.replace(UNSHOWABLE, '\ufffd')
}

/** Text of an input as it may be shown. */
export function clean(text: string): string {
  const shown = showable(text)
  const characters = [...shown.slice(0, MAX_SHOWN * 2)]
  return characters.length > MAX_SHOWN ? `${characters.slice(0, MAX_SHOWN).join('')}...` : shown
}

/** Bytes of an input that should be UTF-8, as they may be shown; `exact` is false where the text is not the bytes. */
export function cleanBytes(bytes: Uint8Array): { readonly text: string; readonly exact: boolean } {
  try {
    const text = strictUtf8.decode(bytes)
    const shown = clean(text)
    return { text: shown, exact: shown === text }
  } catch {
    return { text: clean(lenientUtf8.decode(bytes)), exact: false }
  }
}

/** JSON on one line, ASCII only: no terminal and no parser can read it in another way. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Colours, where the stream is a terminal and NO_COLOR (no-color.org) is not set. */
export interface Paint {
  good(text: string): string
  bad(text: string): string
  quiet(text: string): string
}

export function paint(isColourful: boolean): Paint {
  const wrap = (code: number) => (text: string) =>
    isColourful ? `\u001b[${code}m${text}\u001b[0m` : text
  return { good: wrap(32), bad: wrap(31), quiet: wrap(2) }
}

/** Lines up `name value` pairs below a heading. */
export function columns(rows: readonly (readonly [string, string])[], indent = 6): string {
  const width = rows.reduce((most, [name]) => Math.max(most, name.length), 0)
  return rows
    .map(([name, value]) => `${' '.repeat(indent)}${name.padEnd(width)}  ${value}\n`)
    .join('')
}
