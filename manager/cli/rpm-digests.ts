/** `pgp-airlock rpm digests`: path and digest of every file, from a header that its signer vouches for. */
import type { Caged } from '../judging.ts'
import type { Reason } from '../openpgp/reasons.ts'
import type { RpmFile } from '../rpm/contents.ts'
import type { JudgedRpm } from '../rpm/judge-rpm.ts'
import type { Console } from './console.ts'
import { EXIT, type ExitCode } from './exit.ts'
import { type FileName, shownName } from './names.ts'
import { fileJson, rpmJson, rpmStopJson } from './rpm-json.ts'
import { EXIT_HELP, type RpmOptions, rpmOptions, SHARED_HELP } from './rpm-options.ts'
import { describeRpm } from './rpm-text.ts'
import { rpmExitCode } from './rpm-verify.ts'
import { asciiJson, clean } from './text.ts'
import { because, describeStop } from './verdict.ts'
import { inputOf, inSession } from './verify-session.ts'

const HELP = `usage: pgp-airlock rpm digests [OPTION...] FILE

Lists the digest and the path of every file of a package, as sha256sum does, from a header
that a key of the keyring signed. The payload is not read.

  --unauthenticated      from any header: anybody may have written it
  --json                 one JSON document (schema pgp-airlock/rpm-digests/1)
${SHARED_HELP}${EXIT_HELP}`

const WARNING = 'the header is not authenticated: anybody may have written these digests'

export async function run(args: readonly string[], console: Console): Promise<number> {
  const options = rpmOptions('digests', args, HELP, ['unauthenticated'])
  if (options === 'help') {
    console.out(HELP)
    return EXIT.good
  }
  const [name = { text: '-' }] = options.names
  const outcome = await inSession(options, console, ({ airlock, terms }) =>
    airlock.inspectRpm({ ...terms, headerOnly: true, package: inputOf(name) }),
  )
  if ('answer' in outcome) return list(name, outcome.answer, options, console)
  const { stop, exitCode } = outcome
  if (!options.quiet && options.json)
    console.out(`${asciiJson(rpmStopJson('rpm-digests', stop))}\n`)
  else if (!options.quiet) console.err(describeStop(name, stop, console.errPaint))
  return exitCode
}

function list(
  name: FileName,
  { verdict, unauthenticated, cage }: JudgedRpm & Caged,
  { json, quiet, unauthenticated: isAnyAsked }: RpmOptions,
  console: Console,
): ExitCode {
  const isAuthenticated = verdict.authenticated !== 'nothing'
  const contents = isAuthenticated || isAnyAsked ? unauthenticated : undefined
  const files = contents?.files()
  const isListed = files !== undefined && !('code' in files)
  const document = rpmJson('rpm-digests', name, { ...verdict, cage })
  if (json && !quiet) {
    const warning = isAuthenticated ? {} : { warning: WARNING }
    const more = isListed ? { ...warning, files: files.map(fileJson) } : failureJson(files)
    console.out(`${asciiJson({ ...document, ...more })}\n`)
  } else if (isListed && !quiet) {
    if (!isAuthenticated) console.err(`${shownName(name)}: WARNING: ${WARNING}\n`)
    for (const file of files) process.stdout.write(line(file, process.stdout.isTTY === true))
  } else if (!quiet) {
    console.err(describeRpm(name, verdict, false, console.errPaint))
    if (files !== undefined && 'code' in files) console.err(because(files))
  }
  if (files !== undefined && !isListed) return EXIT.notGood
  return isListed ? EXIT.good : rpmExitCode(verdict.kind)
}

function failureJson(files: Reason | undefined): object {
  return files === undefined ? {} : { reasons: [files] }
}

/**
 * As coreutils write it: a path with a backslash, a line feed or a carriage return is escaped, and its line begins with a
 * backslash. A terminal gets no other control characters either; into a file or a pipe the path goes as it is.
 */
function line({ path, digest }: RpmFile, isTerminal: boolean): Uint8Array {
  if (isTerminal) return Buffer.from(`${digest}  ${clean(path.text)}\n`)
  const octets = Buffer.from(path.bytes ?? Buffer.from(path.text))
  const escaped = octets
    .toString('latin1')
    .replace(/[\\\n\r]/g, (one) => ({ '\\': '\\\\', '\n': '\\n' })[one] ?? '\\r')
  const prefix = escaped.length === octets.length ? '' : '\\'
  return Buffer.from(`${prefix}${digest}  ${escaped}\n`, 'latin1')
}
