/** `pgp-airlock key`: the certificates that signatures are verified with. */
import { Airlock } from '../airlock.ts'
import type { UnixSeconds } from '../openpgp/model.ts'
import type { Terms } from '../openpgp/validity.ts'
import { defaultPolicy } from '../policy/policy.ts'
import type { Console } from './console.ts'
import { EXIT, UsageError } from './exit.ts'
import { importKeys } from './key-import.ts'
import { exportKeys, listKeys, showKeys } from './key-list.ts'
import { HELP, type KeyCommand, type KeyOptions, keyOptions } from './key-options.ts'
import { type KeyResult, refused, stopped } from './key-result.ts'
import { nameJson, nameOfPath } from './names.ts'
import { asciiJson } from './text.ts'

type Run = (
  airlock: Airlock,
  options: KeyOptions,
  terms: Terms,
  console: Console,
) => Promise<KeyResult>

const RUNS: Readonly<Record<KeyCommand, Run>> = {
  import: importKeys,
  list: listKeys,
  show: showKeys,
  remove: removeKeys,
  export: exportKeys,
}

export async function run(args: readonly string[], console: Console): Promise<number> {
  const options = keyOptions(args, console)
  if (options === 'help') {
    console.out(HELP)
    return EXIT.good
  }
  const result = await attempt(options, console)
  tell(result, options, console)
  return result.exitCode
}

async function attempt(options: KeyOptions, console: Console): Promise<KeyResult> {
  const now = Math.floor(Date.now() / 1000) as UnixSeconds // whole seconds of the clock
  const terms: Terms = { at: now, policy: defaultPolicy(now) }
  const path = console.env['PATH']
  try {
    await using airlock = await Airlock.open(path === undefined ? {} : { path })
    // awaited here: the airlock closes when this block is left
    return await RUNS[options.command](airlock, options, terms, console)
  } catch (error) {
    if (error instanceof UsageError) throw error
    return stopped(error, options.command === 'import', console.errPaint)
  }
}

function tell(result: KeyResult, options: KeyOptions, console: Console): void {
  const { document, text, remark } = result
  if (options.json) {
    const schema = `pgp-airlock/key-${options.command}/1`
    if (!options.quiet) console.out(`${asciiJson({ schema, ...document })}\n`)
    return
  }
  // an export is asked for, however quiet
  if (typeof text !== 'string') process.stdout.write(text)
  else if (!options.quiet || options.command === 'export') console.out(text)
  if (!options.quiet && remark !== undefined) console.err(remark)
}

async function removeKeys(
  airlock: Airlock,
  { keyring, fingerprints }: KeyOptions,
  _terms: Terms,
  { errPaint }: Console,
): Promise<KeyResult> {
  const removed = await airlock.openStore(keyring.path).remove(fingerprints)
  const document = { ...nameJson('keyring', nameOfPath(keyring.path)), removed }
  const missing = fingerprints.find((fingerprint) => !removed.includes(fingerprint))
  if (missing !== undefined) {
    return refused('no-key', `the keyring does not hold ${missing}`, document, errPaint)
  }
  const text = removed.map((fingerprint) => `removed ${fingerprint.toUpperCase()}\n`).join('')
  return { exitCode: EXIT.good, document, text }
}
