/** Where certificates are kept if nobody says: the environment is read here. */
import { isAbsolute, join } from 'node:path'
import type { Console } from './console.ts'

/** A keyring by its path; `isDefault`: nobody named it. */
export interface KeyringPlace {
  readonly path: string | Uint8Array
  readonly isDefault: boolean
}

/**
 * `$XDG_DATA_HOME/pgp-airlock/certs`, or `~/.local/share/pgp-airlock/certs` (XDG Base Directory Specification: a relative
 * path counts as unset). Undefined where the environment has no home.
 */
export function defaultStore({ env }: Pick<Console, 'env'>): string | undefined {
  const data = env['XDG_DATA_HOME']
  if (data !== undefined && isAbsolute(data)) return join(data, 'pgp-airlock/certs')
  const home = env['HOME']
  if (home === undefined || !isAbsolute(home)) return undefined
  return join(home, '.local/share/pgp-airlock/certs')
}

/** What to do about a default store without certificates. */
export const HOW_TO_FILL =
  'fill the default keyring with `pgp-airlock key import FILE`, or name one with --keyring PATH'
