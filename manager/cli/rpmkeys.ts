#!/usr/bin/env node
/**
 * `pgp-airlock-rpmkeys`: rpmkeys' options, texts and exit codes over this program's verdicts and keyring, so that scripts that
 * call it and read its lines go on working. Exit code: how many arguments failed, at most 254; 255 for a wrong call, and
 * where nothing could be decided. The environment is read here.
 */
import { parseArgs } from 'node:util'
import type { Airlock } from '../airlock.ts'
import { InputError } from '../errors.ts'
import type { UnixSeconds } from '../openpgp/model.ts'
import { defaultPolicy, rpmPolicy } from '../policy/policy.ts'
import { Console } from './console.ts'
import { UsageError } from './exit.ts'
import { cardOf } from './key-card.ts'
import { defaultStore } from './key-place.ts'
import { type FileName, fileNames, pathOf, shownName } from './names.ts'
import { longForm, type Style, shortForm } from './rpmkeys-text.ts'
import { clean, cleanBytes } from './text.ts'
import { describeStop } from './verdict.ts'
import { inSession, type SessionOptions } from './verify-session.ts'

const HELP = `usage: pgp-airlock-rpmkeys {-K | --checksig} [-v] [--nosignature] [--nodigest] FILE...
       pgp-airlock-rpmkeys --import FILE...
       pgp-airlock-rpmkeys --list

  -K, --checksig   verify packages, header and payload; signatures are required
  -v, --verbose    a line for each signature and digest
  --nosignature    only digests
  --nodigest       only signatures; a digest that a signed header states still counts
  --import         add certificates to the keyring
  --list           list the keyring's certificates
  --keyring PATH   another keyring than the default one
  --style STYLE    texts of rpm 6 (default) or 4.18

exit codes: 0 all is well, 1 to 254 so many arguments failed, 255 usage or no decision
`

const MOST_FAILURES = 254
const WRONG = 255

type Options = ReturnType<typeof parse>['values']

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      checksig: { type: 'boolean', short: 'K' },
      verbose: { type: 'boolean', short: 'v' },
      nosignature: { type: 'boolean' },
      nodigest: { type: 'boolean' },
      import: { type: 'boolean' },
      list: { type: 'boolean' },
      keyring: { type: 'string' },
      style: { type: 'string' },
      quiet: { type: 'boolean' },
      version: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
}

async function main(args: readonly string[], console: Console): Promise<number> {
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(args)
  } catch {
    throw new UsageError('expected only the options below', HELP)
  }
  const { values, positionals } = parsed
  if (values.help === true) {
    console.out(HELP)
    return 0
  }
  if (values.version === true) {
    const { VERSION } = await import('../version.ts')
    console.out(`pgp-airlock-rpmkeys ${VERSION}\n`)
    return 0
  }
  const modes = [values.checksig, values.import, values.list].filter((mode) => mode === true)
  if (modes.length !== 1) throw new UsageError('expected one of -K, --import and --list', HELP)
  const name = fileNames(args)
  const named = values.keyring === undefined ? undefined : name(values.keyring)
  const names = positionals.map(name)
  if (values.list !== true && names.length === 0) throw new UsageError('expected FILE', HELP)
  if (values.checksig === true) return check(values, named, names, console)
  return keep(values, named, names, console)
}

function sessionOf(keyring: FileName | undefined): SessionOptions {
  return {
    keyrings: keyring === undefined ? [] : [keyring],
    signers: [],
    requiredSigners: [],
    requiredAlgorithms: [],
    threshold: 1,
    at: undefined,
    policy: undefined,
    policyAsOf: undefined,
    basePolicy: rpmPolicy,
    isolation: 'shared',
    json: false,
    quiet: false,
    jobs: 1,
  }
}

async function check(
  { verbose = false, nosignature = false, nodigest = false, style = '6', quiet = false }: Options,
  keyring: FileName | undefined,
  names: readonly FileName[],
  console: Console,
): Promise<number> {
  const wanted: Style | undefined = style === '6' || style === '4.18' ? style : undefined
  if (wanted === undefined) throw new UsageError('expected 6 or 4.18 for --style', HELP)
  if (nosignature && nodigest) throw new UsageError('expected something to check', HELP)
  const without = { signature: nosignature, digest: nodigest }
  const level = nosignature ? 'digest' : nodigest ? 'signature' : 'all'
  const outcome = await inSession(sessionOf(keyring), console, async ({ airlock, terms }) => {
    let failed = 0
    const items = names.map((name) => ({ name, package: { path: pathOf(name) } }))
    for await (const verdict of airlock.judgeRpms(items, { ...terms, level })) {
      const { name } = verdict.item
      const told = verbose
        ? longForm(name, verdict, without, wanted)
        : shortForm(name, verdict, without)
      if ('reasons' in verdict) {
        failed += 1
        const isUnread = verdict.reasons[0].code === 'input-output'
        const why = verdict.reasons.map(({ text }) => text).join('; ')
        if (!isUnread && !quiet) console.out(told)
        console.err(`error: ${shownName(name)}: ${why}\n`)
      } else if (!quiet) console.out(told)
    }
    return failed
  })
  if ('answer' in outcome) return Math.min(outcome.answer, MOST_FAILURES)
  console.err(describeStop({ text: 'packages' }, outcome.stop, console.errPaint))
  return WRONG
}

/** Import and list work on a certificate directory. */
async function keep(
  values: Options,
  keyring: FileName | undefined,
  names: readonly FileName[],
  console: Console,
): Promise<number> {
  const { Airlock } = await import('../airlock.ts')
  const path = keyring === undefined ? defaultStore(console) : pathOf(keyring)
  if (path === undefined) throw new UsageError('expected --keyring PATH, as HOME is not set', HELP)
  const programs = console.env['PATH']
  await using airlock = await Airlock.open(programs === undefined ? {} : { path: programs })
  return values.list === true
    ? await list(airlock, path, console)
    : await importAll(airlock, path, names, console)
}

async function importAll(
  airlock: Airlock,
  path: string | Uint8Array,
  names: readonly FileName[],
  console: Console,
): Promise<number> {
  const store = airlock.openStore(path)
  let failed = 0
  for (const [index, name] of names.entries()) {
    const fail = (): void => {
      failed += 1
      console.err(`error: ${shownName(name)}: key ${index + 1} import failed.\n`)
    }
    try {
      const plan = await store.plan([{ path: pathOf(name) }])
      const isWhole =
        plan.imports.length > 0 && plan.imports.every(({ change }) => change !== 'empty')
      await store.execute(plan)
      if (!isWhole) fail()
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error
      if (error instanceof InputError) console.err(`error: ${shownName(name)}: ${error.message}\n`)
      fail()
    }
  }
  return Math.min(failed, MOST_FAILURES)
}

async function list(
  airlock: Airlock,
  path: string | Uint8Array,
  console: Console,
): Promise<number> {
  const now = Math.floor(Date.now() / 1000) as UnixSeconds // whole seconds of the clock
  const keyring = await airlock.loadKeyring([{ path }])
  for (const one of keyring.certificates) {
    const { certificate, evaluation } = cardOf(one, { at: now, policy: defaultPolicy(now) })
    const [user] = evaluation.users
    const named = user === undefined ? '' : ` ${cleanBytes(user.body).text}`
    console.out(`${certificate.fingerprint}${named} public key\n`)
  }
  return 0
}

const console = new Console(process.stdout, process.stderr, process.env)
process.once('SIGINT', () => process.exit(130))
try {
  process.exitCode = await main(process.argv.slice(2), console)
} catch (error) {
  process.exitCode = WRONG
  if (error instanceof UsageError)
    console.err(`pgp-airlock-rpmkeys: ${error.message}\n${error.help}`)
  else if (error instanceof Error && 'code' in error) {
    console.err(`pgp-airlock-rpmkeys: ${clean(error.message)}\n`)
  } else throw error
}
