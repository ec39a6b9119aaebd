/** What holds for every input: no throw, one encoding, packets tile, fields lie where they must. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePackets } from '../../handler/packets/parse/packets.ts'
import { Writer } from '../../protocol/bytes.ts'
import { OPENPGP_LIMITS } from '../../protocol/limits.ts'
import {
  armored,
  certificate,
  cleartext,
  concat,
  fill,
  key4,
  key6,
  packet,
  signature3,
  signature4,
  signature6,
  sub,
  subpacket,
  text,
} from './build.ts'
import { armorItems, checkReply, cleartextItems, packetItems } from './parse.ts'

const octets = (maxLength = 64): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength })

const area = fc
  .array(
    fc.oneof(
      fc.tuple(fc.nat(127), octets(24)).map(([type, data]) => subpacket(type, data)),
      octets(40).map((data) => sub.embedded(data)),
      fc.constant(sub.embedded(signature4({ unhashed: sub.issuerKeyId() }))),
      fc.constantFrom(sub.created(), sub.issuerKeyId(), sub.issuerFingerprint(4, fill(20))),
    ),
    { maxLength: 6 },
  )
  .map((parts) => concat(...parts))

const signature = fc
  .record({ hashed: area, unhashed: area, build: fc.constantFrom(signature4, signature6) })
  .map(({ build, ...parts }) => build(parts))

const body = fc.oneof(
  signature.map((octets_) => packet(2, octets_)),
  fc.constantFrom(signature3(), signature4(), signature6()).map((octets_) => packet(2, octets_)),
  fc.constantFrom(key4(), key6()).map((octets_) => packet(6, octets_)),
  fc.tuple(fc.nat(63), octets()).map(([tag, data]) => packet(tag, data)),
)

/** Well-formed packets, then a few octets changed, removed or added. */
function mutated(source: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const change = fc.record({ at: fc.nat(), cut: fc.nat(2), add: octets(2) })
  return fc.tuple(source, fc.array(change, { maxLength: 4 })).map(([start, changes]) =>
    changes.reduce((input, { at, cut, add }) => {
      const place = at % (input.length + 1)
      return concat(input.subarray(0, place), add, input.subarray(place + cut))
    }, start),
  )
}

describe('packets', () => {
  const packets = fc.array(body, { maxLength: 5 }).map((parts) => concat(...parts))

  it.each([
    ['any octets', octets(400)],
    ['any octets as a signature', octets(200).map((data) => packet(2, concat([4], data)))],
    ['well-formed packets', packets],
    ['packets with a few octets changed', mutated(packets)],
    ['a certificate with a few octets changed', mutated(fc.constant(certificate()))],
  ])('reply rules: %s', (_, inputs) => {
    fc.assert(
      fc.property(inputs, (input) => checkReply(input, packetItems(input))),
      { numRuns: 2000 },
    )
  })

  it('does not depend on what precedes: the same items, moved', () => {
    fc.assert(
      fc.property(body, octets(40), (input, user) => {
        const front = packet(13, user)
        const alone = packetItems(input)
        const moved = packetItems(concat(front, input)).slice(1)
        const back = moved.map((item) => {
          if (item.kind === 'packet') {
            const offset = item.offset - front.length
            return { ...item, offset, bodyOffset: item.bodyOffset - front.length }
          }
          return 'offset' in item ? { ...item, offset: item.offset - front.length } : item
        })
        expect(back).toEqual(alone)
      }),
    )
  })

  it('leaves a reply above the limit too large, and takes no more memory than that', () => {
    const input = new Uint8Array(OPENPGP_LIMITS.maxRequest).fill(0xcd)
    for (let at = 1; at < input.length; at += 2) input[at] = 0
    const writer = new Writer()
    parsePackets(input, writer)
    expect(writer.length).toBeGreaterThan(OPENPGP_LIMITS.maxReply)
    expect(writer.length).toBeLessThan(OPENPGP_LIMITS.maxReply + 64)
  })
})

describe('text', () => {
  const line = fc.constantFrom(
    '-----BEGIN PGP MESSAGE-----',
    '-----END PGP MESSAGE-----',
    '-----BEGIN PGP SIGNATURE-----',
    '-----END PGP SIGNATURE-----',
    '-----BEGIN PGP SIGNED MESSAGE-----',
    'Hash: SHA256',
    'Comment: x',
    '',
    ' ',
    'AAAA',
    'AQ==',
    '=AAAA',
    '- x',
    '-x',
    'x',
  )
  const lines = fc
    .tuple(fc.array(line, { maxLength: 16 }), fc.constantFrom('\n', '\r\n'))
    .map(([parts, lineEnd]) => text(parts.join(lineEnd)))
  const whole = fc
    .constantFrom(armored(certificate()), cleartext(['a', '- -b']), armored([]))
    .map(text)
  const texts = fc.oneof(lines, mutated(whole), octets(200))

  it('armor: blocks ascend, each with its parts in order, and a stop is last', () => {
    fc.assert(
      fc.property(texts, (input) => {
        let next = 0
        const items = armorItems(input)
        for (const [index, item] of items.entries()) {
          if (item.kind === 'stop') {
            expect(item.offset).toBeGreaterThanOrEqual(next)
            expect(index).toBe(items.length - 1)
            continue
          }
          if (item.kind !== 'block') throw new Error(item.kind)
          expect(item.begin).toBeGreaterThanOrEqual(next)
          expect(item.body).toBeGreaterThan(item.begin)
          expect(item.bodyEnd).toBeGreaterThanOrEqual(item.body)
          expect(item.end).toBeGreaterThan(item.bodyEnd)
          next = item.end
          const base64 = Buffer.from(input.subarray(item.body, item.bodyEnd)).toString('latin1')
          const characters = base64.replace(/\s/g, '')
          expect(Buffer.from(characters, 'base64').toString('base64')).toBe(characters)
        }
        expect(next).toBeLessThanOrEqual(input.length)
      }),
      { numRuns: 5000 },
    )
  })

  it('cleartext: a frame and its block, or a stop alone', () => {
    fc.assert(
      fc.property(texts, (input) => {
        const items = cleartextItems(input)
        const [frame, block] = items
        if (items.length === 1) {
          expect(frame?.kind).toBe('stop')
          return
        }
        if (frame?.kind !== 'frame' || block?.kind !== 'block') throw new Error('no frame')
        expect(frame.text).toBeGreaterThan(frame.begin)
        expect(frame.textEnd).toBeGreaterThanOrEqual(frame.text)
        expect(block.begin).toBe(frame.textEnd)
        expect(armorItems(input)).toContainEqual(block)
      }),
      { numRuns: 5000 },
    )
  })
})
