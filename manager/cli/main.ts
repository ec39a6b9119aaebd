#!/usr/bin/env node
/**
 * The command. Finds the subcommand, loads it alone, and turns its result into an exit code (docs/cli.md). The
 * environment is read here and nowhere else.
 */
import { Console } from './console.ts'
import { EXIT, EXIT_HELP, UsageError } from './exit.ts'
import { exactArguments } from './names.ts'
import { requireOutput, tellUnexpected } from './unexpected.ts'

interface Command {
  readonly summary: string
  readonly load: () => Promise<{ run(args: readonly string[], console: Console): Promise<number> }>
}

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['verify', { summary: 'verify signatures', load: () => import('./verify.ts') }],
  ['rpm', { summary: 'verify RPM packages', load: () => import('./rpm.ts') }],
  ['key', { summary: 'import, list and remove certificates', load: () => import('./key.ts') }],
  [
    'doctor',
    { summary: 'say whether the cage holds on this machine', load: () => import('./doctor.ts') },
  ],
])

const HELP = `usage: pgp-airlock COMMAND [OPTION...] [ARGUMENT...]

Verifies OpenPGP signatures without trusting a parser: hostile bytes are parsed in a
locked-down process that only points at what it found; every pointer is checked here.

commands:
${[...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}\n`).join('')}
  --help    this text; COMMAND --help tells more
  --version
${EXIT_HELP}`

async function main(args: readonly string[], console: Console): Promise<number> {
  const [name, ...rest] = args
  if (name === '--help' || name === '-h' || name === 'help') {
    console.out(HELP)
    return EXIT.good
  }
  if (name === '--version') {
    const { VERSION } = await import('../version.ts')
    console.out(`pgp-airlock ${VERSION}\n`)
    return EXIT.good
  }
  const command = name === undefined ? undefined : COMMANDS.get(name)
  if (command === undefined) throw new UsageError('expected a command', HELP)
  const { run } = await command.load()
  return run(rest, console)
}

/** An error that nothing foresaw is no verdict, so the exit code is that of no decision. */
function unexpected(error: unknown, console: Console): void {
  tellUnexpected('pgp-airlock', error, console)
  process.exitCode = EXIT.undecided
}

const console = new Console(process.stdout, process.stderr, process.env)
requireOutput('pgp-airlock', console, EXIT.undecided)
process.once('SIGINT', () => process.exit(130)) // handlers end with their end of file
process.once('uncaughtException', (error) => {
  unexpected(error, console)
  process.exit(EXIT.undecided)
})
try {
  process.exitCode = await main(exactArguments(process.argv.slice(2)), console)
} catch (error) {
  if (error instanceof UsageError) {
    console.err(`pgp-airlock: ${error.message}\n${error.help}`)
    process.exitCode = EXIT.usage
  } else unexpected(error, console)
}
