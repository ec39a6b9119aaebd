/**
 * The doors for text: armored blocks and cleartext-signed messages, form by form (docs/armor-grammar.md). Each text is
 * read by the handler's code as well; where the two differed, the door would throw.
 */
import { describe, expect, it } from 'vitest'
import { isBinary, openArmor, openCleartext } from '../../manager/sanitise/index.ts'
import { type Item, LABEL } from '../../protocol/messages.ts'
import { Tainted } from '../../protocol/tainted.ts'
import { armored, cleartext, fill, packet, signature4, text } from './build.ts'
import { contradictionOf, readArmor, readCleartext, said } from './sanitise-build.ts'

const BEGIN = '-----BEGIN PGP MESSAGE-----'
const END = '-----END PGP MESSAGE-----'
const latin1 = (octets: Uint8Array): string => Buffer.from(octets).toString('latin1')

it('takes a first octet with its high bit set for packets', () => {
  expect(isBinary(packet(2, signature4()))).toBe(true)
  expect(isBinary(text(armored([])))).toBe(false)
  expect(isBinary(new Uint8Array())).toBe(false)
})

describe('C2: armored text is tiled', () => {
  it('into blocks and what lies outside', () => {
    const one = armored([1, 2, 3], { label: 'SIGNATURE' })
    const two = armored([], { label: 'PUBLIC KEY BLOCK', lineEnd: '\r\n' })
    const input = text(`before\n${one}\n \n${two}after`)
    expect(readArmor(input)).toEqual({
      blocks: [
        {
          label: 'signature',
          place: { offset: 7, length: one.length },
          data: Uint8Array.of(1, 2, 3),
        },
        {
          label: 'publicKey',
          place: { offset: 10 + one.length, length: two.length },
          data: new Uint8Array(),
        },
      ],
      outside: [
        { offset: 0, length: 7 },
        { offset: 10 + one.length + two.length, length: 5 },
      ],
      stop: undefined,
    })
  })

  it.each([
    ['MESSAGE', 'message'],
    ['ARMORED FILE', 'message'],
    ['PRIVATE KEY BLOCK', 'privateKey'],
  ])('label %s', (label, name) => {
    expect(readArmor(text(armored([7], { label }))).blocks).toMatchObject([{ label: name }])
  })

  it.each([['SIGNED MESSAGE'], ['MESSAGE, PART 1/2'], ['message']])(
    'a BEGIN line with label %s is text',
    (label) => {
      const { blocks, outside } = readArmor(text(armored([7], { label })))
      expect(blocks).toEqual([])
      expect(outside).toHaveLength(1)
    },
  )

  it.each([
    ['headers', `${BEGIN}\nVersion: x\nComment:\nKey: \x80\xff\t.\n\nAQID\n${END}\n`],
    ['several blank lines', `${BEGIN}\n \t\r\n\nAQID\n${END}`],
    ['blanks at line ends', `${BEGIN} \t\r\n\nAQID \t\r\n${END}\t\n`],
    ['a checksum that is wrong', `${BEGIN}\n\nAQID\n=AAAA\n${END}\n`],
    ['blank lines behind the data', `${BEGIN}\n\nAQID\n=AAAA\n\n\n${END}\n`],
    ['data over several lines', `${BEGIN}\n\nA\nQ\nID\n${END}\n`],
  ])('C3: reads %s', (_, input) => {
    expect(readArmor(text(input)).blocks.map(({ data }) => data)).toEqual([Uint8Array.of(1, 2, 3)])
  })

  it.each([
    ['no blank line', `AQID\n${END}`, 'expected armor headers, then a blank line'],
    ['a header without a colon', `Version\n\n${END}`, 'expected armor headers, then a blank line'],
    ['a blank in a header', `A b: c\n\n${END}`, 'expected armor headers, then a blank line'],
    ['a header without a blank', `A:b\n\n${END}`, 'expected armor headers, then a blank line'],
    ['a control in a header', `A: \x07\n\n${END}`, 'expected armor headers, then a blank line'],
    [
      'a line too long',
      `\n${'A'.repeat(1000)}\n${END}`,
      'expected lines of at most 996 characters',
    ],
    ['no end', '\nAQID\n', 'expected the END line of the block'],
    ['another end', '\nAQID\n-----END PGP SIGNATURE-----', 'expected the END line of the block'],
    [
      'a blank line within the data',
      `\nAQID\n\nAQID\n${END}`,
      'expected the END line of the block',
    ],
    ['a checksum behind a blank', `\nAQID\n\n=AAAA\n${END}`, 'expected the END line of the block'],
    ['a short checksum', `\nAQID\n=AAA\n${END}`, 'expected the END line of the block'],
    [
      'a checksum of other characters',
      `\nAQID\n=AA*A\n${END}`,
      'expected the END line of the block',
    ],
    ['a checksum with padding', `\nAQID\n=AAA=\n${END}`, 'expected the END line of the block'],
    ['bits after the end', `\nAR==\n${END}`, 'expected canonical base64'],
    ['no padding', `\nAQ\n${END}`, 'expected canonical base64'],
    ['padding within', `\nAQ==\nAQID\n${END}`, 'expected canonical base64'],
    ['another character', `\nAQ*D\n${END}`, 'expected canonical base64'],
    ['the URL alphabet', `\nA-_D\n${END}`, 'expected canonical base64'],
    ['a blank within', `\nAQ ID\n${END}`, 'expected canonical base64'],
    ['a blank before', `\n AQID\n${END}`, 'expected canonical base64'],
    ['an octet above 7F', `\nAQ\xc1ID\n${END}`, 'expected canonical base64'],
    [
      'the second of two begins',
      `\n${BEGIN}\n\nAQID\n${END}`,
      'expected the END line of the block',
    ],
  ])('stops at the block that has %s', (_, rest, detail) => {
    const first = armored([9])
    const input = text(`${first}${BEGIN}\n${rest}`)
    expect(readArmor(input)).toMatchObject({
      blocks: [{ data: Uint8Array.of(9) }],
      stop: { offset: first.length, detail },
    })
  })

  it('C3: keeps copies of the text', () => {
    const input = text(armored(fill(40)))
    const { blocks } = readArmor(input)
    input.fill(0)
    expect(blocks.map(({ data }) => data)).toEqual([fill(40)])
    expect(blocks[0]?.data.buffer.byteLength).toBe(40)
  })

  it('refuses shared memory', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(2))
    const reply = new Tainted(new Uint8Array())
    expect(() => openArmor(shared, reply)).toThrow(TypeError)
    expect(() => openCleartext(shared, reply)).toThrow(TypeError)
  })
})

describe('C2: a lie about armor is a violation', () => {
  const first = armored([1], { label: 'SIGNATURE' })
  const input = text(first + armored([2], { label: 'SIGNATURE' }))
  const block = (begin: number): Item => ({
    kind: 'block',
    label: LABEL.signature,
    begin,
    body: begin + 31,
    bodyEnd: begin + 36,
    end: begin + first.length,
  })
  const truth = [block(0), block(first.length)]

  it.each<[string, Item[], string]>([
    ['the truth is none', truth, 'none'],
    ['a block left out', [block(0)], 'missing'],
    ['the first block left out', [block(first.length)], 'block'],
    ['one span over both', [{ ...block(0), end: input.length } as Item], 'block'],
    [
      'another label',
      [{ ...block(0), label: LABEL.publicKey } as Item, block(first.length)],
      'block',
    ],
    ['a stop instead', [block(0), { kind: 'stop', offset: first.length }], 'missing'],
    ['a stop after', [...truth, { kind: 'stop', offset: input.length }], 'surplus'],
    ['a block too many', [...truth, block(0)], 'surplus'],
  ])('%s', (_, items, contradiction) => {
    expect(contradictionOf(() => openArmor(input, said(items)))).toBe(contradiction)
  })

  it('about a broken block', () => {
    const broken = text(`${BEGIN}\n\nAQID\n`)
    const open = (items: Item[]) => contradictionOf(() => openArmor(broken, said(items)))
    expect(open([])).toBe('missing')
    expect(open([{ kind: 'stop', offset: 1 }])).toBe('stop')
    expect(open([{ kind: 'stop', offset: 0 }])).toBe('none')
  })
})

const FRAME = '-----BEGIN PGP SIGNED MESSAGE-----'
const SIGNATURE = armored(packet(2, signature4()), { label: 'SIGNATURE' })

describe('C1: a cleartext-signed message', () => {
  it('gives what is signed and what may be shown', () => {
    const lines = ['one \t', '- -two', '', '- ', 'three\r', '- three \r', 'a\rb', ' four']
    const { message } = readCleartext(text(cleartext(lines)))
    expect(message && latin1(message.text)).toBe(
      ['one', '-two', '', '', 'three', 'three', 'a\rb', ' four'].join('\r\n'),
    )
    expect(message && latin1(message.framed)).toBe('one\n-two\n\n\nthree\r\nthree\r\na\rb\n four\n')
    expect(message?.hashNames).toEqual(['SHA256'])
    expect(message?.signature).toMatchObject({
      label: 'signature',
      data: packet(2, signature4()),
    })
    expect(message?.outside).toEqual([])
  })

  it.each([
    ['no line', [], '', ''],
    ['one empty line', [''], '', '\n'],
    ['two empty lines', ['', ''], '\r\n', '\n\n'],
  ])('of %s', (_, lines, signed, framed) => {
    const { message } = readCleartext(text(cleartext(lines)))
    expect(message && latin1(message.text)).toBe(signed)
    expect(message && latin1(message.framed)).toBe(framed)
  })

  it('with text around it says where that lies', () => {
    const whole = cleartext(['x'])
    const { message } = readCleartext(text(`before\n${whole}\nafter`))
    expect(message?.outside).toEqual([
      { offset: 0, length: 7 },
      { offset: 7 + whole.length, length: 6 },
    ])
  })

  it.each([
    ['none', [], []],
    ['several', ['Hash: SHA256,\t SHA512', 'Hash: RIPEMD-160'], ['SHA256', 'SHA512', 'RIPEMD-160']],
  ])('with hash names: %s', (_, headers, names) => {
    expect(readCleartext(text(cleartext(['x'], { headers }))).message?.hashNames).toEqual(names)
  })

  const header = 'expected only Hash headers, then an empty line'
  it.each([
    ['no message', 'x\n', 2, 'expected a cleartext-signed message'],
    ['another header', cleartext([], { headers: ['Comment: x'] }), 0, header],
    ['NotDashEscaped', cleartext([], { headers: ['NotDashEscaped: 1'] }), 0, header],
    ['a hash name left out', cleartext([], { headers: ['Hash: SHA256,'] }), 0, header],
    ['a form feed', cleartext([], { headers: ['Hash: SHA256\f'] }), 0, header],
    ['blanks for the empty line', cleartext([], { headers: [' '] }), 0, header],
    ['NUL', cleartext(['a\0']), 0, 'expected text without NUL'],
    ['a bare dash', cleartext(['-']), 0, 'expected a dash-escaped line'],
    ['a frame within', cleartext([FRAME]), 0, 'expected a dash-escaped line'],
    ['no signature', `${FRAME}\n\nx\n`, 0, 'expected the signature of the message'],
    ['no text', `${FRAME}\n`, 0, 'expected an empty line after the headers'],
    [
      'a broken signature',
      cleartext(['x'], { signature: SIGNATURE.slice(0, -9) }),
      0,
      'expected the END line of the block',
    ],
  ])('is refused with its place: %s', (_, input, offset, detail) => {
    expect(readCleartext(text(input))).toEqual({ message: undefined, stop: { offset, detail } })
  })

  it('is refused beside a second one', () => {
    const first = cleartext(['x'])
    expect(readCleartext(text(first + cleartext(['y'])))).toEqual({
      message: undefined,
      stop: { offset: first.length, detail: 'expected one message' },
    })
  })

  it.each<[string, (truth: { frame: Item; block: Item }) => Item[], string]>([
    ['the truth is none', ({ frame, block }) => [frame, block], 'none'],
    ['no block', ({ frame }) => [frame], 'missing'],
    ['no frame', ({ block }) => [block], 'missing'],
    [
      'text that begins later',
      ({ frame, block }) => [{ ...frame, text: 50 } as Item, block],
      'frame',
    ],
    [
      'text that ends before',
      ({ frame, block }) => [{ ...frame, textEnd: 50 } as Item, block],
      'frame',
    ],
    ['a stop', () => [{ kind: 'stop', offset: 0 }], 'missing'],
  ])('a lie about it is a violation: %s', (_, items, contradiction) => {
    const input = text(cleartext(['x']))
    const begin = 51
    const data = Math.ceil(packet(2, signature4()).length / 3) * 4 + 1
    const frame: Item = { kind: 'frame', begin: 0, text: 49, textEnd: begin }
    const body = begin + 31
    const block: Item = {
      kind: 'block',
      label: LABEL.signature,
      begin,
      body,
      bodyEnd: body + data,
      end: input.length,
    }
    const wrong = items({ frame: { ...frame }, block })
    expect(contradictionOf(() => openCleartext(input, said(wrong)))).toBe(contradiction)
  })
})
