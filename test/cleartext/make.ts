/** Cleartext-signed messages by throw-away keys, with a knob for everything that can be wrong. */

import { type MadeKey, signDetached, type WriteOptions } from '../support/openpgp-writer.ts'
import { armored } from '../unit/build.ts'

export interface MessageOptions extends WriteOptions {
  /** the lines of the `Hash:` headers, whole; default one that names SHA256 */
  readonly headers?: readonly string[]
  readonly before?: string
  readonly after?: string
  /** between lines; default LF */
  readonly lineEnd?: string
  /** signature packets instead of one by the key */
  readonly packets?: readonly Uint8Array[]
  /** the text that the signature is over, where it is another */
  readonly signedText?: string
}

/** What a cleartext signature is over: lines without trailing blanks, CR LF between them. */
export function canonical(text: string): Uint8Array {
  const lines = text.split('\n').map((line) => line.replace(/[ \t\r]+$/, ''))
  return new Uint8Array(Buffer.from(lines.join('\r\n')))
}

/** A signature as it stands in a message over this text. */
export function signText(key: MadeKey, text: string, options: WriteOptions = {}): Uint8Array {
  return signDetached(key, canonical(text), { type: 1, ...options })
}

/** The message; `text` without its last line end. */
export function cleartext(key: MadeKey, text: string, options: MessageOptions = {}): Uint8Array {
  const { headers = ['Hash: SHA256'], before = '', after = '', lineEnd = '\n' } = options
  const packets = options.packets ?? [signText(key, options.signedText ?? text, options)]
  const escaped = text.split('\n').map((line) => (line.startsWith('-') ? `- ${line}` : line))
  const signature = armored(Buffer.concat(packets), { label: 'SIGNATURE', lineEnd })
  const lines = ['-----BEGIN PGP SIGNED MESSAGE-----', ...headers, '', ...escaped]
  return new Uint8Array(
    Buffer.from(`${before}${lines.join(lineEnd)}${lineEnd}${signature}${after}`),
  )
}
