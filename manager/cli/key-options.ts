/** The arguments of `pgp-airlock key`. */
import { parseArgs } from 'node:util'
import type { Fingerprint } from '../openpgp/model.ts'
import type { Console } from './console.ts'
import { UsageError } from './exit.ts'
import { defaultStore, type KeyringPlace } from './key-place.ts'
import { type FileName, nameOf, pathOf } from './names.ts'
import { A_FINGERPRINT, fingerprintIn } from './option-values.ts'

export const HELP = `usage: pgp-airlock key import [--yes | --fingerprint FPR...] FILE...
       pgp-airlock key list
       pgp-airlock key show FPR...
       pgp-airlock key remove FPR...
       pgp-airlock key export [--binary] [FPR...]

Keeps the certificates that signatures are verified with. Import shows what it read and
what would change, and asks; what is stored is what the primary keys themselves made.

  --keyring PATH      another keyring than the default one; import and remove need a
                      certificate directory
  --yes               import without asking
  --fingerprint FPR   import this certificate without asking, and refuse any other;
                      repeatable
  --binary            export packets without armor
  --json              one JSON document (schemas pgp-airlock/key-import/1, key-list/1,
                      key-show/1, key-remove/1, key-export/1)
  --quiet             say nothing; the exit code tells

The default is $XDG_DATA_HOME/pgp-airlock/certs, or ~/.local/share/pgp-airlock/certs.

exit codes: 0 done, 1 refused or not found, 2 usage, 3 could not decide
`

const COMMANDS = ['import', 'list', 'show', 'remove', 'export'] as const
export type KeyCommand = (typeof COMMANDS)[number]

export interface KeyOptions {
  readonly command: KeyCommand
  readonly keyring: KeyringPlace
  readonly yes: boolean
  readonly pins: readonly Fingerprint[]
  readonly binary: boolean
  readonly json: boolean
  readonly quiet: boolean
  /** what `import` reads */
  readonly files: readonly FileName[]
  /** what the others are about */
  readonly fingerprints: readonly Fingerprint[]
}

/** @throws {@link UsageError} */
export function keyOptions(args: readonly string[], console: Console): KeyOptions | 'help' {
  let parsed: ReturnType<typeof parseOptions>
  try {
    parsed = parseOptions(args)
  } catch {
    throw new UsageError('key: expected only the options below, each with its value', HELP)
  }
  const { values, positionals } = parsed
  if (values.help === true) return 'help'
  const [name, ...rest] = positionals
  const command = COMMANDS.find((known) => known === name)
  if (command === undefined) {
    throw new UsageError('key: expected import, list, show, remove or export', HELP)
  }
  requireOnly(command, values)
  const takesFiles = command === 'import'
  if (rest.length === 0 && command !== 'list' && command !== 'export') {
    throw new UsageError(`key ${command}: expected ${takesFiles ? 'FILE' : 'FPR'}`, HELP)
  }
  if (rest.length > 0 && command === 'list')
    throw new UsageError('key list: expected no more', HELP)
  return {
    command,
    keyring: place(values.keyring === undefined ? undefined : nameOf(values.keyring), console),
    yes: values.yes ?? false,
    pins: (values.fingerprint ?? []).map(fingerprint),
    binary: values.binary ?? false,
    json: values.json ?? false,
    quiet: values.quiet ?? false,
    files: takesFiles ? rest.map(nameOf) : [],
    fingerprints: takesFiles ? [] : rest.map(fingerprint),
  }
}

type Values = ReturnType<typeof parseOptions>['values']

function requireOnly(command: KeyCommand, { yes, fingerprint: pins, binary, json }: Values): void {
  const isConfirmed = yes !== undefined || pins !== undefined
  if (isConfirmed && command !== 'import') {
    throw new UsageError(`key ${command}: --yes and --fingerprint are for import`, HELP)
  }
  if (yes === true && pins !== undefined) {
    throw new UsageError('key import: expected --yes or --fingerprint, not both', HELP)
  }
  if (binary === true && (command !== 'export' || json === true)) {
    throw new UsageError('key: --binary is for export, and not with --json', HELP)
  }
}

function parseOptions(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      keyring: { type: 'string' },
      fingerprint: { type: 'string', multiple: true },
      yes: { type: 'boolean' },
      binary: { type: 'boolean' },
      json: { type: 'boolean' },
      quiet: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
}

function place(named: FileName | undefined, console: Console): KeyringPlace {
  if (named !== undefined) return { path: pathOf(named), isDefault: false }
  const path = defaultStore(console)
  if (path !== undefined) return { path, isDefault: true }
  throw new UsageError('key: expected --keyring PATH, as HOME is not set', HELP)
}

function fingerprint(text: string): Fingerprint {
  const found = fingerprintIn(text)
  if (found !== undefined) return found
  throw new UsageError(`key: expected ${A_FINGERPRINT}`, HELP)
}
