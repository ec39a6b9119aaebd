/**
 * Loading a keyring from sources: each is read by a handler that has seen nothing but that source, each is read to its
 * last byte, and one that fails makes the load fail: a keyring that is silently smaller than its files is a lie about
 * who may vouch, and about who was revoked.
 */
import { OPENPGP_LIMITS } from '../../protocol/limits.ts'
import { InputError, KeyringError } from '../errors.ts'
import { type Input, pathOf, readWhole } from '../input.ts'
import { type Certificate, groupCertificates } from '../openpgp/certificate.ts'
import type { OtherPacket, PacketSequence } from '../openpgp/model.ts'
import { type HandlerFailure, type ReadPart, readOpenPgp } from '../openpgp-driver.ts'
import type { Driver } from '../umd/driver.ts'
import { Keyring } from './keyring.ts'

/**
 * @param name one per load: no two loads share a handler
 * @throws {@link KeyringError}, {@link InputError}, SetupError
 */
export async function loadKeyring(
  driver: Driver,
  sources: readonly Input[],
  name: string,
  signal?: AbortSignal,
): Promise<Keyring> {
  const certificates: Certificate[] = []
  for (const [index, source] of sources.entries()) {
    certificates.push(...(await loadSource(driver, source, `${name}.${index}`, signal)))
  }
  if (certificates.length === 0) {
    throw new KeyringError('keyring-empty', 'expected at least one certificate that can be used')
  }
  return Keyring.from(certificates)
}

async function loadSource(
  driver: Driver,
  input: Input,
  source: string,
  signal: AbortSignal | undefined,
): Promise<readonly Certificate[]> {
  const path = pathOf(input)
  const bytes = await readKeys(input, signal)
  const reading = await readOpenPgp(driver, bytes, { source, isolation: 'per-input', signal })
  if (reading.status === 'failed') throw handlerFailed(reading.failure, path)
  if (reading.status === 'malformed') {
    throw new KeyringError('keyring-malformed', reading.detail, { offset: reading.offset, path })
  }
  return reading.parts.flatMap((part) => certificatesOf(part, path))
}

function certificatesOf({ label, sequence }: ReadPart, path: Path): readonly Certificate[] {
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
  return file.certificates
}

type Path = string | Uint8Array | undefined

/** Secret key and secret subkey (RFC 9580 section 5.5.1). */
const SECRET_TAGS: ReadonlySet<number> = new Set([5, 7])

function secretKey({ packets }: PacketSequence): OtherPacket | undefined {
  for (const packet of packets) {
    if (packet.kind === 'other' && SECRET_TAGS.has(packet.other.tag)) return packet.other
  }
  return undefined
}

async function readKeys(input: Input, signal: AbortSignal | undefined): Promise<Uint8Array> {
  try {
    return await readWhole(input, OPENPGP_LIMITS.maxRequest, signal)
  } catch (error) {
    if (error instanceof InputError && error.code === 'too-large') {
      throw new KeyringError('keyring-too-large', error.message, { path: pathOf(input) })
    }
    throw error
  }
}

function handlerFailed(failure: HandlerFailure, path: Path): Error {
  if (failure.status === 'setup-failed') return failure.error
  const message = `the handler could not read the keys (${failure.status})`
  return new KeyringError('keyring-handler-failed', message, { path })
}
