/** One key file, or keys in memory or in a stream: read whole under a cap, then as certificates. Trusted side. */
import { OPENPGP_LIMITS } from '../../protocol/limits.ts'
import { InputError, KeyringError } from '../errors.ts'
import { type Input, pathOf, readWhole } from '../input.ts'
import type { Driver } from '../umd/driver.ts'
import type { KeyContents } from './bare-revocation.ts'
import { readKeyContents } from './read.ts'

/**
 * @param source handlers that served another source are not asked
 * @throws {@link KeyringError}, {@link InputError}, SetupError
 */
export async function readKeyFile(
  driver: Driver,
  input: Input,
  source: string,
  signal: AbortSignal | undefined,
): Promise<KeyContents> {
  const path = pathOf(input)
  return readKeyContents(driver, await readKeys(input, signal), { source, path, signal })
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
