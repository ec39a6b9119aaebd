/** Inputs and replies for the property tests of manager/sanitise: valid ones, and ones with a few octets changed. */
import fc from 'fast-check'
import type { Item } from '../../protocol/messages.ts'
import {
  armored,
  certificate,
  cleartext,
  concat,
  fill,
  key4,
  key6,
  mpi,
  oldPacket,
  packet,
  signature3,
  signature4,
  signature6,
  sub,
  subpacket,
  text,
} from './build.ts'
import { fixturePackets } from './sanitise-build.ts'

const octets = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength })

/** A few octets replaced, removed, inserted, or one bit flipped. */
export function mutated(source: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const change = fc.record({
    at: fc.nat(),
    cut: fc.nat(3),
    add: octets(3),
    bit: fc.option(fc.nat(7), { nil: undefined }),
  })
  return fc.tuple(source, fc.array(change, { maxLength: 4 })).map(([start, changes]) =>
    changes.reduce((input, { at, cut, add, bit }) => {
      const place = at % (input.length + 1)
      if (bit !== undefined && place < input.length) {
        return input.map((octet, index) => (index === place ? octet ^ (1 << bit) : octet))
      }
      return concat(input.subarray(0, place), add, input.subarray(place + cut))
    }, start),
  )
}

const area = fc
  .array(
    fc.oneof(
      fc
        .tuple(fc.nat(40), octets(40), fc.boolean())
        .map(([type, data, critical]) => subpacket(type, data, { critical })),
      octets(40).map((data) => sub.embedded(data)),
      mutated(fc.constant(signature4({ unhashed: sub.issuerKeyId() }))).map(sub.embedded),
      fc.constantFrom(
        sub.created(),
        sub.issuerKeyId(),
        sub.issuerFingerprint(4, fill(20)),
        sub.issuerFingerprint(6, fill(32)),
        sub.embedded(signature3()),
        sub.embedded(signature6({ unhashed: sub.issuerKeyId() })),
        sub.embedded(signature4({ hashed: sub.embedded(signature4()) })),
      ),
    ),
    { maxLength: 6 },
  )
  .map((parts) => concat(...parts))

const algorithm = fc.oneof(fc.constantFrom(1, 3, 17, 19, 22, 27), fc.nat(40))
const integers = fc
  .array(
    fc.tuple(octets(6), fc.option(fc.nat(50), { nil: undefined })).map(([v, bits]) => mpi(v, bits)),
    { maxLength: 4 },
  )
  .map((parts) => concat(...parts))
const material = fc.oneof(
  integers,
  octets(70),
  fc.constantFrom(32, 57, 64, 114).map((n) => fill(n)),
)

const signature = fc.oneof(
  fc
    .record({ hashed: area, unhashed: area, build: fc.constantFrom(signature4, signature6) })
    .map(({ build, ...parts }) => build(parts)),
  fc
    .record({
      algorithm,
      hash: fc.nat(15),
      material,
      build: fc.constantFrom(signature3, signature4),
    })
    .map(({ build, ...parts }) => build(parts)),
)
const key = fc
  .record({ algorithm, material, build: fc.constantFrom(key4, key6) })
  .map(({ build, ...parts }) => build(parts))

const anyPacket = fc.oneof(
  fc
    .tuple(fc.constantFrom(2, 6, 14), fc.oneof(signature, key))
    .map(([tag, body]) => packet(tag, body)),
  signature.map((body) => oldPacket(2, body.subarray(0, 65_535))),
  key.map((body) => packet(6, body)),
  fc.tuple(fc.nat(63), octets(30)).map(([tag, body]) => packet(tag, body)),
)

const fixtures = [...fixturePackets().values()].filter((input) => input.length < 2000)

/** Packet sequences: built, the project's fixtures, any of them changed a little, and noise. */
export const packetInputs: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.array(anyPacket, { maxLength: 4 }).map((parts) => concat(...parts)),
  mutated(fc.array(anyPacket, { minLength: 1, maxLength: 3 }).map((parts) => concat(...parts))),
  mutated(fc.constant(certificate())),
  fc.constantFrom(...fixtures),
  mutated(fc.constantFrom(...fixtures)),
  octets(200).map((body) => packet(2, concat([4], body))),
  octets(100),
)

const line = fc.constantFrom(
  ...['-----BEGIN PGP MESSAGE-----', '-----END PGP MESSAGE-----', '-----END PGP SIGNATURE-----'],
  ...['-----BEGIN PGP SIGNATURE-----', '-----BEGIN PGP SIGNED MESSAGE-----', 'Hash: SHA256,\tMD5'],
  ...[
    'Comment: x',
    'Comment:x',
    '',
    ' ',
    '\t\r',
    'AAAA',
    'AQ==',
    'AR==',
    'AQ',
    '=',
    '=AAAA',
    '=AAA=',
    '=AA==',
    '=AAAAA',
    'AQ= =',
  ],
  ...['- x', '-x', '-', '- ', 'x \t', '\0', 'Hash: SHA256,', 'Hash:SHA1', '\x7f: x', 'k\u00e9y: x'],
)
/** Mostly the first choice. */
const mostly = <T>(usual: T, ...others: T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, fc.constantFrom(usual, ...others))
const some = (part: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string[]> =>
  fc.array(part, { maxLength })
const lines = (...parts: fc.Arbitrary<string | string[]>[]): fc.Arbitrary<string[]> =>
  fc.tuple(...parts).map((found) => found.flat())

/** Lines as an armored block has them, each now and then another. */
const block = lines(
  mostly(
    '-----BEGIN PGP SIGNATURE-----',
    '-----BEGIN PGP MESSAGE----- \t',
    '-----BEGIN PGP X-----',
  ),
  some(mostly('Version: x', 'Hash: SHA1', 'Key:', 'k\u00e9y: x', 'Key:x', ': x', 'Key: \x7f'), 2),
  some(mostly('', ' \t', '\r', '\f'), 3),
  some(mostly('AAAA', 'AQID', 'AQ', 'ID', 'A', 'AQIDAQ==', 'AQ=', ' AQID', 'A'.repeat(1000)), 3),
  some(mostly('AQ==', 'AQI=', 'AR==', 'AQ', 'AAAA', '=='), 1),
  some(mostly('=AAAA', '=AAA=', '=AAA', '=AAAAA', '=AA*A', '=AAAA \t'), 2),
  some(mostly('', ' ', 'x'), 1),
  mostly(
    '-----END PGP SIGNATURE-----',
    '-----END PGP MESSAGE-----',
    '-----END PGP SIGNATURE----',
    '',
  ),
)

/** Lines as a cleartext-signed message has them, each now and then another. */
const message = lines(
  mostly('-----BEGIN PGP SIGNED MESSAGE-----', '-----BEGIN PGP SIGNED MESSAGE----- '),
  some(
    mostly(
      'Hash: SHA256',
      'Hash: SHA256,SHA1',
      'Hash: MD5,\t A',
      'Hash:MD5',
      'Hash: ,',
      'Hash: A ',
    ),
    2,
  ),
  mostly('', ' '),
  some(
    mostly('x', '', '- -x', '-', '- ', 'x \t', 'a\rb', '\0', '-----BEGIN PGP SIGNATURE----- '),
    4,
  ),
  block,
  some(mostly('', 'after', '-----BEGIN PGP SIGNED MESSAGE-----'), 1),
)

/** Texts: lines in any order, blocks and messages of mostly right lines, whole ones changed a little. */
export const texts: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc
    .tuple(fc.array(line, { maxLength: 14 }), fc.constantFrom('\n', '\r\n', '\r \n'), fc.boolean())
    .map(([lines, end, isEnded]) => text(lines.join(end) + (isEnded ? end : ''))),
  fc
    .tuple(
      fc.array(fc.oneof(block, message, line), { maxLength: 3 }),
      fc.constantFrom('\n', '\r\n'),
    )
    .map(([parts, end]) => text(parts.flat().join(end) + end)),
  mutated(
    fc
      .constantFrom(
        armored(certificate(), { headers: ['Version: x'], checksum: 'AAAA' }),
        armored(certificate(), { label: 'PUBLIC KEY BLOCK', lineEnd: '\r\n' }),
        `x\n${armored([1])}\ny\n${armored([])}`,
        cleartext(['a', '- -b', 'c \t']),
        `before\n${cleartext(['a'])}after`,
        cleartext(['- -----BEGIN PGP SIGNED MESSAGE-----'], { headers: [] }),
      )
      .map(text),
  ),
)

/** A reply with one or two things wrong, or (seldom) nothing: items dropped, doubled, swapped, added, numbers changed. */
export function liesAbout(truth: readonly Item[]): fc.Arbitrary<Item[]> {
  const added = fc.oneof(
    fc.constantFrom<Item>({ kind: 'flaw', flaw: 1 }, { kind: 'flaw', flaw: 2 }),
    fc.nat(400).map((offset): Item => ({ kind: 'stop', offset })),
    fc.constantFrom(...truth, { kind: 'field', role: 1, offset: 0, length: 2 } satisfies Item),
  )
  const change = fc.record({
    at: fc.nat(),
    other: fc.nat(),
    how: fc.constantFrom('drop', 'double', 'swap', 'add', 'number', 'flaw'),
    added,
    by: fc.constantFrom(-2, -1, 1, 2, 256),
  })
  return fc.array(change, { minLength: 1, maxLength: 2 }).map((changes) => {
    const items = [...truth]
    for (const { at, other, how, added: item, by } of changes) {
      const index = items.length === 0 ? 0 : at % items.length
      const here = items[index]
      const there = items[items.length === 0 ? 0 : other % items.length]
      if (here === undefined || there === undefined || how === 'add') items.splice(index, 0, item)
      else if (how === 'drop') items.splice(index, 1)
      else if (how === 'double') items.splice(index, 0, here)
      else if (how === 'flaw') items.splice(index + 1, 0, { kind: 'flaw', flaw: 1 })
      else if (how === 'number') items[index] = withNumber(here, other, by)
      else {
        items[index] = there
        items[other % items.length] = here
      }
    }
    return items
  })
}

/** One of an item's numbers changed, within what can be encoded. */
function withNumber(item: Item, which: number, by: number): Item {
  const names = Object.keys(item).filter((name) => name !== 'kind')
  const name = names[which % names.length] ?? ''
  const changed = Object.entries(item).map(([key_, value]) => {
    if (key_ !== name || typeof value !== 'number') return [key_, value]
    if (name === 'role') return [key_, 1 + ((value + Math.abs(by)) % 9)]
    if (name === 'flaw' || name === 'label') return [key_, 1 + (value % 2)]
    if (name === 'type') return [key_, (value + 1) % 256]
    return [key_, name === 'tag' ? (value + 1) % 64 : Math.max(0, value + by)]
  })
  // the same keys and kinds of values as the item had
  return Object.fromEntries(changed) as Item
}
