/**
 * Doors as they must not be: each leaves out one comparison and believes the reply there. The oracle must find each of
 * them out, or it proves nothing about the real ones.
 */
import type { ArmoredText, Packet, PacketSequence } from '../../../manager/openpgp/model.ts'
import { Violation } from '../../../manager/sanitise/index.ts'
import { decodeItems, type Item, type PacketItem, ROLE } from '../../../protocol/messages.ts'
import { check, Tainted } from '../../../protocol/tainted.ts'
import { concat, packet } from '../../unit/build.ts'
import { honestPackets } from './consequences.ts'
import { ARMOR } from './kinds.ts'

function itemsOf(reply: Tainted<Uint8Array>): readonly Item[] {
  return check(reply, (untrusted) => {
    try {
      return decodeItems(untrusted)
    } catch {
      throw new Violation('undecodable', 0)
    }
  })
}

function taken(input: Uint8Array, begin: number, end: number): Uint8Array {
  if (begin > end || end > input.length) throw new Violation('packet', begin)
  return input.subarray(begin, end)
}

/** Believes which packets there are, and their tags: no tiling. */
export function believesPackets(input: Uint8Array, reply: Tainted<Uint8Array>): PacketSequence {
  const named = itemsOf(reply).filter((item): item is PacketItem => item.kind === 'packet')
  const packets = named.map(({ tag, bodyOffset, bodyLength }) =>
    packet(tag % 64, taken(input, bodyOffset, bodyOffset + bodyLength)),
  )
  return honestPackets(concat(...packets))
}

/** The packet with what the reply says of it. */
type Said = (packet: Packet, items: readonly Item[], input: Uint8Array) => Packet

/** Reads the packets itself, and lets `believe` change each by the items that the reply has for it. */
function believing(
  believe: Said,
): (input: Uint8Array, reply: Tainted<Uint8Array>) => PacketSequence {
  return (input, reply) => {
    const { packets, stop } = honestPackets(input)
    const items = itemsOf(reply)
    const starts = [...items.keys()].filter((index) => items[index]?.kind === 'packet')
    if (starts.length !== packets.length) throw new Violation('missing', 0)
    const said = packets.map((one, order) =>
      believe(one, items.slice((starts[order] ?? 0) + 1, starts[order + 1]), input),
    )
    return { packets: said, stop }
  }
}

/** Believes that a packet is malformed or unsupported. */
export const believesFlaws = believing((one, items) => {
  const item = items.find((each) => each.kind === 'flaw')
  if (item === undefined || one.kind !== 'signature') return one
  const { place, body } = one.signature
  const reason = item.flaw === 1 ? 'malformed' : 'unsupported-version'
  return { kind: 'flawed', flawed: { tag: 2, place, body, reason, detail: '', offset: 0 } }
})

/** Believes where the hashed area ends: the hashed part of a signature is what the reply says. */
export const believesHashedPart = believing((one, items, input) => {
  const item = items.find((each) => each.kind === 'field' && each.role === ROLE.hashed)
  if (one.kind !== 'signature' || item?.kind !== 'field') return one
  const { signature } = one
  const begin = signature.place.offset + signature.place.length - signature.body.length
  const hashedPart = taken(input, begin, item.offset + item.length)
  return { kind: 'signature', signature: { ...signature, hashedPart } }
})

/** Believes whom a signature names as its issuer. */
export const believesIssuers = believing((one, items, input) => {
  const item = items.find((each) => each.kind === 'field' && each.role === ROLE.issuerKeyId)
  if (one.kind !== 'signature' || item?.kind !== 'field') return one
  const octets = taken(input, item.offset, item.offset + item.length)
  const text = Buffer.from(octets).toString('hex')
  const issuers = one.signature.issuers.map((hint) =>
    // the branded type is what this door should have checked
    hint.kind === 'keyId' ? { ...hint, keyId: text as typeof hint.keyId } : hint,
  )
  return { kind: 'signature', signature: { ...one.signature, issuers } }
})

/** Believes that the input cannot be read on, and judges what was read until then. */
export function believesStop(input: Uint8Array, reply: Tainted<Uint8Array>): PacketSequence {
  const stop = itemsOf(reply).find((item) => item.kind === 'stop')
  const honest = honestPackets(input)
  if (stop === undefined || stop.offset > input.length) return honest
  return { packets: honestPackets(input.subarray(0, stop.offset)).packets, stop: undefined }
}

/** Believes which lines are base64: every span by itself decodes cleanly. */
export function believesBlocks(text: Uint8Array, reply: Tainted<Uint8Array>): ArmoredText {
  const honest = ARMOR.open(text, new Tainted(ARMOR.honest(text)))
  const blocks = itemsOf(reply).flatMap((item) => {
    if (item.kind !== 'block') return []
    const { begin, body, bodyEnd, end } = item
    const characters = Buffer.from(taken(text, body, bodyEnd))
      .toString('latin1')
      .replace(/\s/g, '')
    const decoded = Buffer.from(characters, 'base64')
    if (decoded.toString('base64') !== characters) throw new Violation('block', begin)
    const data = new Uint8Array(decoded)
    const place = { offset: begin, length: end - begin }
    const label = honest.blocks[0]?.label ?? 'publicKey'
    return [{ label, place, data }]
  })
  return { ...honest, blocks }
}
