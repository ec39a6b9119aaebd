/** Exit codes, once and for all commands (docs/cli.md). */
import type { Verdict } from '../openpgp/verdict.ts'

export const EXIT = { good: 0, notGood: 1, usage: 2, undecided: 3 } as const
/** The last lines of a command's help. */
export const EXIT_HELP = `
exit codes: 0 good, 1 judged and not good, 2 usage, 3 could not decide
`

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** How the command was called is wrong: exit code 2 and the command's help. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly help: string

  constructor(message: string, help: string) {
    super(message)
    this.help = help
  }
}

export function exitCodeOf(kind: Verdict['kind']): ExitCode {
  switch (kind) {
    case 'good':
      return EXIT.good
    case 'error':
      return EXIT.undecided
    case 'bad':
    case 'untrusted':
    case 'no-key':
    case 'unusable':
      return EXIT.notGood
    default:
      return kind satisfies never
  }
}

/** In a batch the worst counts: could not decide before not good before good. */
export function worst(codes: Iterable<ExitCode>): ExitCode {
  let result: ExitCode = EXIT.good
  for (const code of codes) if (code > result) result = code
  return result
}
