/** `pgp-airlock-rpmkeys --checksig`: verdicts in rpmkeys' words, in the order of the arguments. */
import type { InputError } from '../errors.ts'
import { rpmPolicy } from '../policy/policy.ts'
import type { Console } from './console.ts'
import { type FileName, shownName } from './names.ts'
import { packageOf } from './rpm-files.ts'
import type { Without } from './rpmkeys-lines.ts'
import type { Style } from './rpmkeys-rows.ts'
import { longForm, shortForm } from './rpmkeys-text.ts'
import { describeStop } from './verdict.ts'
import { inSession, type SessionOptions } from './verify-session.ts'

/** What is to be checked, and how it is told. */
export interface CheckOptions {
  /** none: the default store */
  readonly keyrings: readonly FileName[]
  readonly files: readonly FileName[]
  readonly verbose: boolean
  readonly quiet: boolean
  readonly without: Without
  readonly style: Style
}

/** As rpm has no other question than this one. */
const QUESTION: Omit<SessionOptions, 'keyrings'> = {
  // without keys rpmkeys says NOKEY
  mayLackKeys: true,
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

/** The kernel's words, as rpmkeys has them, for the causes that scripts look for. */
const OPEN_FAILED: ReadonlyMap<InputError['code'], string> = new Map([
  ['not-found', 'No such file or directory'],
  ['no-permission', 'Permission denied'],
])

/** How many packages failed; undefined where nothing was decided. */
export async function checkSignatures(
  { keyrings, files, verbose, quiet, without, style }: CheckOptions,
  console: Console,
): Promise<number | undefined> {
  const tell = verbose ? longForm : shortForm
  const level = without.signature ? 'digest' : without.digest ? 'signature' : 'all'
  const options = { ...QUESTION, keyrings }
  const outcome = await inSession(options, console, async ({ airlock, terms }) => {
    let failed = 0
    // rpmkeys calls standard input by its argument
    const items = files.map((name) => ({ ...packageOf(name), name }))
    for await (const verdict of airlock.judgeRpms(items, { ...terms, level })) {
      const { name } = verdict.item
      const why = 'reasons' in verdict ? verdict.reasons : []
      const cause = 'cause' in verdict ? verdict.cause : undefined
      if (!quiet && cause === undefined) console.out(tell(name, verdict, without, style))
      if (why.length === 0) continue
      failed += 1
      const texts =
        cause === undefined
          ? why.map(({ text }) => text).join('; ')
          : `open failed: ${OPEN_FAILED.get(cause.code) ?? cause.message}`
      console.err(`error: ${shownName(name)}: ${texts}\n`)
    }
    return failed
  })
  if ('answer' in outcome) return outcome.answer
  console.err(describeStop({ text: 'packages' }, outcome.stop, console.errPaint))
  return undefined
}
