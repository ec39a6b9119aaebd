/** Which packets of a detached signature file are judged, and what else may be in it. Trusted side, pure. */
import { FIRST_UNCRITICAL_TAG, TAG } from './algorithms.ts'
import { JUDGE_LIMITS } from './limits.ts'
import type { FlawedPacket, PacketSequence, SignaturePacket } from './model.ts'
import type { NoteCode } from './notes.ts'
import { type Reason, reason } from './reasons.ts'

/** The signatures of a container, or why it is none. */
export type SignatureList =
  | {
      readonly kind: 'list'
      readonly packets: readonly (SignaturePacket | FlawedPacket)[]
      readonly notes: readonly NoteCode[]
    }
  | { readonly kind: 'refused'; readonly why: Reason }

/**
 * The signatures of a detached signature file: nothing but signature packets, markers, padding and packets of unknown,
 * non-critical type, read to the very end (RFC 9580 section 10.4).
 */
export function listSignatures({ packets, stop }: PacketSequence): SignatureList {
  const refuse = (why: Reason): SignatureList => ({ kind: 'refused', why })
  const found: (SignaturePacket | FlawedPacket)[] = []
  const notes: NoteCode[] = []
  let foreign: number | undefined
  for (const packet of packets) {
    if (packet.kind === 'signature') found.push(packet.signature)
    else if (packet.kind === 'flawed' && packet.flawed.tag === TAG.signature) {
      found.push(packet.flawed)
    } else if (packet.kind === 'other' && packet.other.tag >= FIRST_UNCRITICAL_TAG) {
      notes.push('ignored')
    } else if (
      packet.kind !== 'other' ||
      (packet.other.tag !== TAG.marker && packet.other.tag !== TAG.padding)
    ) {
      foreign ??= placeOf(packet).offset
    }
  }
  if (stop !== undefined) {
    return refuse(
      reason(found.length > 0 ? 'trailing-data' : 'malformed', stop.detail, stop.offset),
    )
  }
  if (found.length === 0) return refuse(reason('no-signature'))
  if (foreign !== undefined) {
    return refuse(reason('malformed', 'expected nothing but signature packets', foreign))
  }
  if (found.length > JUDGE_LIMITS.maxSignatures) {
    return refuse(reason('too-large', 'more signatures than are judged'))
  }
  return { kind: 'list', packets: found, notes }
}

function placeOf(packet: PacketSequence['packets'][number]): { readonly offset: number } {
  switch (packet.kind) {
    case 'key':
      return packet.key.place
    case 'signature':
      return packet.signature.place
    case 'user':
      return packet.user.place
    case 'flawed':
      return packet.flawed.place
    case 'other':
      return packet.other.place
  }
}
