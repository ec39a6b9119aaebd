/** `pgp-airlock rpm verify`: a block, or a JSON document, for each package, in the order in which they were given. */
import type { RpmVerdict } from '../rpm/verdict.ts'
import type { Console } from './console.ts'
import { EXIT, type ExitCode, exitCodeOf, worst } from './exit.ts'
import { namesFrom } from './name-list.ts'
import { OptionValues } from './option-values.ts'
import { packagesOf } from './rpm-files.ts'
import { rpmJson, rpmStopJson } from './rpm-json.ts'
import { EXIT_HELP, type RpmOptions, rpmOptions, SHARED_HELP } from './rpm-options.ts'
import { describeRpm } from './rpm-text.ts'
import { asciiJson } from './text.ts'
import { describeStop } from './verdict.ts'
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
  if ('answer' in outcome) return outcome.answer
  const { stop, exitCode } = outcome
  if (!options.quiet && options.json) console.out(`${asciiJson(rpmStopJson('rpm-verify', stop))}\n`)
  else if (!options.quiet) console.err(describeStop({ text: 'packages' }, stop, console.errPaint))
  return exitCode
}

async function verifyAll(
  { airlock, terms }: Session,
  options: RpmOptions,
  console: Console,
): Promise<ExitCode> {
  const { json, quiet, verbose, isNul, level = 'all', headerOnly = false } = options
  const refuse = (expected: string): never => new OptionValues('rpm verify', HELP).fail(expected)
  const names = isNul ? namesFrom(process.stdin, true, refuse) : options.names
  const progress = new Progress(quiet ? undefined : process.stderr)
  const tally = new Map<RpmVerdict['kind'], number>()
  let code: ExitCode = EXIT.good
  try {
    const question = { ...terms, level, headerOnly }
    for await (const verdict of airlock.judgeRpms(packagesOf(names), question)) {
      const { name } = verdict.item
      code = worst([code, rpmExitCode(verdict.kind)])
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
  if (total === 0) return nothingFound(quiet, console)
  if (!quiet && !json && total > 1) console.out(`${summary(total, tally)}\n`)
  return code
}

/** Directories without packages: a script that expects some must notice. */
function nothingFound(quiet: boolean, console: Console): ExitCode {
  if (!quiet) console.err('pgp-airlock: expected at least one package, found none\n')
  return EXIT.undecided
}

function summary(total: number, tally: ReadonlyMap<RpmVerdict['kind'], number>): string {
  const parts = [...tally].map(([kind, count]) => `${count} ${kind}`)
  return `${total} packages: ${parts.join(', ')}`
}

/** A part that was asked for and holds is what was asked for. */
export function rpmExitCode(kind: RpmVerdict['kind']): ExitCode {
  if (kind === 'header-only' || kind === 'digests-only') return EXIT.good
  return exitCodeOf(kind)
}
