/** The arguments of `pgp-airlock rpm verify`, `show` and `digests`. */
import { parseArgs } from 'node:util'
import { rpmPolicy } from '../policy/policy.ts'
import type { RpmQuestion } from '../rpm/decide.ts'
import { type FileName, nameOf } from './names.ts'
import { OptionValues, SESSION_OPTIONS } from './option-values.ts'
import type { SessionOptions } from './verify-session.ts'

/** Options that more than one of the commands have, for their help. */
export const SHARED_HELP = `  --keyring PATH         certificates whose keys may vouch, file or directory; repeatable
                         (default: what \`pgp-airlock key import\` stored)
  --signer FPR           accept only this certificate or key; repeatable
  --require-signer FPR   one signature must be by this one; repeatable
  --require-algorithm NAME   one signature must be by rsa, ecdsa, ed25519 ...; repeatable
  --threshold N          good signatures by N distinct certificates are needed (default 1)
  --policy FILE          rules in Sequoia's format; or those of system, rpm, apt
  --policy-as-of DATE    compare their cut-off dates with this one (default now)
  --at DATE              judge as of this time, RFC 3339 (default now)
  --isolation per-input  a handler of its own for each package (default shared)
  --quiet                say nothing; the exit code tells
`

/** What is asked, of which packages. */
export interface RpmOptions extends SessionOptions, Required<RpmQuestion> {
  readonly names: readonly FileName[]
  /** the names are on standard input, each with a NUL behind it */
  readonly isNul: boolean
  readonly verbose: boolean
  /** `digests`: what anybody may have written will do */
  readonly unauthenticated: boolean
}

const LEVELS = ['all', 'signature', 'digest'] as const

/** Options that say which signers are wanted. */
const OF_SIGNERS = ['signer', 'require-signer', 'require-algorithm', 'threshold'] as const

const EXTRAS = ['verbose', 'level', 'header-only', 'null', 'unauthenticated', 'jobs'] as const
type Extra = (typeof EXTRAS)[number]

/**
 * @param extras the options of this command beside the shared ones
 * @returns `help` where that is all that is asked
 * @throws {@link UsageError}
 */
export function rpmOptions(
  command: 'verify' | 'show' | 'digests',
  args: readonly string[],
  help: string,
  extras: readonly Extra[],
): RpmOptions | 'help' {
  const options = new OptionValues(`rpm ${command}`, help)
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(args)
  } catch {
    return options.fail('only the options below, each with its value')
  }
  const { values, positionals } = parsed
  if (values.help === true) return 'help'
  for (const extra of EXTRAS) {
    if (values[extra] !== undefined && !extras.includes(extra)) {
      options.fail('only the options below, each with its value')
    }
  }
  const isNul = values.null ?? false
  if (isNul && positionals.length > 0) options.fail('names on standard input only, or none there')
  if (command !== 'verify' && positionals.length !== 1) options.fail('one FILE')
  if (!isNul && positionals.length === 0) options.fail('at least one FILE')
  if (positionals.filter((text) => text === '-').length > 1) options.fail('- once')
  const named = LEVELS.find((known) => known === (values.level ?? 'all'))
  const level = named ?? options.fail('all, signature or digest for --level')
  const unauthenticated = values.unauthenticated ?? false
  if (OF_SIGNERS.some((option) => values[option] !== undefined)) {
    const no = 'no demand on signers with'
    if (level === 'digest') options.fail(`${no} --level digest, which asks for no signature`)
    if (unauthenticated) options.fail(`${no} --unauthenticated, which lists what anybody wrote`)
  }
  if (level === 'digest' && values['header-only'] === true) {
    options.fail('--level digest or --header-only: digests say nothing of what is not read')
  }
  return {
    ...options.session(values),
    basePolicy: rpmPolicy,
    mayLackKeys: level === 'digest' || unauthenticated,
    level,
    headerOnly: values['header-only'] ?? false,
    names: positionals.map(nameOf),
    isNul,
    verbose: values.verbose ?? false,
    unauthenticated,
  }
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...SESSION_OPTIONS,
      verbose: { type: 'boolean', short: 'v' },
      level: { type: 'string' },
      'header-only': { type: 'boolean' },
      null: { type: 'boolean', short: '0' },
      unauthenticated: { type: 'boolean' },
    },
  })
}
