/** `pgp-airlock rpm verify`: a block, or a JSON document, for each package, in the order in which they were given. */
import type { RpmQuestion } from '../rpm/decide.ts'
import { RPM_CONCURRENCY } from '../rpm/many-rpms.ts'
import type { RpmVerdict } from '../rpm/verdict.ts'
import type { Console } from './console.ts'
import { EXIT, EXIT_HELP, type ExitCode, exitCodeOf, worst } from './exit.ts'
import { namesFrom } from './name-list.ts'
import type { FileName } from './names.ts'
import { OptionValues } from './option-values.ts'
import { type Found, lookUp, packagesOf, totalOf } from './rpm-files.ts'
import { rpmJson } from './rpm-json.ts'
import { tellStop } from './rpm-one.ts'
import { type RpmOptions, rpmOptions, SHARED_HELP } from './rpm-options.ts'
import { describeRpm } from './rpm-text.ts'
import { asciiJson } from './text.ts'
import { Progress } from './verify-progress.ts'
import { inSession, type Session, type Stopped } from './verify-session.ts'

const HELP = `usage: pgp-airlock rpm verify [OPTION...] {FILE | DIRECTORY | -}...
       pgp-airlock rpm verify [OPTION...] -0 < NAMES

Verifies RPM packages: every signature, every digest that counts, and that they cover
header and payload. Directories are walked for *.rpm; - is a package on standard input.

  -v, --verbose          list every signature and digest
  --level LEVEL          all (default); signature: digests that nobody signed are not asked;
                         digest: only digests, which say nothing of who made a package
  --header-only          only the header; the payload is not read
  -0, --null             names on standard input, each with a NUL behind it
  --jobs N               handlers that may run at the same time (default 1)
  --json                 one JSON document per package (schema pgp-airlock/rpm-verify/1)
${SHARED_HELP}${EXIT_HELP}`

export async function run(args: readonly string[], console: Console): Promise<number> {
  const options = rpmOptions('verify', args, HELP, [
    'verbose',
    'level',
    'header-only',
    'null',
    'jobs',
  ])
  if (options === 'help') {
    console.out(HELP)
    return EXIT.good
  }
  const outcome = await inSession(options, console, (session) =>
    verifyAll(session, options, console),
  )
  if ('answer' in outcome) return outcome.answer
  return tellStop('rpm-verify', PACKAGES, outcome, options, console)
}

/** What a run is about. */
const PACKAGES: FileName = { text: 'packages' }

async function verifyAll(
  { airlock, terms }: Session,
  options: RpmOptions,
  console: Console,
): Promise<ExitCode> {
  const { json, quiet, verbose, isNul, level, headerOnly, jobs } = options
  const refuse = (expected: string): never => new OptionValues('rpm verify', HELP).fail(expected)
  const named = await Promise.all(options.names.map((name) => lookUp(name, true)))
  const names = isNul ? lookUpAll(namesFrom(process.stdin, true, refuse)) : named
  const total = isNul ? undefined : totalOf(named)
  const progress = new Progress(quiet ? undefined : process.stderr, total)
  const tally = new Map<RpmVerdict['kind'], number>()
  const empty: FileName[] = []
  let exitCode: ExitCode = EXIT.good
  try {
    const onRead = (octets: number): void => progress.read(octets, performance.now())
    // a handler needs a package of its own to be busy
    const concurrency = Math.max(RPM_CONCURRENCY.default, Math.min(jobs, RPM_CONCURRENCY.most))
    const question = { ...terms, level, headerOnly, onRead, concurrency }
    const packages = packagesOf(names, (directory) => empty.push(directory))
    for await (const verdict of airlock.judgeRpms(packages, question)) {
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
  const judged = [...tally.values()].reduce((sum, count) => sum + count, 0)
  if (judged === 0 && empty.length === 0) empty.push(PACKAGES)
  for (const name of empty) {
    exitCode = worst([exitCode, tellStop('rpm-verify', name, nothingIn(name), options, console)])
  }
  if (!quiet && !json && judged > 1) console.out(`${summary(judged, tally)}\n`)
  return exitCode
}

/** A directory without packages, a list without names: a script that expects some must notice. */
function nothingIn(name: FileName): Stopped {
  const text = 'expected at least one package, found none'
  const file = name === PACKAGES ? undefined : name
  return { exitCode: EXIT.undecided, stop: { code: 'no-packages', text, offset: undefined, file } }
}

/** Names that come one by one; `-` is a file of that name. */
async function* lookUpAll(names: AsyncIterable<FileName>): AsyncGenerator<Found> {
  for await (const name of names) yield lookUp(name, false)
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
