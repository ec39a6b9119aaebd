/**
 * From the bytes of one key file to its certificates, through the cage. Trusted side. The file is read to its last byte
 * or refused.
 */
import { REJECT_CODE } from '../../protocol/frame.ts'
import { KeyringError } from '../errors.ts'
import { groupCertificates } from '../openpgp/certificate.ts'
import type { OtherPacket, PacketSequence } from '../openpgp/model.ts'
import { type HandlerFailure, type ReadPart, readOpenPgp } from '../openpgp-driver.ts'
import type { Driver } from '../umd/driver.ts'
import { joinedContents, type KeyContents } from './bare-revocation.ts'

/** Where bytes come from. */
export interface Origin {
  /** handlers that served another source are not asked */
  readonly source: string
  /** for errors */
  readonly path: string | Uint8Array | undefined
  readonly signal: AbortSignal | undefined
}

/**
 * The certificates of a key file, armored or binary, those of one primary key merged, and the revocations that stand
 * alone.
 *
 * @throws {@link KeyringError}, SetupError
 */
export async function readKeyContents(
  driver: Driver,
  bytes: Uint8Array,
  { source, path, signal }: Origin,
): Promise<KeyContents> {
  const reading = await readOpenPgp(driver, bytes, { source, isolation: 'per-input', signal })
  if (reading.status === 'failed') throw handlerFailed(reading.failure, path)
  if (reading.status === 'malformed') {
    throw new KeyringError('keyring-malformed', reading.detail, { offset: reading.offset, path })
  }
  return joinedContents(reading.parts.map((part) => contentsOf(part, path)))
}

type Path = Origin['path']

function contentsOf({ label, sequence }: ReadPart, path: Path): KeyContents {
  const secret = secretKey(sequence)
  if (label === 'privateKey' || secret !== undefined) {
    const message = 'expected public keys, found a private key'
    throw new KeyringError('keyring-private-key', message, { offset: secret?.place.offset, path })
  }
  const { stop } = sequence
  if (stop !== undefined) {
    throw new KeyringError('keyring-malformed', stop.detail, { offset: stop.offset, path })
  }
  const file = groupCertificates(sequence)
  // a key of an unknown version or algorithm cannot vouch and takes nothing with it (RFC 9580 section 5.2.5)
  const broken = file.strays.find(({ code }) => code === 'malformed')
  if (broken !== undefined) {
    const { offset } = broken.place
    throw new KeyringError('keyring-malformed', broken.detail, { offset, path })
  }
  const revocations = file.revocations.map((signature) => ({ signature, path }))
  return { certificates: file.certificates, revocations, unsupported: file.strays.length }
}

/** Secret key and secret subkey (RFC 9580 section 5.5.1). */
const SECRET_TAGS: ReadonlySet<number> = new Set([5, 7])

function secretKey({ packets }: PacketSequence): OtherPacket | undefined {
  for (const packet of packets) {
    if (packet.kind === 'other' && SECRET_TAGS.has(packet.other.tag)) return packet.other
  }
  return undefined
}

function handlerFailed(failure: HandlerFailure, path: Path): Error {
  if (failure.status === 'setup-failed') return failure.error
  if (failure.status === 'rejected' && failure.code === REJECT_CODE.replyTooLarge) {
    const message = 'expected fewer packets: their places do not fit a reply'
    return new KeyringError('keyring-too-large', message, { path })
  }
  const message = `the handler could not read the keys (${failure.status})`
  return new KeyringError('keyring-handler-failed', message, { path })
}
