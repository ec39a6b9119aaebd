/** `pgp-airlock doctor`: one screen that says whether the cage holds, and why not. */
import { parseArgs } from 'node:util'
import { type Diagnosis, diagnose } from '../doctor.ts'
import type { Console } from './console.ts'
import { EXIT, UsageError } from './exit.ts'
import { asciiJson, clean } from './text.ts'

const HELP = `usage: pgp-airlock doctor [--json] [--quiet] [--no-bubblewrap]

Starts a real handler, looks at it from outside, and says which layers of the cage are
in force, which are missing, why, and what to do.

  --json            one JSON document (schema pgp-airlock/doctor/1)
  --quiet           say nothing; the exit code tells
  --no-bubblewrap   look at the cage as it is without bubblewrap

exit codes: 0 every required layer holds, 2 usage, 3 one does not
`

export async function run(args: readonly string[], console: Console): Promise<number> {
  const options = parse(args)
  if (options.help) {
    console.out(HELP)
    return EXIT.good
  }
  const path = console.env['PATH']
  const diagnosis = await diagnose({
    bubblewrap: options.noBubblewrap ? 'off' : 'auto',
    ...(path === undefined ? {} : { path }),
  })
  if (options.quiet) return diagnosis.holds ? EXIT.good : EXIT.undecided
  if (options.json) console.out(`${asciiJson({ schema: 'pgp-airlock/doctor/1', ...diagnosis })}\n`)
  else console.out(describe(diagnosis, console))
  return diagnosis.holds ? EXIT.good : EXIT.undecided
}

interface Options {
  readonly json: boolean
  readonly quiet: boolean
  readonly noBubblewrap: boolean
  readonly help: boolean
}

function parse(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean' },
        quiet: { type: 'boolean' },
        'no-bubblewrap': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    return {
      json: values.json ?? false,
      quiet: values.quiet ?? false,
      noBubblewrap: values['no-bubblewrap'] ?? false,
      help: values.help ?? false,
    }
  } catch {
    throw new UsageError('doctor: expected only the options below', HELP)
  }
}

function describe(diagnosis: Diagnosis, console: Console): string {
  const { good, bad, quiet } = console.paint
  const lines = diagnosis.layers.map((layer) => {
    const mark = layer.state === 'in force' ? good('in force') : bad('missing ')
    const need = layer.required ? 'required' : 'optional'
    const told = layer.known === 'self-reported' ? ' (self-reported)' : ''
    const todo = layer.todo === undefined ? '' : `\n${' '.repeat(42)}to do: ${layer.todo}`
    return `  ${mark}  ${need}  ${layer.layer.padEnd(18)} ${quiet(clean(layer.detail) + told)}${todo}\n`
  })
  const { failed } = diagnosis
  const failure =
    failed === undefined
      ? ''
      : `  ${bad('failed')}    ${failed.layer}\n    because: ${clean(failed.cause)}\n    to do:   ${failed.todo}\n`
  const unproven = diagnosis.platform === 'unproven' ? ' (unproven on this architecture)' : ''
  const verdict = diagnosis.holds ? good('the cage holds') : bad('the cage does not hold')
  return `${verdict}${unproven}, Node.js ${diagnosis.node}\n${lines.join('')}${failure}`
}
