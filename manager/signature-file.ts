/**
 * What a detached signature file may be: binary signature packets, or armored blocks called SIGNATURE (or MESSAGE, as
 * PGP 2 and old Sequoia call them: RFC 4880 section 6.2) and nothing but blanks around them. What is inside must be
 * signature packets only (openpgp/detached.ts), so that a cleartext or inline message is never taken for a detached
 * signature.
 */
import type { PacketSequence } from './openpgp/model.ts'
import { type Reason, reason } from './openpgp/reasons.ts'
import type { Reading, ReadPart } from './openpgp-driver.ts'

/** The packets of all blocks in order, or the reason why this is no detached signature file. */
export function signatureFile(
  reading: Exclude<Reading, { status: 'failed' }>,
): PacketSequence | Reason {
  if (reading.status === 'malformed') return reason('malformed', reading.detail, reading.offset)
  const stray = reading.outside[0]
  if (stray !== undefined) {
    return reason('trailing-data', 'text outside the armored signature', stray.offset)
  }
  const wrong = reading.parts.find(({ label }) => !ACCEPTED.has(label))
  if (wrong !== undefined) {
    return reason(
      'malformed',
      `expected armor of a signature, found that of a ${NAMES[wrong.label]}`,
    )
  }
  const packets = reading.parts.flatMap(({ sequence }) => sequence.packets)
  const stop = reading.parts.find(({ sequence }) => sequence.stop !== undefined)?.sequence.stop
  return { packets, stop }
}

const ACCEPTED: ReadonlySet<ReadPart['label']> = new Set(['binary', 'signature', 'message'])

const NAMES = {
  binary: 'binary input',
  signature: 'signature',
  publicKey: 'public key',
  privateKey: 'private key',
  message: 'message',
} as const
