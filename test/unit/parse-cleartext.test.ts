/** The handler's reading of cleartext-signed messages, against docs/armor-grammar.md. */
import { describe, expect, it } from 'vitest'
import { armored, cleartext, packet, signature4, text } from './build.ts'
import { cleartextItems } from './parse.ts'

const FRAME = '-----BEGIN PGP SIGNED MESSAGE-----\n'
const SIGNATURE = armored(packet(2, signature4()), { label: 'SIGNATURE' })

/** The framed text, or `stop@offset`. */
function framed(source: string): string {
  const items = cleartextItems(text(source))
  const [first, second] = items
  if (first?.kind === 'stop') {
    expect(items).toHaveLength(1)
    return `stop@${first.offset}`
  }
  expect(items).toHaveLength(2)
  expect(second?.kind).toBe('block')
  return first?.kind === 'frame' ? source.slice(first.text, first.textEnd) : 'none'
}

describe('messages', () => {
  it('are named by where their lines begin and end', () => {
    const source = `before\n${cleartext(['one', '- -two'])}after\n`
    const begin = source.indexOf('-----BEGIN PGP SIGNATURE')
    expect(cleartextItems(text(source))).toEqual([
      { kind: 'frame', begin: 7, text: source.indexOf('one'), textEnd: begin },
      expect.objectContaining({ kind: 'block', begin, end: source.indexOf('after') }),
    ])
  })

  it.each([
    ['no Hash header', cleartext(['x'], { headers: [] }), 'x\n'],
    ['two Hash headers', cleartext(['x'], { headers: ['Hash: SHA256', 'Hash: SHA512'] }), 'x\n'],
    ['several names', cleartext(['x'], { headers: ['Hash: SHA256,SHA3-512, \tX'] }), 'x\n'],
    ['trailing blanks', `${FRAME.trimEnd()} \t\nHash: SHA256  \n\nx\n${SIGNATURE}`, 'x\n'],
    ['CRLF', cleartext(['x']).replaceAll('\n', '\r\n'), 'x\r\n'],
    ['no text', `${FRAME}\n${SIGNATURE}`, ''],
    ['an empty line as text', cleartext(['']), '\n'],
    [
      'blanks, CR and controls in the text',
      cleartext(['  a \t', 'b\rc\x0b\x0c']),
      '  a \t\nb\rc\x0b\x0c\n',
    ],
    ['octets above 7F', cleartext(['\xff\xfe']), '\xff\xfe\n'],
    ['a Hash header as text', cleartext(['Hash: SHA1']), 'Hash: SHA1\n'],
    [
      'dash-escaped armor',
      cleartext([`- ${SIGNATURE.trimEnd().replaceAll('\n-', '\n- -')}`]),
      `- ${SIGNATURE.replaceAll('\n-', '\n- -')}`,
    ],
    ['a dash-escaped frame', cleartext([`- ${FRAME}`]), `- ${FRAME}\n`],
    ['a dash alone, escaped', cleartext(['- -']), '- -\n'],
    ['a dash within a line', cleartext(['a-b', ' -c']), 'a-b\n -c\n'],
  ])('hold: %s', (_, source, expected) => {
    expect(framed(source)).toBe(expected)
  })

  it.each([
    ['another header', cleartext(['x'], { headers: ['Comment: x'] })],
    ['NotDashEscaped', cleartext(['x'], { headers: ['NotDashEscaped: You need GnuPG'] })],
    ['an empty Hash header', cleartext(['x'], { headers: ['Hash: '] })],
    ['a Hash header without space', cleartext(['x'], { headers: ['Hash:SHA256'] })],
    ['an empty name', cleartext(['x'], { headers: ['Hash: SHA256,,SHA512'] })],
    ['a comma at the end', cleartext(['x'], { headers: ['Hash: SHA256,'] })],
    ['a blank before the comma', cleartext(['x'], { headers: ['Hash: SHA256 ,SHA512'] })],
    ['a name with other letters', cleartext(['x'], { headers: ['Hash: SHA\x0b256'] })],
    ['text in front of Hash', cleartext(['x'], { headers: ['Signed. Hash: SHA256'] })],
    ['hash in lower case', cleartext(['x'], { headers: ['hash: SHA256'] })],
    ['no empty line', `${FRAME}x\n${SIGNATURE}`],
    ['a line of blanks for the empty line', `${FRAME}Hash: SHA256\n \nx\n${SIGNATURE}`],
    ['two CR for the empty line', `${FRAME}Hash: SHA256\n\r\r\nx\n${SIGNATURE}`],
    ['an unescaped dash', cleartext(['-x'])],
    ['a dash and a line end', cleartext(['-'])],
    ['a dash and a tab', cleartext(['-\tx'])],
    ['a second frame within', cleartext([FRAME.trimEnd(), '', 'x'])],
    ['a NUL in the text', cleartext(['a\0b'])],
    ['no signature', `${FRAME}\nx\n`],
    ['the end of input after the frame line', FRAME.trimEnd()],
    ['the end of input in the headers', `${FRAME}Hash: SHA256\n`],
    ['a message in place of the signature', cleartext(['x'], { signature: armored([1]) })],
    ['a broken signature block', cleartext(['x'], { signature: SIGNATURE.replace('\n\n', '\n') })],
    ['a signature block without END', cleartext(['x'], { signature: SIGNATURE.slice(0, -2) })],
  ])('are broken by: %s', (_, source) => {
    expect(framed(`text\n${source}`)).toBe('stop@5')
  })
})

describe('text around', () => {
  it('may hold anything but a second message', () => {
    expect(framed(`-x\n${cleartext(['x'])}${SIGNATURE}-y\n- ${FRAME}`)).toBe('x\n')
  })

  it('is refused at a second frame line', () => {
    const first = cleartext(['x'])
    expect(framed(`${first}${first}`)).toBe(`stop@${first.length}`)
    expect(framed(`${first}text\n${FRAME}`)).toBe(`stop@${first.length + 5}`)
  })

  it.each(['', 'text\n', `x${FRAME}\nx\n${SIGNATURE}`, ` ${FRAME}\nx\n${SIGNATURE}`])(
    'alone stops at its end: %j',
    (source) => {
      expect(framed(source)).toBe(`stop@${source.length}`)
    },
  )
})
