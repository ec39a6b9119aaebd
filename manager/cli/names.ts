/**
 * File names as the kernel gave them: Node.js decodes arguments as UTF-8 and loses what is not. A name with a replacement
 * character is looked up in /proc/self/cmdline, so that the file can be opened, and told exactly in JSON.
 */
import { readFileSync } from 'node:fs'
import { clean } from './text.ts'

/** A file name of the command line. */
export interface FileName {
  /** as decoded; exact unless `bytes` is there */
  readonly text: string
  /** the name itself, where it is not valid UTF-8 */
  readonly bytes?: Uint8Array
}

const NUL = 0

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

/**
 * Tells names of files from the arguments of a command.
 *
 * @param args the command's own arguments: the last ones of the process
 */
export function fileNames(args: readonly string[]): (text: string) => FileName {
  const raw = args.some((argument) => argument.includes('\ufffd')) ? rawArguments(args.length) : []
  return (text) => {
    if (!text.includes('\ufffd')) return { text }
    for (const bytes of raw) {
      // `--keyring=NAME` has the name behind the sign
      const candidates = [bytes, bytes.subarray(bytes.indexOf(0x3d) + 1)]
      const found = candidates.find((one) => Buffer.from(one).toString('utf8') === text)
      if (found !== undefined) return nameOfPath(found)
    }
    return { text }
  }
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

/** A name as it may be shown. */
export function shownName({ text }: FileName): string {
  return clean(text)
}

/** The name of a path as it is opened. */
export function nameOfPath(path: string | Uint8Array): FileName {
  if (typeof path === 'string') return { text: path }
  const text = Buffer.from(path).toString('utf8')
  return Buffer.from(text).equals(path) ? { text } : { text, bytes: path }
}
