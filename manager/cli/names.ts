/**
 * File names as the kernel gave them: Node.js decodes arguments as UTF-8 and loses what is not. Where it may have, they are
 * read anew from /proc/self/cmdline, so that each file can be opened, and told exactly in JSON.
 */
import { readFileSync } from 'node:fs'
import { showable } from './text.ts'

/** A file name of the command line. */
export interface FileName {
  /** as decoded; exact unless `bytes` is there */
  readonly text: string
  /** the name itself, where it is not valid UTF-8 */
  readonly bytes?: Uint8Array
}

const NUL = 0
/** An octet that is no UTF-8, 0x80 to 0xff, stands as the lone surrogate of this number and it (as in Python's PEP 383). */
const ESCAPE = 0xdc00

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * This process's arguments without loss: each is the text that it is, and octets that are no text are escaped, so that no
 * two different arguments become one.
 *
 * @param args as Node.js decoded them: the last ones of the process
 */
export function exactArguments(args: readonly string[]): readonly string[] {
  if (!args.some((argument) => argument.includes('\ufffd'))) return args
  return rawArguments(args.length).map(escaped)
}

/** The last `count` arguments of this process, as bytes. */
function rawArguments(count: number): readonly Uint8Array[] {
  const raw = readFileSync('/proc/self/cmdline')
  const all: Uint8Array[] = []
  for (let from = 0; from < raw.length; ) {
    const end = raw.indexOf(NUL, from)
    const until = end === -1 ? raw.length : end
    all.push(raw.subarray(from, until))
    from = until + 1
  }
  return all.slice(-count)
}

/** The longest piece of text at each place, or the octet there, escaped. */
function escaped(octets: Uint8Array): string {
  let text = ''
  for (let at = 0; at < octets.length; ) {
    const character = characterAt(octets, at)
    text += character ?? String.fromCharCode(ESCAPE + (octets[at] ?? 0))
    at += character === undefined ? 1 : Buffer.byteLength(character)
  }
  return text
}

function characterAt(octets: Uint8Array, at: number): string | undefined {
  for (let length = 1; length <= 4 && at + length <= octets.length; length += 1) {
    try {
      return strict.decode(octets.subarray(at, at + length))
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
    }
  }
  return undefined
}

/** The name that an argument of {@link exactArguments} is. */
export function nameOf(argument: string): FileName {
  if (argument.isWellFormed()) return { text: argument }
  const parts: Uint8Array[] = []
  for (const character of argument) {
    const isEscape = !character.isWellFormed()
    parts.push(isEscape ? Uint8Array.of(character.charCodeAt(0) - ESCAPE) : Buffer.from(character))
  }
  return nameOfPath(Buffer.concat(parts))
}

/** The path to open. */
export function pathOf({ text, bytes }: FileName): string | Uint8Array {
  return bytes ?? text
}

/** A name in JSON: `field`, and `fieldBytes` in base64 where the text is not exact. */
export function nameJson(field: string, { text, bytes }: FileName): object {
  if (bytes === undefined) return { [field]: text }
  return { [field]: text, [`${field}Bytes`]: Buffer.from(bytes).toString('base64') }
}

/** A name as it may be shown: whole, since who reads it must know which file is meant. */
export function shownName({ text }: FileName): string {
  return showable(text)
}

/** The name of a path as it is opened. */
export function nameOfPath(path: string | Uint8Array): FileName {
  if (typeof path === 'string') return { text: path }
  const text = Buffer.from(path).toString('utf8')
  return Buffer.from(text).equals(path) ? { text } : { text, bytes: path }
}
