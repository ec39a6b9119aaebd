/**
 * Loading a keyring from sources: each is read by a handler that has seen nothing but that source, each is read to its
 * last byte, and one that fails makes the load fail: a keyring that is silently smaller than its files is a lie about
 * who may vouch, and about who was revoked.
 */
import { stat } from 'node:fs/promises'
import { KeyringError } from '../errors.ts'
import { discard, heed, type Input, pathOf } from '../input.ts'
import type { Driver } from '../umd/driver.ts'
import { joinedContents, type KeyContents, placeRevocations } from './bare-revocation.ts'
import { readKeyFile } from './key-file.ts'
import { Keyring } from './keyring.ts'
import { loadDirectory } from './load-directory.ts'
import { pathBytes } from './paths.ts'
import { systemCode } from './store-error.ts'

/**
 * @param name one per load: no two loads share a handler
 * @throws {@link KeyringError}, StoreError, InputError, SetupError
 */
export async function loadKeyring(
  driver: Driver,
  sources: readonly Input[],
  name: string,
  signal?: AbortSignal,
): Promise<Keyring> {
  heed(...sources)
  const found: KeyContents[] = []
  try {
    for (const [index, source] of sources.entries()) {
      found.push(await loadSource(driver, source, `${name}.${index}`, signal))
    }
  } catch (error) {
    for (const unread of sources.slice(found.length + 1)) discard(unread)
    throw error
  }
  const { certificates, revocations } = joinedContents(found)
  if (certificates.length === 0) {
    throw new KeyringError('keyring-empty', 'expected at least one certificate that can be used')
  }
  const primaries = certificates.map(({ primary }) => primary)
  // strays revoke none of these keys: what they revoke cannot vouch here
  const { copies } = placeRevocations(revocations, primaries)
  return Keyring.from([...certificates, ...copies])
}

async function loadSource(
  driver: Driver,
  input: Input,
  source: string,
  signal: AbortSignal | undefined,
): Promise<KeyContents> {
  const path = pathOf(input)
  if (path !== undefined && (await isDirectory(path))) {
    return loadDirectory(driver, path, source, signal)
  }
  return readKeyFile(driver, input, source, signal)
}

async function isDirectory(path: string | Uint8Array): Promise<boolean> {
  try {
    return (await stat(pathBytes(path))).isDirectory()
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    return false // opening it says why
  }
}
