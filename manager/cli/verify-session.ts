/**
 * What every form of `pgp-airlock verify` needs before its first question, in this order: the policy, the cage, the
 * keyring. What fails is told as the stop that it is: by whose fault, and with which exit code.
 */
import { Airlock } from '../airlock.ts'
import { InputError, KeyringError } from '../errors.ts'
import type { JudgeOptions } from '../judging.ts'
import { Keyring } from '../keyring/keyring.ts'
import { StoreError } from '../keyring/store-error.ts'
import type { Fingerprint, UnixSeconds } from '../openpgp/model.ts'
import { defaultPolicy, type Policy } from '../policy/policy.ts'
import { PolicyError } from '../policy/policy-error.ts'
import type { Isolation } from '../umd/job.ts'
import { SetupError } from '../umd/outcome.ts'
import type { Console } from './console.ts'
import { EXIT, type ExitCode } from './exit.ts'
import { defaultStore, HOW_TO_FILL } from './key-place.ts'
import { type FileName, nameOfPath, pathOf } from './names.ts'
import type { Stop } from './verdict.ts'
import { OutputError } from './verify-output.ts'

/** The options of all forms. */
export interface SessionOptions {
  /** none: the default store */
  readonly keyrings: readonly FileName[]
  /** whether there is a question without keys: then a default store that is empty or missing stops nothing */
  readonly mayLackKeys?: boolean
  readonly signers: readonly Fingerprint[]
  readonly requiredSigners: readonly Fingerprint[]
  readonly requiredAlgorithms: readonly number[]
  readonly threshold: number
  readonly at: UnixSeconds | undefined
  /** `system`, `rpm`, `apt`, or a file; undefined: the default policy */
  readonly policy: string | undefined
  readonly policyAsOf: UnixSeconds | undefined
  /** the policy that a date alone asks for; default: that over documents */
  readonly basePolicy?: typeof defaultPolicy
  readonly isolation: Isolation
  readonly json: boolean
  readonly quiet: boolean
  readonly jobs: number
}

/** What the questions of a session have in common. */
export interface Session {
  readonly airlock: Airlock
  readonly terms: JudgeOptions
}

/** What stopped the command before there was a verdict. */
export interface Stopped {
  readonly stop: Stop
  readonly exitCode: ExitCode
}

/** An answer, or what stopped the command. */
export type Outcome<T> = { readonly answer: T } | Stopped

/** Asks within a session; the cage is closed when the answer is there. */
export async function inSession<T>(
  options: SessionOptions,
  console: Console,
  ask: (session: Session) => Promise<T>,
): Promise<Outcome<T>> {
  const path = console.env['PATH']
  let whatFails: 'cage' | 'keyring' | 'input' = 'cage'
  try {
    const policy = await policyOf(options, console)
    await using airlock = await Airlock.open({
      poolSize: options.jobs,
      ...(path === undefined ? {} : { path }),
    })
    whatFails = 'keyring'
    const keyring =
      options.keyrings.length === 0
        ? await loadDefault(airlock, options, console)
        : await airlock.loadKeyring(options.keyrings.map((name) => ({ path: pathOf(name) })))
    whatFails = 'input'
    const { threshold, signers, requiredSigners, requiredAlgorithms, isolation, at } = options
    const terms: JudgeOptions = {
      keyring,
      threshold,
      requiredSigners,
      requiredAlgorithms,
      isolation,
      ...(signers.length === 0 ? {} : { signers }),
      ...(at === undefined ? {} : { at }),
      ...(policy === undefined ? {} : { policy }),
    }
    // awaited here: the airlock closes when this block is left
    return { answer: await ask({ airlock, terms }) }
  } catch (error) {
    return stopped(error, whatFails === 'keyring')
  }
}

/** The default is the library's own, unless a date or a file was asked for. */
async function policyOf(
  { policy, policyAsOf, basePolicy = defaultPolicy }: SessionOptions,
  { env }: Console,
): Promise<Policy | undefined> {
  const asOf = policyAsOf ?? (Math.floor(Date.now() / 1000) as UnixSeconds) // whole seconds
  if (policy === undefined && policyAsOf === undefined) return undefined
  if (policy === undefined) return basePolicy(asOf)
  const { APT_PLACES, loadPolicy, RPM_PLACES, SYSTEM_PLACES } = await import(
    '../policy/load-policy.ts'
  )
  const places = new Map([
    ['system', SYSTEM_PLACES],
    ['rpm', RPM_PLACES],
    ['apt', APT_PLACES],
  ]).get(policy)
  const loaded = await loadPolicy({ from: places ?? { path: policy }, asOf, environment: env })
  // no file speaks of it
  return { ...loaded, clockSkew: basePolicy(asOf).clockSkew }
}

/** The default store. @throws KeyringError `keyring-empty` that says how to fill it */
async function loadDefault(
  airlock: Airlock,
  { mayLackKeys = false }: SessionOptions,
  console: Console,
): Promise<Keyring> {
  const path = defaultStore(console)
  const keyring = path === undefined ? Keyring.from([]) : await airlock.openStore(path).load()
  if (mayLackKeys || keyring.certificates.length > 0) return keyring
  throw new KeyringError('keyring-empty', `no certificates yet: ${HOW_TO_FILL}`, { path })
}

/**
 * Nothing was decided: the keyring or the policy is not usable (2), or an input cannot be read, the output cannot be
 * written, or the cage does not hold (3).
 */
function stopped(error: unknown, isOfKeyring: boolean): Stopped {
  const isKnown =
    error instanceof KeyringError ||
    error instanceof StoreError ||
    error instanceof InputError ||
    error instanceof PolicyError ||
    error instanceof OutputError ||
    error instanceof SetupError
  if (!isKnown) throw error
  const isUsage =
    error instanceof PolicyError ||
    (isOfKeyring && !(error instanceof SetupError) && error.code !== 'keyring-handler-failed')
  const path = error instanceof SetupError ? undefined : error.path
  const stop: Stop = {
    code: error.code,
    text: error.message,
    offset: error instanceof KeyringError ? error.offset : undefined,
    file: path === undefined ? undefined : nameOfPath(path),
  }
  return { stop, exitCode: isUsage ? EXIT.usage : EXIT.undecided }
}
