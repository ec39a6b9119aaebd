/** The handler's reading of armored text, against docs/armor-grammar.md. */
import { describe, expect, it } from 'vitest'
import { LABEL } from '../../protocol/messages.ts'
import { type ArmorOptions, armored, fill, text } from './build.ts'
import { armorItems } from './parse.ts'

/** `stop@offset`, or the base64 lines of each block, as one text with its line ends. */
function bodies(source: string): string[] {
  return armorItems(text(source)).map((item) => {
    if (item.kind === 'stop') return `stop@${item.offset}`
    return item.kind === 'block' ? source.slice(item.body, item.bodyEnd) : item.kind
  })
}

const BEGIN = '-----BEGIN PGP MESSAGE-----\n'
const END = '-----END PGP MESSAGE-----\n'

describe('blocks', () => {
  it('are named by where their lines begin and end', () => {
    const source = `before\n${BEGIN}Comment: x\n\nAAAA\nAAA=\n=AAAA\n${END}after\n`
    expect(armorItems(text(source))).toEqual([
      {
        kind: 'block',
        label: LABEL.message,
        begin: 7,
        body: source.indexOf('AAAA'),
        bodyEnd: source.indexOf('=AAAA'),
        end: source.indexOf('after'),
      },
    ])
  })

  it.each([
    ['PUBLIC KEY BLOCK', LABEL.publicKey],
    ['SIGNATURE', LABEL.signature],
    ['MESSAGE', LABEL.message],
    ['ARMORED FILE', LABEL.message],
    ['PRIVATE KEY BLOCK', LABEL.privateKey],
  ])('carry a known label: %s', (words, label) => {
    const source = armored(fill(100), { label: words })
    expect(armorItems(text(source))).toMatchObject([{ label, begin: 0, end: source.length }])
  })

  it.each([
    ['no data', `${BEGIN}\n${END}`, ''],
    ['no data, checksum', `${BEGIN}\n=twTO\n${END}`, ''],
    ['no line end after END', `${BEGIN}\nAAAA\n${END.trimEnd()}`, 'AAAA\n'],
    ['CRLF', `${BEGIN}\nAAAA\n${END}`.replaceAll('\n', '\r\n'), 'AAAA\r\n'],
    ['trailing blanks', `${BEGIN}\nAAAA\n${END}`.replaceAll('\n', ' \t\r\n'), 'AAAA \t\r\n'],
    ['blanks in the blank line', `${BEGIN} \t\nAAAA\n${END}`, 'AAAA\n'],
    ['several blank lines', `${BEGIN}\n\n\nAAAA\n${END}`, 'AAAA\n'],
    ['blank lines before END', `${BEGIN}\nAAAA\n\n\n${END}`, 'AAAA\n'],
    ['blank lines after the checksum', `${BEGIN}\nAAAA\n=AAAA\n\n${END}`, 'AAAA\n'],
    ['blank lines without data', `${BEGIN}\n\n\n${END}`, ''],
    ['headers', `${BEGIN}Version: 1\nComment:\nComment: \nx-y: a: b\n\nAAAA\n${END}`, 'AAAA\n'],
    ['a header in UTF-8', `${BEGIN}Comment: \xc3\xa4\n\nAAAA\n${END}`, 'AAAA\n'],
    ['lines of any length', `${BEGIN}\nA\nAAAAA\nA=\n${END}`, 'A\nAAAAA\nA=\n'],
    ['the longest line', `${BEGIN}\n${'A'.repeat(996)}\n${END}`, `${'A'.repeat(996)}\n`],
    ['one pad', `${BEGIN}\nAAE=\n${END}`, 'AAE=\n'],
    ['two pads', `${BEGIN}\nAQ==\n${END}`, 'AQ==\n'],
    ['all of the alphabet', `${BEGIN}\nAZaz09+/\n${END}`, 'AZaz09+/\n'],
  ])('hold: %s', (_, source, body) => {
    expect(bodies(source)).toEqual([body])
  })

  it.each([
    ['no blank line', `${BEGIN}AAAA\n${END}`],
    ['a blank line missing after a header', `${BEGIN}Comment: x\nAAAA\n${END}`],
    ['a header without colon', `${BEGIN}Comment\n\nAAAA\n${END}`],
    ['a header without key', `${BEGIN}: x\n\nAAAA\n${END}`],
    ['a header without space', `${BEGIN}Comment:x\n\nAAAA\n${END}`],
    ['a header with a blank in its key', `${BEGIN}My Key: x\n\nAAAA\n${END}`],
    ['a header that is indented', `${BEGIN} Comment: x\n\nAAAA\n${END}`],
    ['a control in a header', `${BEGIN}Comment: a\x0bb\n\nAAAA\n${END}`],
    ['a CR in a header', `${BEGIN}Comment: a\rb: c\n\nAAAA\n${END}`],
    ['a NUL in a header', `${BEGIN}Comment: a\0\n\nAAAA\n${END}`],
    ['a line that is too long', `${BEGIN}\n${'A'.repeat(1000)}\n${END}`],
    ['not a multiple of 4', `${BEGIN}\nAAAAA\n${END}`],
    ['missing pads', `${BEGIN}\nAQ\n${END}`],
    ['three pads', `${BEGIN}\nA===\n${END}`],
    ['a pad too many', `${BEGIN}\nAAA==\n${END}`],
    ['unused bits set, one pad', `${BEGIN}\nAAF=\n${END}`],
    ['unused bits set, two pads', `${BEGIN}\nAB==\n${END}`],
    ['data after the pad', `${BEGIN}\nAQ==\nAAAA\n${END}`],
    ['pad inside a line', `${BEGIN}\nAQ==AAAA\n${END}`],
    ['a pad on a line of its own', `${BEGIN}\nAQ\n==\n${END}`],
    ['a blank inside a line', `${BEGIN}\nAA AA\n${END}`],
    ['an indented line', `${BEGIN}\n AAAA\n${END}`],
    ['a CR inside a line', `${BEGIN}\nAA\rAA\n${END}`],
    ['base64url', `${BEGIN}\nAA-_\n${END}`],
    ['an octet above 7F', `${BEGIN}\nAAA\xdd\n${END}`],
    ['a blank line within the data', `${BEGIN}\nAAAA\n\nAAAA\n${END}`],
    ['a blank line before the checksum', `${BEGIN}\nAAAA\n\n=AAAA\n${END}`],
    ['two checksums', `${BEGIN}\nAAAA\n=AAAA\n=AAAA\n${END}`],
    ['a short checksum', `${BEGIN}\nAAAA\n=AAA\n${END}`],
    ['a padded checksum', `${BEGIN}\nAAAA\n=AAA=\n${END}`],
    ['data after the checksum', `${BEGIN}\nAAAA\n=AAAA\nAAAA\n${END}`],
    ['no END line', `${BEGIN}\nAAAA\n`],
    ['the end of input in the headers', `${BEGIN}Comment: x\n`],
    ['the end of input after BEGIN', BEGIN],
    ['the END line of another label', `${BEGIN}\nAAAA\n-----END PGP SIGNATURE-----\n`],
    ['an indented END line', `${BEGIN}\nAAAA\n ${END}`],
    ['text after END', `${BEGIN}\nAAAA\n${END.trimEnd()} x\n`],
    ['a block within', `${BEGIN}\nAAAA\n${BEGIN}\nAAAA\n${END}`],
  ])('are broken by: %s', (_, source) => {
    expect(bodies(`text\n${source}`)).toEqual(['stop@5'])
  })
})

describe('text around blocks', () => {
  const block = `${BEGIN}\nAAAA\n${END}`

  it('may hold several', () => {
    expect(bodies(`a\n${block}\nb\n${block}${block}c`)).toEqual(['AAAA\n', 'AAAA\n', 'AAAA\n'])
  })

  it('is cut at the first broken one', () => {
    expect(bodies(`${block}${BEGIN}AAAA\n${block}`)).toEqual(['AAAA\n', `stop@${block.length}`])
  })

  it.each([
    ['nothing', ''],
    ['plain text', 'hello\n'],
    ['an indented BEGIN', ` ${BEGIN}\nAAAA\n${END}`],
    ['a BEGIN in the middle of a line', `x${BEGIN}\nAAAA\n${END}`],
    ['a dash-escaped BEGIN', `- ${BEGIN}\nAAAA\n${END}`],
    ['an unknown label', '-----BEGIN PGP MESSAGE, PART 1/2-----\n\nAAAA\n'],
    ['a signed message', '-----BEGIN PGP SIGNED MESSAGE-----\n\nAAAA\n'],
    ['a BEGIN with more after it', '-----BEGIN PGP MESSAGE----- x\n\nAAAA\n'],
    ['a BEGIN with too few dashes', '-----BEGIN PGP MESSAGE----\n\nAAAA\n'],
    ['a BEGIN with too many dashes', `-${BEGIN}\nAAAA\n${END}`],
    ['an END alone', END],
    ['a BEGIN after a bare CR', `x\r${BEGIN}\nAAAA\n${END}`],
  ])('is not a block: %s', (_, source) => {
    expect(bodies(source)).toEqual([])
  })

  const FORMS: readonly [string, ArmorOptions][] = [
    ['LF', {}],
    ['CRLF', { lineEnd: '\r\n' }],
    ['76 columns', { width: 76 }],
    ['4 columns', { width: 4 }],
    ['headers and checksum', { headers: ['Version: 1'], checksum: 'AAAA' }],
  ]
  it.each(FORMS)('data comes back: %s', (_, options) => {
    for (let length = 0; length < 100; length += 1) {
      const data = fill(length, 0xa7)
      const [body] = bodies(armored(data, options))
      expect(Buffer.from(body ?? 'none', 'base64').equals(data)).toBe(true)
    }
  })
})
