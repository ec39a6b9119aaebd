/**
 * Where a policy comes from: one file, or the first file that is present at the places where rpm and apt look (reference:
 * sequoia-policy-config, rpm-sequoia, apt's sqv method). Trusted side. The environment's values are arguments.
 */
import { InputError } from '../errors.ts'
import { readWhole } from '../input.ts'
import type { UnixSeconds } from '../openpgp/model.ts'
import { defaultPolicy, type Policy } from './policy.ts'
import { PolicyError } from './policy-error.ts'
import { parsePolicy } from './policy-file.ts'

/** Real files have about 2 kB. */
const MAX_POLICY_FILE = 1_048_576

/** One place: a variable that holds a path, or a path. */
export type PolicyPlace = { readonly variable: string } | { readonly path: string }

/** The places of rpm (rpm-sequoia), in its order. */
export const RPM_PLACES: readonly PolicyPlace[] = [
  { variable: 'RPM_SEQUOIA_CRYPTO_POLICY' },
  { path: '/etc/crypto-policies/back-ends/rpm-sequoia.config' },
  { path: '/usr/share/crypto-policies/back-ends/rpm-sequoia.config' },
  { variable: 'SEQUOIA_CRYPTO_POLICY' },
  { path: '/etc/crypto-policies/back-ends/sequoia.config' },
]

/** The places of apt (its sqv method), in its order. */
export const APT_PLACES: readonly PolicyPlace[] = [
  { variable: 'APT_SEQUOIA_CRYPTO_POLICY' },
  { path: '/etc/crypto-policies/back-ends/apt-sequoia.config' },
  { path: '/var/lib/crypto-config/profiles/current/apt-sequoia.config' },
  { path: '/etc/crypto-policies/back-ends/sequoia.config' },
  { path: '/var/lib/crypto-config/profiles/current/sequoia.config' },
  { path: '/usr/share/apt/default-sequoia.config' },
]

/** The places of a system: rpm's, then apt's. */
export const SYSTEM_PLACES: readonly PolicyPlace[] = [...RPM_PLACES, ...APT_PLACES]

/** Which policy, and as of when. */
export interface LoadPolicyOptions {
  /** one file, or the places of the system; the first that is present counts, the others are not read */
  readonly from: { readonly path: string } | readonly PolicyPlace[]
  /** the date that cut-offs are compared with */
  readonly asOf: UnixSeconds
  /** values of the variables that `from` names */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/**
 * Loads a policy file in Sequoia's format. What the file does not speak of is as in {@link defaultPolicy}; without any file at
 * the places of the system, and where a variable is set to nothing, it is the default policy itself.
 *
 * @throws {@link PolicyError}
 */
export async function loadPolicy({
  from,
  asOf,
  environment = {},
}: LoadPolicyOptions): Promise<Policy> {
  if ('path' in from) return fromFile(from.path, asOf)
  for (const place of from) {
    if ('path' in place) {
      const policy = await fromFile(place.path, asOf, 'optional')
      if (policy !== undefined) return policy
      continue
    }
    const value = environment[place.variable]
    if (value === undefined) continue
    if (value === '') return defaultPolicy(asOf)
    if (!value.startsWith('/')) {
      const message = `expected an absolute path in ${place.variable}`
      throw new PolicyError('policy-relative-path', message, { path: value })
    }
    return fromFile(value, asOf)
  }
  return defaultPolicy(asOf)
}

function fromFile(path: string, asOf: UnixSeconds): Promise<Policy>
function fromFile(
  path: string,
  asOf: UnixSeconds,
  presence: 'optional',
): Promise<Policy | undefined>
async function fromFile(
  path: string,
  asOf: UnixSeconds,
  presence?: 'optional',
): Promise<Policy | undefined> {
  let bytes: Uint8Array
  try {
    bytes = await readWhole({ path }, MAX_POLICY_FILE)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    const isMissing = error.code === 'not-found'
    if (isMissing && presence === 'optional') return undefined
    const code = isMissing ? 'policy-not-found' : 'policy-unreadable'
    throw new PolicyError(code, error.message, { path, cause: error })
  }
  return parsePolicy(utf8(bytes, path), asOf, path)
}

function utf8(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new PolicyError('policy-malformed', 'expected UTF-8', { path })
  }
}
