/** `pgp-airlock rpm`: finds what is to be done with packages, and loads it alone. */
import type { Console } from './console.ts'
import { EXIT, EXIT_HELP, UsageError } from './exit.ts'

interface Command {
  readonly summary: string
  readonly load: () => Promise<{ run(args: readonly string[], console: Console): Promise<number> }>
}

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['verify', { summary: 'verify packages', load: () => import('./rpm-verify.ts') }],
  [
    'show',
    { summary: 'say what a package is, and who signed it', load: () => import('./rpm-show.ts') },
  ],
  [
    'digests',
    { summary: "list the files' signed digests", load: () => import('./rpm-digests.ts') },
  ],
])

const HELP = `usage: pgp-airlock rpm COMMAND [OPTION...] FILE...

Verifies RPM packages, without rpm and without its database.

commands:
${[...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}\n`).join('')}
COMMAND --help tells more
${EXIT_HELP}`

export async function run(args: readonly string[], console: Console): Promise<number> {
  const [name, ...rest] = args
  if (name === '--help' || name === '-h' || name === 'help') {
    console.out(HELP)
    return EXIT.good
  }
  const command = name === undefined ? undefined : COMMANDS.get(name)
  if (command === undefined) throw new UsageError('rpm: expected verify, show or digests', HELP)
  const { run } = await command.load()
  return run(rest, console)
}
