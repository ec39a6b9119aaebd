/**
 * What follows from packets: which probe signatures are good, which revocations take part, which keys may vouch, and
 * whether every octet that is kept is one of the input. The last is looked at independently of manager/sanitise.
 */
import { createHash } from 'node:crypto'
import { Keyring } from '../../../manager/keyring/keyring.ts'
import { type Certificate, groupCertificates } from '../../../manager/openpgp/certificate.ts'
import { judgeDetached } from '../../../manager/openpgp/detached.ts'
import type {
  ArmoredText,
  KeyPacket,
  PacketSequence,
  Place,
  SignaturePacket,
} from '../../../manager/openpgp/model.ts'
import { defaultPolicy } from '../../../manager/policy/policy.ts'
import { Tainted } from '../../../protocol/tainted.ts'
import { seconds } from '../../unit/openpgp-make.ts'
import { PACKETS } from './kinds.ts'
import { type Consequences, NOTHING } from './oracle.ts'

/** After all signatures of the fixtures were made. */
const AT = seconds(1_756_684_800)
const POLICY = defaultPolicy(AT)

/** A signature that a keyring is asked about. */
export interface Probe {
  readonly name: string
  readonly signature: PacketSequence
  readonly data: Uint8Array
}

/** Packets as the honest handler names them. */
export function honestPackets(input: Uint8Array): PacketSequence {
  return PACKETS.open(input, new Tainted(PACKETS.honest(input)))
}

/** The certificates of a sequence, or none where a load refuses the whole (manager/keyring/load.ts). */
function certificatesOf(sequence: PacketSequence): readonly Certificate[] | undefined {
  if (sequence.stop !== undefined) return undefined
  const { certificates, strays } = groupCertificates(sequence)
  return strays.some(({ code }) => code === 'malformed') ? undefined : certificates
}

export function keyringOf(...sequences: readonly PacketSequence[]): Keyring {
  return Keyring.from(sequences.flatMap((sequence) => certificatesOf(sequence) ?? []))
}

export function isGood(signature: PacketSequence, data: Uint8Array, keyring: Keyring): boolean {
  return judgeDetached(signature, data, { keyring, at: AT, policy: POLICY }).kind === 'good'
}

/** Of a detached signature file over this data. */
export function ofSignatures(
  data: Uint8Array,
  keyring: Keyring,
): (opened: PacketSequence, input: Uint8Array) => Consequences {
  return (opened, input) => ({
    ...NOTHING,
    good: new Set(isGood(opened, data, keyring) ? ['the signature file'] : []),
    invented: inventedIn(opened, input),
  })
}

/** Of a key file whose certificates are asked about these signatures. */
export function ofKeys(
  probes: readonly Probe[],
): (opened: PacketSequence, input: Uint8Array) => Consequences {
  return (opened, input) => ({ ...judged([opened], probes), invented: inventedIn(opened, input) })
}

/** Of an armored key file: each block is read by an honest handler then. */
export function ofArmoredKeys(
  probes: readonly Probe[],
): (opened: ArmoredText, input: Uint8Array) => Consequences {
  return (opened, input) => {
    const invented = inventedInText(opened, input)
    if (opened.stop !== undefined || opened.blocks.some(({ label }) => label === 'privateKey')) {
      return { ...NOTHING, invented }
    }
    return {
      ...judged(
        opened.blocks.map(({ data }) => honestPackets(data)),
        probes,
      ),
      invented,
    }
  }
}

/** Of an armored detached signature file over this data. */
export function ofArmoredSignatures(
  data: Uint8Array,
  keyring: Keyring,
): (opened: ArmoredText, input: Uint8Array) => Consequences {
  return (opened, input) => {
    const packets = opened.blocks.flatMap((block) => honestPackets(block.data).packets)
    const isSignature =
      opened.stop === undefined && opened.blocks.every(({ label }) => label === 'signature')
    const good = isSignature && isGood({ packets, stop: undefined }, data, keyring)
    return {
      ...NOTHING,
      good: new Set(good ? ['the signature file'] : []),
      invented: inventedInText(opened, input),
    }
  }
}

function judged(
  sequences: readonly PacketSequence[],
  probes: readonly Probe[],
): Omit<Consequences, 'invented'> {
  const files = sequences.map(certificatesOf)
  const certificates = files.flatMap((file) => file ?? [])
  if (files.includes(undefined)) return NOTHING
  const keyring = Keyring.from(certificates)
  const good = probes.filter(({ signature, data }) => isGood(signature, data, keyring))
  const keys = keyring.certificates.flatMap(({ certificate: { components, primary } }) => [
    primary.fingerprint,
    ...components.flatMap(({ subject }) =>
      subject.kind === 'subkey' ? [subject.key.fingerprint] : [],
    ),
  ])
  const revocations = sequences.flatMap(({ packets }) =>
    packets.flatMap((packet) =>
      packet.kind === 'signature' && REVOCATIONS.has(packet.signature.type)
        ? [Buffer.from(packet.signature.body).toString('hex')]
        : [],
    ),
  )
  return {
    good: new Set(good.map(({ name }) => name)),
    keys: new Set(keys),
    revocations: new Set(revocations),
  }
}

const REVOCATIONS: ReadonlySet<number> = new Set([0x20, 0x28, 0x30])

/** What is kept and is not of the input at its place, or was not computed from such octets. */
function inventedIn({ packets }: PacketSequence, input: Uint8Array): readonly string[] {
  const invented: string[] = []
  for (const packet of packets) {
    if (packet.kind === 'other') continue
    if (packet.kind === 'key') {
      const { key } = packet
      if (!isAtEnd(key.body, key.place, input)) invented.push('a key')
      if (!isComputed(key)) invented.push('a fingerprint')
      invented.push(...strangers(Object.values(key.material), key.body, 'key material'))
    } else if (packet.kind === 'signature') {
      const { signature } = packet
      if (!isAtEnd(signature.body, signature.place, input)) invented.push('a signature')
      invented.push(...inventedInSignature(signature))
    } else {
      const { place, body } = packet.kind === 'user' ? packet.user : packet.flawed
      if (!isAtEnd(body, place, input)) invented.push(packet.kind)
    }
  }
  return invented
}

/** A packet's body is the end of its place. */
function isAtEnd(body: Uint8Array, { offset, length }: Place, input: Uint8Array): boolean {
  const end = offset + length
  return Buffer.compare(body, input.subarray(end - body.length, end)) === 0
}

function isComputed({ version, body, fingerprint, keyId }: KeyPacket): boolean {
  const head = Buffer.alloc(version === 6 ? 5 : 3)
  head[0] = version === 6 ? 0x9b : 0x99
  if (version === 6) head.writeUInt32BE(body.length, 1)
  else head.writeUInt16BE(body.length, 1)
  const hash = createHash(version === 6 ? 'sha256' : 'sha1')
  const expected = hash.update(head).update(body).digest('hex')
  return fingerprint === expected && keyId === keyIdIn(expected, version)
}

const keyIdIn = (fingerprint: string, version: 4 | 6): string =>
  version === 6 ? fingerprint.slice(0, 16) : fingerprint.slice(-16)

function inventedInSignature(signature: SignaturePacket): readonly string[] {
  const { body, version, hashedPart, hashed, material, issuers, embedded } = signature
  const invented: string[] = []
  const front = version === 3 ? body.subarray(2, 7) : body.subarray(0, hashedLengthOf(body))
  if (Buffer.compare(hashedPart, front) !== 0) invented.push('a hashed part')
  const area = hashedPart.subarray(version === 6 ? 8 : 6)
  invented.push(
    ...strangers(
      hashed.map(({ data }) => data),
      area,
      'a hashed subpacket',
    ),
  )
  const values = material.form === 'mpis' ? material.values : [material.value]
  invented.push(...strangers(values, body, 'a signature value'))
  const hints = issuers.map((hint) =>
    Buffer.from(hint.kind === 'keyId' ? hint.keyId : hint.fingerprint, 'hex'),
  )
  invented.push(...strangers(hints, body, 'an issuer'))
  invented.push(
    ...strangers(
      embedded.map((inner) => inner.body),
      body,
      'an embedded signature',
    ),
  )
  return [...invented, ...embedded.flatMap(inventedInSignature)]
}

/** RFC 9580 section 5.2.3: what is hashed of a version 4 or 6 signature. */
function hashedLengthOf(body: Uint8Array): number {
  const view = Buffer.from(body)
  return body[0] === 6 ? 8 + view.readUInt32BE(4) : 6 + view.readUInt16BE(4)
}

function strangers(values: readonly unknown[], within: Uint8Array, what: string): string[] {
  const whole = Buffer.from(within)
  return values.flatMap((value) =>
    value instanceof Uint8Array && !whole.includes(Buffer.from(value)) ? [what] : [],
  )
}

/** A block's octets are the base64 between its own lines. */
function inventedInText({ blocks }: ArmoredText, input: Uint8Array): readonly string[] {
  return blocks.flatMap(({ data, place }) => {
    const text = Buffer.from(input).toString('latin1', place.offset, place.offset + place.length)
    const lines = text.split('\n').map((line) => line.trim())
    const inside = lines.slice(
      1,
      lines.findLastIndex((line) => line.startsWith('-----END')),
    )
    const base64 = inside.filter((line) => !line.includes(':') && !/^=.{4}$/.test(line)).join('')
    return base64 === Buffer.from(data).toString('base64') ? [] : ['an armored block']
  })
}
