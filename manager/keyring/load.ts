/**
 * Loading a keyring from sources: each is read by a handler that has seen nothing but that source, each is read to its
 * last byte, and one that fails makes the load fail: a keyring that is silently smaller than its files is a lie about
 * who may vouch, and about who was revoked.
 */
import { OPENPGP_LIMITS } from '../../protocol/limits.ts'
import { InputError, KeyringError } from '../errors.ts'
import { type Input, readWhole } from '../input.ts'
import { type Certificate, groupCertificates } from '../openpgp/certificate.ts'
import { type HandlerFailure, readOpenPgp } from '../openpgp-driver.ts'
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
  const bytes = await readKeys(input, signal)
  const reading = await readOpenPgp(driver, bytes, { source, isolation: 'per-input', signal })
  if (reading.status === 'failed') throw handlerFailed(reading.failure)
  if (reading.status === 'malformed') {
    throw new KeyringError('keyring-malformed', reading.detail, reading.offset)
  }
  const certificates: Certificate[] = []
  for (const { label, sequence } of reading.parts) {
    if (label === 'privateKey') {
      throw new KeyringError('keyring-malformed', 'expected public keys, found a private key')
    }
    const { stop } = sequence
    if (stop !== undefined) throw new KeyringError('keyring-malformed', stop.detail, stop.offset)
    const file = groupCertificates(sequence)
    // a key of an unknown version or algorithm cannot vouch and takes nothing with it (RFC 9580 section 5.2.5)
    const broken = file.strays.find(({ code }) => code === 'malformed')
    if (broken !== undefined) {
      throw new KeyringError('keyring-malformed', broken.detail, broken.place.offset)
    }
    certificates.push(...file.certificates)
  }
  return certificates
}

async function readKeys(input: Input, signal: AbortSignal | undefined): Promise<Uint8Array> {
  try {
    return await readWhole(input, OPENPGP_LIMITS.maxRequest, signal)
  } catch (error) {
    if (error instanceof InputError && error.code === 'too-large') {
      throw new KeyringError('keyring-too-large', error.message)
    }
    throw error
  }
}

function handlerFailed(failure: HandlerFailure): Error {
  if (failure.status === 'setup-failed') return failure.error
  const message = `the handler could not read the keys (${failure.status})`
  return new KeyringError('keyring-handler-failed', message)
}
