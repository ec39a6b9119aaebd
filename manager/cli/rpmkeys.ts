#!/usr/bin/env node
/**
 * `pgp-airlock-rpmkeys`: rpmkeys' options, texts and exit codes over this program's verdicts and keyring, so that scripts that
 * call it and read its lines go on working. Exit code: how many arguments failed, at most 254; 255 for a wrong call, and
 * where nothing could be decided. The environment is read here.
 */
import { parseArgs } from 'node:util'
import { Console } from './console.ts'
import { UsageError } from './exit.ts'
import { stopped } from './key-result.ts'
import { exactArguments, nameOf } from './names.ts'
import { insteadOfForeign, insteadOfUnknown } from './rpmkeys-foreign.ts'
import type { Style } from './rpmkeys-rows.ts'
import { requireOutput, tellUnexpected } from './unexpected.ts'

const NAME = 'pgp-airlock-rpmkeys'

const HELP = `usage: ${NAME} {-K | --checksig} [OPTION...] FILE...
       ${NAME} {-i | --import} [--keyring PATH] FILE...
       ${NAME} {-l | --list} [--keyring PATH]

Answers as rpmkeys does, with this program's verdicts: signatures are required, and an
untrusted, expired or revoked key is never OK.

  -K, --checksig   verify packages, header and payload; - is standard input
  -v, --verbose    a line for each signature and digest
  --nosignature    only digests
  --nodigest       only signatures; a digest that a signed header states still counts
  -i, --import     add certificates to the keyring
  -l, --list       list the keyring's certificates
  --test           with --import: store nothing, tell whether it would work
  --keyring PATH   another keyring than the default one; with --checksig repeatable
  --style STYLE    texts of rpm 6 (default) or 4.18
  --quiet          say nothing but errors
  --define '_pkgverify_level all|signature', --root /   taken: they change nothing
  --version

exit codes: 0 all is well, 1 to 254 so many arguments failed, 255 usage or no decision
`

const WRONG = 255
/** One more is 255, which says something else; 256 would be 0. */
const MOST_FAILURES = 254

const STYLES: readonly Style[] = ['6', '4.18']

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      checksig: { type: 'boolean', short: 'K' },
      verbose: { type: 'boolean', short: 'v' },
      nosignature: { type: 'boolean' },
      nodigest: { type: 'boolean' },
      import: { type: 'boolean', short: 'i' },
      list: { type: 'boolean', short: 'l' },
      test: { type: 'boolean' },
      keyring: { type: 'string', multiple: true },
      style: { type: 'string' },
      define: { type: 'string', short: 'D', multiple: true },
      root: { type: 'string', short: 'r', multiple: true },
      quiet: { type: 'boolean' },
      version: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
}

async function main(args: readonly string[], console: Console): Promise<number> {
  const fail = (expected: string): never => {
    throw new UsageError(`expected ${expected}`, HELP)
  }
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(args)
  } catch {
    return fail(insteadOfUnknown(args) ?? 'only the options below')
  }
  const { values, positionals } = parsed
  if (values.help === true) {
    console.out(HELP)
    return 0
  }
  if (values.version === true) {
    const { VERSION } = await import('../version.ts')
    console.out(`${NAME} ${VERSION}\n`)
    return 0
  }
  const instead = insteadOfForeign(values.define ?? [], values.root ?? [])
  if (instead !== undefined) fail(instead)
  const { checksig = false, import: imports = false, list = false } = values
  if ([checksig, imports, list].filter((mode) => mode).length !== 1) {
    fail('one of --checksig, --import and --list')
  }
  if (list !== (positionals.length === 0)) fail(list ? 'no FILE with --list' : 'FILE')
  const { verbose = false, nosignature = false, nodigest = false, quiet = false } = values
  // as with rpmkeys, -v and --quiet go with everything
  const isCheckOption = nosignature || nodigest || values.style !== undefined
  if (isCheckOption && !checksig) fail('--nosignature, --nodigest and --style with --checksig')
  if (values.test === true && !imports) fail('--test with --import')
  if (nosignature && nodigest) fail('--nosignature or --nodigest, not both')
  const style = STYLES.find((one) => one === (values.style ?? '6')) ?? fail('6 or 4.18 for --style')
  const keyrings = (values.keyring ?? []).map(nameOf)
  const [keyring, second] = keyrings
  if (second !== undefined && !checksig)
    fail('one --keyring: it is the one that is changed or listed')
  const files = positionals.map(nameOf)
  if (files.filter(({ text }) => text === '-').length > 1) fail('- once')
  if (checksig) {
    const { checkSignatures } = await import('./rpmkeys-check.ts')
    const without = { signature: nosignature, digest: nodigest }
    const failed = await checkSignatures(
      { keyrings, files, verbose, quiet, without, style },
      console,
    )
    return failed === undefined ? WRONG : Math.min(failed, MOST_FAILURES)
  }
  const { importKeys, listKeys, storeOf } = await import('./rpmkeys-keys.ts')
  const store = storeOf(keyring, console) ?? fail('--keyring PATH, as HOME is not set')
  const failed = list
    ? await listKeys(store, quiet, console)
    : await importKeys(store, files, values.test === true, console)
  return Math.min(failed, MOST_FAILURES)
}

const console = new Console(process.stdout, process.stderr, process.env)
requireOutput(NAME, console, WRONG)
process.once('SIGINT', () => process.exit(130)) // handlers end with their end of file
process.once('uncaughtException', (error) => {
  tellUnexpected(NAME, error, console)
  process.exit(WRONG)
})
try {
  process.exitCode = await main(exactArguments(process.argv.slice(2)), console)
} catch (error) {
  process.exitCode = WRONG
  if (error instanceof UsageError) console.err(`${NAME}: ${error.message}\n${error.help}`)
  else {
    try {
      console.err(stopped(error, false, console.errPaint).remark ?? '')
    } catch {
      tellUnexpected(NAME, error, console)
    }
  }
}
