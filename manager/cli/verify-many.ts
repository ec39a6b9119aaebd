/** `pgp-airlock verify --many`: one line, or one JSON document, for each signature, in the order that they were given. */
import type { Console } from './console.ts'
import { EXIT, type ExitCode, exitCodeOf, worst } from './exit.ts'
import { asciiJson } from './text.ts'
import { describeLine, verdictJson } from './verdict.ts'
import type { NamedPair } from './verify-pairs.ts'
import { Progress } from './verify-progress.ts'
import type { Session, SessionOptions, Stopped } from './verify-session.ts'

/** What `--many` asks. */
export interface ManyQuestion {
  readonly kind: 'many'
  readonly pairs: readonly NamedPair[] | AsyncIterable<NamedPair>
}

/** Judges all and tells each; returns the worst exit code, or that there was nothing to judge. */
export async function askMany(
  { pairs }: ManyQuestion,
  { airlock, terms }: Session,
  { json, quiet }: SessionOptions,
  console: Console,
): Promise<ExitCode | Stopped> {
  const total = Symbol.asyncIterator in pairs ? undefined : { inputs: pairs.length }
  const progress = new Progress(quiet ? undefined : process.stderr, total)
  let code: ExitCode = EXIT.good
  let count = 0
  try {
    for await (const verdict of airlock.judgeMany(pairs, terms)) {
      const { signature, data } = verdict.pair.names
      count += 1
      code = worst([code, exitCodeOf(verdict.kind)])
      if (!quiet) {
        const line = json
          ? asciiJson(verdictJson(data, verdict, signature))
          : describeLine(signature, verdict, console.paint)
        progress.clear()
        console.out(`${line}\n`)
      }
      progress.step(performance.now())
    }
  } finally {
    progress.clear()
  }
  return count === 0 ? NOTHING_GIVEN : code
}

/** A list without names: a script that expects some must notice. */
const NOTHING_GIVEN: Stopped = {
  exitCode: EXIT.undecided,
  stop: {
    code: 'no-signatures',
    text: 'expected at least one signature, found none',
    offset: undefined,
    file: undefined,
  },
}
