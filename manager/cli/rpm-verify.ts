/** `pgp-airlock rpm verify`: a block, or a JSON document, for each package, in the order in which they were given. */
import type { RpmQuestion } from '../rpm/decide.ts'
import type { RpmVerdict } from '../rpm/verdict.ts'
import type { Console } from './console.ts'
import { EXIT, type ExitCode, exitCodeOf, worst } from './exit.ts'
import { namesFrom } from './name-list.ts'
import { OptionValues } from './option-values.ts'
import { isDirectory, packagesOf } from './rpm-files.ts'
import { rpmJson, rpmStopJson } from './rpm-json.ts'
import { EXIT_HELP, type RpmOptions, rpmOptions, SHARED_HELP } from './rpm-options.ts'
import { describeRpm } from './rpm-text.ts'
import { asciiJson } from './text.ts'
import { describeStop, type Stop } from './verdict.ts'
import { Progress } from './verify-progress.ts'
import { inSession, type Session } from './verify-session.ts'

const HELP = `usage: pgp-airlock rpm verify [OPTION...] {FILE | DIRECTORY | -}...
       pgp-airlock rpm verify [OPTION...] -0 < NAMES

Verifies RPM packages: every signature, every digest that counts, and that they cover
header and payload. Directories are walked for *.rpm; - is a package on standard input.

  -v, --verbose          list every signature and digest
  --level LEVEL          all (default); signature: digests that nobody signed are not asked;
                         digest: only digests, which say nothing of who made a package
  --header-only          only the header; the payload is not read
  -0, --null             names on standard input, each with a NUL behind it
  --json                 one JSON document per package (schema pgp-airlock/rpm-verify/1)
${SHARED_HELP}${EXIT_HELP}`

export async function run(args: readonly string[], console: Console): Promise<number> {
  const options = rpmOptions('verify', args, HELP, ['verbose', 'level', 'header-only', 'null'])
  if (options === 'help') {
    console.out(HELP)
    return EXIT.good
  }
  const outcome = await inSession(options, console, (session) =>
    verifyAll(session, options, console),
  )
  const { stop, exitCode } = 'answer' in outcome ? outcome.answer : outcome
  if (stop === undefined) return exitCode
  if (!options.quiet && options.json) console.out(`${asciiJson(rpmStopJson('rpm-verify', stop))}\n`)
  else if (!options.quiet) console.err(describeStop({ text: 'packages' }, stop, console.errPaint))
  return exitCode
}

/** How a run ended, and what there is to say about that besides the verdicts. */
interface End {
  readonly exitCode: ExitCode
  readonly stop?: Stop
}

async function verifyAll(
  { airlock, terms }: Session,
  options: RpmOptions,
  console: Console,
): Promise<End> {
  const { json, quiet, verbose, isNul, level, headerOnly } = options
  const refuse = (expected: string): never => new OptionValues('rpm verify', HELP).fail(expected)
  const names = isNul ? namesFrom(process.stdin, true, refuse) : options.names
  const progress = new Progress(quiet ? undefined : process.stderr, await totalOf(options))
  const tally = new Map<RpmVerdict['kind'], number>()
  let exitCode: ExitCode = EXIT.good
  try {
    const question = { ...terms, level, headerOnly }
    for await (const verdict of airlock.judgeRpms(packagesOf(names, !isNul), question)) {
      const { name } = verdict.item
      exitCode = worst([exitCode, rpmExitCode(verdict.kind, options)])
      tally.set(verdict.kind, (tally.get(verdict.kind) ?? 0) + 1)
      if (!quiet) {
        progress.clear()
        console.out(
          json
            ? `${asciiJson(rpmJson('rpm-verify', name, verdict))}\n`
            : describeRpm(name, verdict, verbose, console.paint),
        )
      }
      progress.step(performance.now())
    }
  } finally {
    progress.clear()
  }
  const total = [...tally.values()].reduce((sum, count) => sum + count, 0)
  if (total === 0) return NOTHING_FOUND
  if (!quiet && !json && total > 1) console.out(`${summary(total, tally)}\n`)
  return { exitCode }
}

/** Directories without packages, names that are none: a script that expects some must notice. */
const NOTHING_FOUND: End = {
  exitCode: EXIT.undecided,
  stop: {
    code: 'no-packages',
    text: 'expected at least one package, found none',
    offset: undefined,
    file: undefined,
  },
}

/** How many packages there will be, where that is known before they are walked. */
async function totalOf({ names, isNul }: RpmOptions): Promise<number | undefined> {
  if (isNul) return undefined
  const kinds = await Promise.all(names.map((name) => name.text !== '-' && isDirectory(name)))
  return kinds.includes(true) ? undefined : names.length
}

function summary(total: number, tally: ReadonlyMap<RpmVerdict['kind'], number>): string {
  const parts = [...tally].map(([kind, count]) => `${count} ${kind}`)
  return `${total} packages: ${parts.join(', ')}`
}

/** A part that holds is good where it is what was asked for, and only there. */
export function rpmExitCode(
  kind: RpmVerdict['kind'],
  { level, headerOnly }: Required<RpmQuestion>,
): ExitCode {
  switch (kind) {
    case 'header-only':
      return headerOnly ? EXIT.good : EXIT.notGood
    case 'digests-only':
      return level === 'digest' ? EXIT.good : EXIT.notGood
    default:
      return exitCodeOf(kind)
  }
}
