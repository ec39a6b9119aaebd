/** `pgp-airlock verify`: one detached signature over one file. */
import { fstatSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Airlock, type Caged } from '../airlock.ts'
import { InputError, KeyringError } from '../errors.ts'
import type { Input } from '../input.ts'
import type { Keyring } from '../keyring/keyring.ts'
import { StoreError } from '../keyring/store-error.ts'
import type { Fingerprint, UnixSeconds } from '../openpgp/model.ts'
import type { Verdict } from '../openpgp/verdict.ts'
import { SetupError } from '../umd/outcome.ts'
import type { Console } from './console.ts'
import { EXIT, exitCodeOf, UsageError } from './exit.ts'
import { defaultStore, HOW_TO_FILL } from './key-place.ts'
import { type FileName, fileNames, nameOfPath, pathOf } from './names.ts'
import { asciiJson } from './text.ts'
import { describeStop, describeVerdict, type Stop, stopJson, verdictJson } from './verdict.ts'

const HELP = `usage: pgp-airlock verify [--keyring PATH] [OPTION...] SIGNATURE DATA

Verifies the detached signature SIGNATURE over DATA (- for standard input).

  --keyring PATH   certificates whose keys may vouch: a file, armored or binary, or a directory;
                   repeatable (default: what \`pgp-airlock key import\` stored)
  --signer FPR     accept only this certificate or key, by full fingerprint; repeatable
  --threshold N    good signatures by N distinct certificates are needed (default 1)
  --at DATE        judge as of this time, RFC 3339 (default now)
  --json           one JSON document (schema pgp-airlock/verify/1)
  --quiet          say nothing; the exit code tells
  --jobs N         handlers that may run at the same time (default 1)

exit codes: 0 good, 1 judged and not good, 2 usage, 3 could not decide
`

interface Options {
  /** none: the default store */
  readonly keyrings: readonly FileName[]
  readonly signers: readonly Fingerprint[]
  readonly threshold: number
  readonly at: UnixSeconds | undefined
  readonly json: boolean
  readonly quiet: boolean
  readonly jobs: number
  readonly signature: FileName
  readonly data: FileName
}

export async function run(args: readonly string[], console: Console): Promise<number> {
  const options = parse(args)
  if (options === 'help') {
    console.out(HELP)
    return EXIT.good
  }
  const { data, json, quiet } = options
  const name = data.text === '-' ? { text: 'standard input' } : data
  const outcome = await judge(options, console)
  if ('stop' in outcome) {
    const { stop, exitCode } = outcome
    if (!quiet && json) console.out(`${asciiJson(stopJson(name, stop))}\n`)
    else if (!quiet) console.err(describeStop(name, stop, console.errPaint))
    return exitCode
  }
  const { verdict } = outcome
  if (!quiet && json) console.out(`${asciiJson(verdictJson(name, verdict))}\n`)
  else if (!quiet) console.out(describeVerdict(name, verdict, console.paint))
  return exitCodeOf(verdict.kind)
}

/** A verdict, or what stopped the command before there was one. */
type Outcome =
  | { readonly verdict: Verdict & Caged }
  | { readonly stop: Stop; readonly exitCode: number }

async function judge(options: Options, console: Console): Promise<Outcome> {
  const path = console.env['PATH']
  let whatFails: 'cage' | 'keyring' | 'input' = 'cage'
  try {
    await using airlock = await Airlock.open({
      poolSize: options.jobs,
      ...(path === undefined ? {} : { path }),
    })
    whatFails = 'keyring'
    const keyring =
      options.keyrings.length === 0
        ? await loadDefault(airlock, console)
        : await airlock.loadKeyring(options.keyrings.map((name) => ({ path: pathOf(name) })))
    whatFails = 'input'
    // awaited here: the airlock closes when this block is left
    const verdict = await airlock.judgeDetached({
      keyring,
      signature: input(options.signature),
      data: input(options.data),
      threshold: options.threshold,
      ...(options.signers.length === 0 ? {} : { signers: options.signers }),
      ...(options.at === undefined ? {} : { at: options.at }),
    })
    return { verdict }
  } catch (error) {
    return stopped(error, whatFails === 'keyring')
  }
}

/** The default store. @throws KeyringError `keyring-empty` that says how to fill it */
async function loadDefault(airlock: Airlock, console: Console): Promise<Keyring> {
  const path = defaultStore(console)
  try {
    if (path !== undefined) return await airlock.loadKeyring([{ path }])
  } catch (error) {
    const isEmpty = error instanceof KeyringError && error.code === 'keyring-empty'
    const isMissing = error instanceof InputError && error.code === 'not-found'
    if (!isEmpty && !isMissing) throw error
  }
  throw new KeyringError('keyring-empty', `no certificates yet: ${HOW_TO_FILL}`, { path })
}

function input(name: FileName): Input {
  if (name.text !== '-') return { path: pathOf(name) }
  // of a directory Node.js makes an empty stream
  if (fstatSync(0).isDirectory()) {
    throw new InputError('not-a-file', 'expected data on standard input, found a directory')
  }
  return process.stdin
}

/** Nothing was decided: the keyring is not usable (2), or an input cannot be read or the cage does not hold (3). */
function stopped(error: unknown, isOfKeyring: boolean): Outcome {
  const isKnown =
    error instanceof KeyringError ||
    error instanceof StoreError ||
    error instanceof InputError ||
    error instanceof SetupError
  if (!isKnown) throw error
  const isUsage =
    isOfKeyring && !(error instanceof SetupError) && error.code !== 'keyring-handler-failed'
  const path = error instanceof SetupError ? undefined : error.path
  const stop = {
    code: error.code,
    text: error.message,
    offset: error instanceof KeyringError ? error.offset : undefined,
    file: path === undefined ? undefined : nameOfPath(path),
  }
  return { stop, exitCode: isUsage ? EXIT.usage : EXIT.undecided }
}

function parse(args: readonly string[]): Options | 'help' {
  let parsed: ReturnType<typeof parseOptions>
  try {
    parsed = parseOptions(args)
  } catch {
    throw new UsageError('verify: expected only the options below, each with its value', HELP)
  }
  const { values, positionals } = parsed
  if (values.help === true) return 'help'
  const [signature, data, ...more] = positionals
  if (signature === undefined || data === undefined || more.length > 0) {
    throw new UsageError('verify: expected one SIGNATURE and its DATA', HELP)
  }
  if (signature === '-' && data === '-') {
    throw new UsageError('verify: expected - for SIGNATURE or for DATA, not for both', HELP)
  }
  const name = fileNames(args)
  return {
    keyrings: (values.keyring ?? []).map(name),
    signers: (values.signer ?? []).map(fingerprint),
    threshold: count(values.threshold, '--threshold'),
    at: values.at === undefined ? undefined : time(values.at),
    json: values.json ?? false,
    quiet: values.quiet ?? false,
    jobs: count(values.jobs, '--jobs'),
    signature: name(signature),
    data: name(data),
  }
}

function parseOptions(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      keyring: { type: 'string', multiple: true },
      signer: { type: 'string', multiple: true },
      threshold: { type: 'string' },
      at: { type: 'string' },
      json: { type: 'boolean' },
      quiet: { type: 'boolean' },
      jobs: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
}

/** 40 or 64 hexadecimal digits, blanks between them allowed: a key id is not enough to pin a key. */
function fingerprint(text: string): Fingerprint {
  const digits = text.replace(/[ :]/g, '').toLowerCase()
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(digits)) return digits as Fingerprint // just checked
  throw new UsageError('verify: expected a full fingerprint, 40 or 64 hexadecimal digits', HELP)
}

function count(text: string | undefined, option: string): number {
  if (text === undefined) return 1
  if (/^[1-9][0-9]{0,3}$/.test(text)) return Number(text)
  throw new UsageError(`verify: expected a number from 1 to 9999 for ${option}`, HELP)
}

/** RFC 3339, or a date alone: its first second, UTC. Days that do not exist are refused, which Date.parse does not do. */
const DATE = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/

function time(text: string): UnixSeconds {
  const day = DATE.exec(text)?.[1]
  const isDay = day !== undefined && new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) === true
  const seconds = isDay ? Math.floor(Date.parse(text) / 1000) : Number.NaN
  // whole seconds, in the range that packets can state
  if (seconds >= 0 && seconds <= 0xffff_ffff) return seconds as UnixSeconds
  throw new UsageError('verify: expected a date such as 2026-01-31 or 2026-01-31T12:00:00Z', HELP)
}
