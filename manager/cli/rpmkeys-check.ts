/** `pgp-airlock-rpmkeys --checksig`: verdicts in rpmkeys' words, in the order of the arguments. */
import type { Reason } from '../openpgp/reasons.ts'
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

/** The kernel's words, as rpmkeys has them, for the two causes that scripts look for; else our own. */
function openFailed([why]: readonly Reason[]): string {
  const text = why?.text ?? ''
  if (text.endsWith('no such file')) return 'open failed: No such file or directory'
  if (text.endsWith('may not read the file')) return 'open failed: Permission denied'
  return `open failed: ${text}`
}

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
      const isUnread = why[0]?.code === 'input-output'
      if (!quiet && !isUnread) console.out(tell(name, verdict, without, style))
      if (why.length === 0) continue
      failed += 1
      const texts = isUnread ? openFailed(why) : why.map(({ text }) => text).join('; ')
      console.err(`error: ${shownName(name)}: ${texts}\n`)
    }
    return failed
  })
  if ('answer' in outcome) return outcome.answer
  console.err(describeStop({ text: 'packages' }, outcome.stop, console.errPaint))
  return undefined
}
