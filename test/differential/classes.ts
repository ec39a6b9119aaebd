/**
 * The disagreements that are known. Each class says of which program, in which direction, and by what it is recognised; why,
 * and who is right, is docs/differences.md. What fits no class fails the test.
 */
import type { Case } from './material.ts'
import { type Spot, spotOf } from './place.ts'
import { type Answers, OTHERS, type Other } from './programs.ts'

/** A disagreement with one program about one case. */
interface Dispute {
  readonly asked: Case
  /** where the changed octet stood; undefined: nothing was changed, or it is of the data */
  readonly spot: Spot | undefined
  readonly ours: string
  readonly theirs: string
}

interface Class {
  readonly id: string
  readonly programs: readonly Other[]
  readonly ours: 'accept' | 'reject'
  readonly holds: (dispute: Dispute) => boolean
}

const inFile = ({ asked }: Dispute, file: 'certificate' | 'signature'): boolean =>
  asked.change?.file === file
const REVOCATIONS: ReadonlySet<number> = new Set([0x20, 0x28, 0x30])
const isRevocation = ({ spot }: Dispute): boolean => REVOCATIONS.has(spot?.type ?? 0)
const isUnhashed = ({ spot }: Dispute): boolean =>
  spot?.part === 'unhashed' || spot?.part === 'unhashed length'

export const CLASSES: readonly Class[] = [
  {
    id: 'broken-framing',
    programs: ['gpgv'],
    ours: 'reject',
    holds: ({ ours, spot }) =>
      /^(keyring-)?malformed|trailing-data/.test(ours) && spot?.part === 'header',
  },
  {
    id: 'critical-packet',
    programs: ['sqv'],
    ours: 'reject',
    holds: (dispute) =>
      dispute.ours === 'keyring-malformed' &&
      inFile(dispute, 'certificate') &&
      dispute.spot?.part === 'header',
  },
  {
    id: 'integer-bits',
    programs: ['gpgv', 'openpgp.js'],
    ours: 'reject',
    holds: ({ ours, spot }) =>
      (spot?.part === 'value' && spot.isFrame && /^(malformed|key-not-bound)/.test(ours)) ||
      (spot?.part === 'body' &&
        (spot.tag === 6 || spot.tag === 14) &&
        /^(keyring-malformed|no-key)/.test(ours)),
  },
  {
    id: 'area-overrun',
    programs: ['openpgp.js'],
    ours: 'reject',
    holds: (dispute) =>
      /^(malformed|key-unusable|key-not-bound)/.test(dispute.ours) &&
      (dispute.spot?.part === 'unhashed length' ||
        (isUnhashed(dispute) && dispute.spot?.isFrame === true)),
  },
  {
    id: 'private-key',
    programs: ['gpgv', 'sqv', 'openpgp.js'],
    ours: 'reject',
    holds: ({ ours, spot }) => ours === 'keyring-private-key' && spot?.part === 'header',
  },
  {
    id: 'left-16-bits',
    programs: ['gpgv', 'sqv'],
    ours: 'reject',
    holds: ({ ours, spot }) =>
      spot?.part === 'left16' && /^(digest-mismatch|key-not-bound)/.test(ours),
  },
  {
    id: 'user-id-revoked-since',
    programs: ['gpgv', 'sqv', 'openpgp.js'],
    ours: 'reject',
    holds: ({ ours, asked }) =>
      /\bkey-not-bound\b/.test(ours) && /user id revoked/.test(asked.name),
  },
  {
    id: 'expired-key',
    programs: ['gpgv'],
    ours: 'reject',
    holds: ({ theirs }) => theirs.includes('EXPKEYSIG'),
  },
  {
    id: 'expired-since',
    programs: ['sqv', 'openpgp.js'],
    ours: 'reject',
    holds: ({ ours, asked }) => /\bkey-expired\b/.test(ours) && /expired since/.test(asked.name),
  },
  {
    id: 'revoked-key',
    programs: ['gpgv'],
    ours: 'reject',
    holds: ({ theirs }) => theirs.includes('REVKEYSIG'),
  },
  {
    id: 'revocation-without-issuer',
    programs: ['gpgv', 'openpgp.js'],
    ours: 'reject',
    holds: (dispute) =>
      /\bkey-revoked\b/.test(dispute.ours) && isRevocation(dispute) && isUnhashed(dispute),
  },
  {
    id: 'revocation-left-16-bits',
    programs: ['gpgv', 'openpgp.js'],
    ours: 'reject',
    holds: (dispute) =>
      /\bkey-revoked\b/.test(dispute.ours) &&
      isRevocation(dispute) &&
      dispute.spot?.part === 'left16',
  },
  {
    id: 'revocation-unreadable',
    programs: ['gpgv', 'sqv', 'openpgp.js'],
    ours: 'reject',
    holds: (dispute) => /\bkey-unusable\b/.test(dispute.ours) && isRevocation(dispute),
  },
  {
    id: 'weak-hash',
    programs: ['gpgv'],
    ours: 'reject',
    holds: ({ ours, asked }) => ours === 'weak-hash' && /SHA-1/.test(asked.name),
  },
  {
    id: 'issuer-version',
    programs: ['sqv'],
    ours: 'reject',
    holds: ({ spot, asked }) =>
      spot?.part === 'hashed' && spot.subpacket === 33 && !spot.isFrame && asked.change?.from === 4,
  },
  {
    id: 'issuer-version-of-revocation',
    programs: ['sqv'],
    ours: 'accept',
    holds: (dispute) =>
      isRevocation(dispute) &&
      dispute.spot?.part === 'hashed' &&
      dispute.spot.subpacket === 33 &&
      dispute.asked.change?.from === 4,
  },
  {
    id: 'new-numbers',
    programs: ['gpgv', 'sqv'],
    ours: 'accept',
    holds: ({ asked }) => /-2[78]$/.test(asked.algorithm),
  },
  {
    id: 'sha3',
    programs: ['gpgv', 'sqv'],
    ours: 'accept',
    holds: ({ asked }) => /SHA3/.test(asked.name),
  },
  {
    id: 'brainpool',
    programs: ['sqv', 'openpgp.js'],
    ours: 'accept',
    holds: ({ asked }) => asked.algorithm.startsWith('brainpool'),
  },
  {
    id: 'dsa',
    programs: ['openpgp.js'],
    ours: 'accept',
    holds: ({ asked }) => asked.algorithm === 'dsa2048',
  },
  {
    id: 'all-signatures',
    programs: ['gpgv'],
    ours: 'accept',
    holds: ({ asked, theirs }) => /beside/.test(asked.name) && /GOODSIG|VALIDSIG/.test(theirs),
  },
  {
    id: 'broken-signature-beside',
    programs: ['openpgp.js'],
    ours: 'accept',
    holds: (dispute) =>
      /beside/.test(dispute.asked.name) &&
      inFile(dispute, 'signature') &&
      /MalformedPacketError|Invalid enum value/.test(dispute.theirs),
  },
  {
    id: 'unhashed-issuer',
    programs: ['gpgv', 'openpgp.js'],
    ours: 'accept',
    holds: isUnhashed,
  },
  {
    id: 'unhashed-content',
    programs: ['sqv'],
    ours: 'accept',
    holds: isUnhashed,
  },
  {
    id: 'broken-component',
    programs: ['gpgv', 'openpgp.js'],
    ours: 'accept',
    holds: (dispute) =>
      inFile(dispute, 'certificate') && /NO_PUBKEY|MalformedPacketError/.test(dispute.theirs),
  },
  {
    id: 'panic',
    programs: ['sqv'],
    ours: 'accept',
    holds: ({ asked, theirs }) =>
      asked.change?.file === 'signature' && theirs.includes('Unknown hash algorithm'),
  },
  {
    id: 'retagged',
    programs: ['sqv'],
    ours: 'accept',
    holds: ({ spot }) => spot?.part === 'header',
  },
  {
    id: 'complaint',
    programs: ['gpgv'],
    ours: 'accept',
    holds: (dispute) => inFile(dispute, 'certificate') && dispute.theirs.includes('VALIDSIG'),
  },
]

/** Programs that differ from ours, each with its class, or undefined where none fits. */
export function disputesOf(
  asked: Case,
  answers: Answers,
): readonly (readonly [Other, string | undefined])[] {
  const { ours } = answers
  const spot = changedSpot(asked)
  return OTHERS.filter((other) => answers[other].accepts !== ours.accepts).map((other) => {
    const dispute: Dispute = { asked, spot, ours: ours.detail, theirs: answers[other].detail }
    const direction = ours.accepts ? 'accept' : 'reject'
    const found = CLASSES.find(
      (one) => one.programs.includes(other) && one.ours === direction && one.holds(dispute),
    )
    return [other, found?.id]
  })
}

/** Where the octet stood in the file as it was made. */
function changedSpot({ change, ...files }: Case): Spot | undefined {
  if (change === undefined || change.file === 'data') return undefined
  const made = new Uint8Array(files[change.file])
  made[change.offset] = change.from
  return spotOf(made, change.offset)
}

/** Why a case must not be accepted, whatever the others say; undefined where it may be. */
export function mustBeRefused(asked: Case, answers: Answers): string | undefined {
  if (asked.change?.file === 'data') return 'the data are not those that were signed'
  const spot = changedSpot(asked)
  const isOnly = !/beside/.test(asked.name)
  if (
    asked.change?.file === 'signature' &&
    isOnly &&
    spot !== undefined &&
    spot.part !== 'unhashed'
  ) {
    return 'what changed in the signature is signed, or is its value'
  }
  if (asked.change?.file === 'certificate' && spot?.index === 0) return 'the primary key is another'
  const isReadByAll = !/brainpool|-2[78]$/.test(asked.algorithm) && !/SHA3/.test(asked.name)
  if (isReadByAll && OTHERS.every((other) => !answers[other].accepts)) return 'all others refuse it'
  return undefined
}
