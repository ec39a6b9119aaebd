/**
 * The two readings against each other, for any input: what the handler's code answers is never a violation, and nothing
 * else is ever believed. The project's own inputs, changed ones, and the files that PGP_AIRLOCK_VECTORS names.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseArmor } from '../../handler/packets/parse/armor.ts'
import { parseCleartext } from '../../handler/packets/parse/cleartext.ts'
import { parsePackets } from '../../handler/packets/parse/packets.ts'
import { HASHES } from '../../manager/openpgp/algorithms.ts'
import type { PacketSequence, SignaturePacket } from '../../manager/openpgp/model.ts'
import { openArmor, openCleartext, openPackets } from '../../manager/sanitise/index.ts'
import { Writer } from '../../protocol/bytes.ts'
import { decodeItems } from '../../protocol/messages.ts'
import { Tainted } from '../../protocol/tainted.ts'
import {
  contradictionOf,
  honest,
  readArmor,
  readCleartext,
  readPackets,
  said,
} from './sanitise-build.ts'
import { liesAbout, mutated, packetInputs, texts } from './sanitise-mutations.ts'

/** Each octet of the input belongs to one packet, or lies behind the stop. */
function expectTiling(input: Uint8Array, { packets, stop }: PacketSequence): void {
  let next = 0
  for (const found of packets) {
    const { place } = placed(found)
    expect(place.offset).toBe(next)
    next = place.offset + place.length
  }
  expect(next).toBe(stop?.offset ?? input.length)
}

type Found = PacketSequence['packets'][number]

function placed(found: Found): { place: { offset: number; length: number }; body?: Uint8Array } {
  switch (found.kind) {
    case 'key':
      return found.key
    case 'signature':
      return found.signature
    case 'user':
      return found.user
    case 'flawed':
      return found.flawed
    case 'other':
      return found.other
  }
}

/** What is kept is what stands in the input at the place that is given. */
function expectOctetsOf(input: Uint8Array, { packets }: PacketSequence): void {
  for (const found of packets) {
    const { place, body } = placed(found)
    if (body === undefined) continue
    const whole = input.subarray(place.offset, place.offset + place.length)
    expect(Buffer.compare(body, whole.subarray(whole.length - body.length))).toBe(0)
    expect(body.buffer).not.toBe(input.buffer)
    if (found.kind === 'signature') expectInside(found.signature, body)
  }
}

function expectInside(
  { hashedPart, hashed, embedded, material }: SignaturePacket,
  body: Uint8Array,
): void {
  const values = material.form === 'native' ? [material.value] : material.values
  for (const view of [hashedPart, ...hashed.map(({ data }) => data), ...values]) {
    expect(view.buffer).toBe(body.buffer)
  }
  for (const inner of embedded) expectInside(inner, body)
}

describe('C2: an honest reply is never a violation', () => {
  it('to packets', () => {
    fc.assert(
      fc.property(packetInputs, (input) => {
        const sequence = readPackets(input)
        expectTiling(input, sequence)
        expectOctetsOf(input, sequence)
      }),
      { numRuns: 10_000 },
    )
  })

  it('to armor, and what is decoded encodes to what was there', () => {
    fc.assert(
      fc.property(texts, (input) => {
        const { blocks, stop } = readArmor(input)
        for (const { place, data } of blocks) {
          const block = Buffer.from(input.subarray(place.offset, place.offset + place.length))
          const characters = block.toString('latin1').replace(/[\s]/g, '')
          expect(characters).toContain(Buffer.from(data).toString('base64'))
        }
        expect(stop?.offset ?? 0).toBeLessThanOrEqual(input.length)
      }),
      { numRuns: 10_000 },
    )
  })

  it('to cleartext', () => {
    fc.assert(
      fc.property(texts, (input) => {
        const { message } = readCleartext(input)
        if (message === undefined) return
        const written = Buffer.from(message.framed).toString('latin1')
        const lines = written.split(/\r?\n/).slice(0, -1)
        expect(Buffer.from(message.text).toString('latin1')).toBe(lines.join('\r\n'))
      }),
      { numRuns: 10_000 },
    )
  })
})

describe('C1: a lie is a violation, or says the same', () => {
  const doors = [
    ['packets', packetInputs, parsePackets, openPackets],
    ['armor', texts, parseArmor, openArmor],
    ['cleartext', texts, parseCleartext, openCleartext],
  ] as const

  it.each(doors)('about %s', (_, inputs, parse, open) => {
    const lies = inputs.chain((input) => {
      const truth = honest(parse, input)
      return liesAbout(decodeItems(truth)).map((items) => ({ input, truth, items }))
    })
    let violations = 0
    fc.assert(
      fc.property(lies, ({ input, truth, items }) => {
        const found = contradictionOf(() => open(input, said(items)))
        if (found !== 'none') violations += 1
        else expect(items).toEqual(decodeItems(truth))
      }),
      { numRuns: 5_000 },
    )
    expect(violations).toBeGreaterThan(3_000)
  })

  it.each(doors)('about %s, octet by octet', (_, inputs, parse, open) => {
    const lies = inputs.chain((input) => {
      const truth = honest(parse, input)
      return mutated(fc.constant(truth)).map((reply) => ({ input, truth, reply }))
    })
    fc.assert(
      fc.property(lies, ({ input, truth, reply }) => {
        const found = contradictionOf(() => open(input, new Tainted(reply)))
        if (found === 'none') expect(Buffer.compare(reply, truth)).toBe(0)
      }),
      { numRuns: 5_000 },
    )
  })

  it('a true reply about another input', () => {
    fc.assert(
      fc.property(packetInputs, packetInputs, (input, other) => {
        const truth = honest(parsePackets, input)
        const reply = honest(parsePackets, other)
        const found = contradictionOf(() => openPackets(input, new Tainted(reply)))
        if (found === 'none') expect(Buffer.compare(reply, truth)).toBe(0)
      }),
      { numRuns: 2_000 },
    )
  })
})

const directory = process.env['PGP_AIRLOCK_VECTORS']
if (directory === undefined) {
  console.warn('SKIPPED: sanitise, because PGP_AIRLOCK_VECTORS names no directory of vectors')
}

/** The first two octets of the digest of a signature over these octets (RFC 9580 section 5.2.4). */
function left16Of({ version, hash, salt, hashedPart }: SignaturePacket, data: Uint8Array): number {
  const length = new Writer().u32(hashedPart.length).take()
  const trailer = version === 3 ? [] : [Uint8Array.of(version, 0xff), length]
  const digest = createHash(HASHES.get(hash)?.node ?? 'unknown')
  for (const part of [salt ?? [], data, hashedPart, ...trailer])
    digest.update(Uint8Array.from(part))
  return digest.digest().readUInt16BE(0)
}

describe.skipIf(directory === undefined)('C2: vectors', () => {
  it('are read alike by both sides', { timeout: 600_000 }, () => {
    const files = readdirSync(directory ?? '', { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'sealed.bin')
      .map((entry) => join(entry.parentPath, entry.name))
    expect(files.length).toBeGreaterThan(0)
    let cleartexts = 0
    for (const file of files) {
      const input = new Uint8Array(readFileSync(file))
      expectTiling(input, readPackets(input))
      for (const { data } of readArmor(input).blocks) {
        const sequence = readPackets(data)
        expectTiling(data, sequence)
        expectOctetsOf(data, sequence)
      }
      const { message } = readCleartext(input)
      if (message === undefined) continue
      const digests = readPackets(message.signature.data).packets.map((found) =>
        found.kind === 'signature' && found.signature.type === 1
          ? found.signature.left16 === left16Of(found.signature, message.text)
          : false,
      )
      if (digests.includes(true)) cleartexts += 1
    }
    // the canonical text is what was signed: the digests that the packets claim show it without a key
    expect(cleartexts).toBeGreaterThan(20)
  })
})
