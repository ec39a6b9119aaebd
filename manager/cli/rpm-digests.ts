/** `pgp-airlock rpm digests`: path and digest of every regular file, from a header that its signer vouches for. */
import type { Caged } from '../judging.ts'
import { REASONS } from '../openpgp/reasons.ts'
import type { RpmFile } from '../rpm/contents.ts'
import type { JudgedRpm } from '../rpm/judge-rpm.ts'
import type { RpmVerdict } from '../rpm/verdict.ts'
import type { Console } from './console.ts'
import { EXIT, EXIT_HELP } from './exit.ts'
import { type FileName, shownName } from './names.ts'
import { fileJson, rpmJson } from './rpm-json.ts'
import { inspectOne, tellStop } from './rpm-one.ts'
import { type RpmOptions, rpmOptions, SHARED_HELP } from './rpm-options.ts'
import { describeRpm } from './rpm-text.ts'
import { rpmExitCode } from './rpm-verify.ts'
import { asciiJson, showable } from './text.ts'

const HELP = `usage: pgp-airlock rpm digests [OPTION...] FILE

Lists algorithm, path and digest of every regular file of a package, as \`sha256sum --tag\`
does, from a header that a key of the keyring signed. The payload is read only where the
signature is over it as well; such a package cannot come on standard input.

  --unauthenticated      from any header: anybody may have written it
  --json                 one JSON document (schema pgp-airlock/rpm-digests/1)
${SHARED_HELP}${EXIT_HELP}`

/** @param verdict of a header that nobody vouches for */
function warningOf(verdict: RpmVerdict): string {
  const why = 'reasons' in verdict ? ` (${verdict.kind}: ${verdict.reasons[0].code})` : ''
  return `the header is not authenticated${why}: anybody may have written these digests`
}

export async function run(args: readonly string[], console: Console): Promise<number> {
  const options = rpmOptions('digests', args, HELP, ['unauthenticated'])
  if (options === 'help') {
    console.out(HELP)
    return EXIT.good
  }
  const { name, outcome } = await inspectOne(
    options,
    true,
    console,
    ({ verdict }) => !needsPayload(verdict, options),
  )
  if ('stop' in outcome) return tellStop('rpm-digests', name, outcome, options, console)
  const found = filesOf(outcome.answer, options)
  if (!options.quiet) tell(name, found, options, console)
  if (found.files !== undefined) return EXIT.good
  return rpmExitCode(found.verdict.kind, { ...options, headerOnly: true })
}

/** Of packages as rpm 3 signed them: what vouches for the header is over the payload too. Standard input is read once. */
function needsPayload(verdict: RpmVerdict, { names, unauthenticated }: RpmOptions): boolean {
  const isReadAgain = !unauthenticated && names[0]?.text !== '-'
  return isReadAgain && 'reasons' in verdict && verdict.reasons[0].code === 'header-not-covered'
}

/** The files, or a verdict that says why there are none. */
interface Found {
  readonly verdict: RpmVerdict & Caged
  readonly files: Iterable<RpmFile> | undefined
}

function filesOf(
  { verdict, unauthenticated: contents, cage }: JudgedRpm & Caged,
  { unauthenticated: isAnyAsked }: RpmOptions,
): Found {
  const { authenticated, signatures, digests, judgedAt } = verdict
  const files = authenticated !== 'nothing' || isAnyAsked ? contents?.files() : undefined
  if (files === undefined || !('code' in files)) return { verdict: { ...verdict, cage }, files }
  // the header is whose it is; what it lists cannot be used all the same
  const { kind } = REASONS[files.code]
  const part = authenticated === 'nothing' ? 'nothing' : 'header'
  const why = { kind, authenticated: part, reasons: [files] } as const
  return { verdict: { ...why, signatures, digests, judgedAt, cage }, files: undefined }
}

function tell(name: FileName, { verdict, files }: Found, options: RpmOptions, console: Console) {
  const isWarned = files !== undefined && verdict.authenticated === 'nothing'
  const warn = (text: string): void =>
    console.err(`${shownName(name)}: ${console.errPaint.bad('WARNING')}: ${text}\n`)
  if (isWarned) warn(warningOf(verdict))
  for (const { algorithm } of files ?? []) {
    if (WEAK.has(algorithm))
      warn(`${algorithm} is broken: two files can be made that have one digest`)
    break // they are all by one algorithm
  }
  if (options.json) {
    const warning = isWarned ? { warning: warningOf(verdict) } : {}
    const head = asciiJson({ ...rpmJson('rpm-digests', name, verdict), ...warning })
    if (files === undefined) console.out(`${head}\n`)
    else tellJson(head, files, console)
  } else if (files === undefined) {
    console.err(describeRpm(name, verdict, false, console.errPaint))
  } else {
    const isTerminal = process.stdout.isTTY === true
    for (const some of inPieces(files)) {
      process.stdout.write(Buffer.concat(some.map((file) => line(file, isTerminal))))
    }
  }
}

/** The document with its last field, the files, piece by piece: a header may list a million. */
function tellJson(head: string, files: Iterable<RpmFile>, console: Console): void {
  console.out(`${head.slice(0, -1)},"files":[`)
  let separator = ''
  for (const some of inPieces(files)) {
    console.out(`${separator}${some.map((file) => asciiJson(fileJson(file))).join(',')}`)
    separator = ','
  }
  console.out(']}\n')
}

const PIECE = 100

function* inPieces(files: Iterable<RpmFile>): Generator<readonly RpmFile[]> {
  let piece: RpmFile[] = []
  for (const file of files) {
    piece.push(file)
    if (piece.length < PIECE) continue
    yield piece
    piece = []
  }
  if (piece.length > 0) yield piece
}

/** Where collisions can be made. */
const WEAK: ReadonlySet<string> = new Set(['MD5', 'SHA1'])

/**
 * As coreutils write and check it: a path with a backslash, a line feed or a carriage return is escaped, and its line begins
 * with a backslash. A terminal gets no other control characters either; into a file or a pipe the path goes as it is.
 */
function line({ path, algorithm, digest }: RpmFile, isTerminal: boolean): Uint8Array {
  if (isTerminal) return Buffer.from(`${algorithm} (${showable(path.text)}) = ${digest}\n`)
  const octets = Buffer.from(path.bytes ?? Buffer.from(path.text))
  const escaped = octets
    .toString('latin1')
    .replace(/[\\\n\r]/g, (one) => ({ '\\': '\\\\', '\n': '\\n' })[one] ?? '\\r')
  const prefix = escaped.length === octets.length ? '' : '\\'
  return Buffer.from(`${prefix}${algorithm} (${escaped}) = ${digest}\n`, 'latin1')
}
