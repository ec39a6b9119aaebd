/** `pgp-airlock verify`: its three forms, their options, and how a verdict is told. */
import { parseArgs } from 'node:util'
import { SIGNATURE_ALGORITHMS } from '../openpgp/algorithms.ts'
import type { Fingerprint, UnixSeconds } from '../openpgp/model.ts'
import type { Isolation } from '../umd/job.ts'
import type { Console } from './console.ts'
import { EXIT, exitCodeOf, UsageError } from './exit.ts'
import { type FileName, fileNames } from './names.ts'
import { asciiJson } from './text.ts'
import { describeStop, describeVerdict, stopJson, verdictJson } from './verdict.ts'
import { askCleartext, type CleartextQuestion } from './verify-cleartext.ts'
import { askMany, type ManyQuestion } from './verify-many.ts'
import { pairByName, pairsFrom } from './verify-pairs.ts'
import { inputOf, inSession, type SessionOptions } from './verify-session.ts'

const HELP = `usage: pgp-airlock verify [OPTION...] SIGNATURE DATA
       pgp-airlock verify --cleartext [--strict] [--output FILE] [OPTION...] MESSAGE
       pgp-airlock verify --many [OPTION...] {SIGNATURE... | --pairs [-0]}

  --keyring PATH         certificates whose keys may vouch, file or directory; repeatable
                         (default: what \`pgp-airlock key import\` stored)
  --signer FPR           accept only this certificate or key; repeatable
  --require-signer FPR   one signature must be by this one; repeatable
  --require-algorithm NAME   one signature must be by rsa, ecdsa, ed25519 ...; repeatable
  --threshold N          good signatures by N distinct certificates are needed (default 1)
  --policy FILE          rules in Sequoia's format; or those of system, rpm, apt
  --policy-as-of DATE    compare their cut-off dates with this one (default now)
  --at DATE              judge as of this time, RFC 3339 (default now)
  --output FILE          write the signed text out (- standard output), only if it is good
  --strict               refuse text outside the signed frame
  --pairs, --null        SIGNATURE and DATA names on standard input, by lines or (-0) NUL
  --isolation per-input  a handler of its own for each input (default shared)
  --json                 one JSON document per input (schema pgp-airlock/verify/1)
  --quiet                say nothing; the exit code tells
  --jobs N               handlers that may run at the same time (default 1)

exit codes: 0 good, 1 judged and not good, 2 usage, 3 could not decide
`

interface DetachedQuestion {
  readonly kind: 'detached'
  readonly signature: FileName
  readonly data: FileName
}

type Question = DetachedQuestion | CleartextQuestion | ManyQuestion

interface Options extends SessionOptions {
  readonly question: Question
}

export async function run(args: readonly string[], console: Console): Promise<number> {
  const options = parse(args)
  if (options === 'help') {
    console.out(HELP)
    return EXIT.good
  }
  const { question, json, quiet } = options
  const subject = subjectOf(question)
  const outcome = await inSession(options, console, async (session) => {
    switch (question.kind) {
      case 'detached': {
        const [signature, data] = [inputOf(question.signature), inputOf(question.data)]
        return session.airlock.judgeDetached({ ...session.terms, signature, data })
      }
      case 'cleartext':
        return askCleartext(question, session)
      case 'many':
        return askMany(question, session, options, console)
      default:
        return question satisfies never
    }
  })
  if ('stop' in outcome) {
    const { stop, exitCode } = outcome
    if (!quiet && json) console.out(`${asciiJson(stopJson(subject, stop))}\n`)
    else if (!quiet) console.err(describeStop(subject, stop, console.errPaint))
    return exitCode
  }
  const { answer } = outcome
  if (typeof answer === 'number') return answer
  // a verdict never mixes with the text that it is about
  const isTextOut = question.kind === 'cleartext' && question.output?.text === '-'
  const paint = isTextOut ? console.errPaint : console.paint
  const covered = question.kind === 'cleartext' ? 'the framed text' : 'all bytes'
  const told = json
    ? `${asciiJson(verdictJson(subject, answer))}\n`
    : describeVerdict(subject, answer, paint, covered)
  if (!quiet && isTextOut) console.err(told)
  else if (!quiet) console.out(told)
  return exitCodeOf(answer.kind)
}

/** What a verdict, or a stop, is about. */
function subjectOf(question: Question): FileName {
  if (question.kind === 'many') return { text: 'batch' }
  const name = question.kind === 'cleartext' ? question.message : question.data
  return name.text === '-' ? { text: 'standard input' } : name
}

function parse(args: readonly string[]): Options | 'help' {
  let parsed: ReturnType<typeof parseOptions>
  try {
    parsed = parseOptions(args)
  } catch {
    throw new UsageError('verify: expected only the options below, each with its value', HELP)
  }
  const { values, positionals } = parsed
  if (values.help === true) return 'help'
  const name = fileNames(args)
  return {
    keyrings: (values.keyring ?? []).map(name),
    signers: (values.signer ?? []).map(fingerprint),
    requiredSigners: (values['require-signer'] ?? []).map(fingerprint),
    requiredAlgorithms: (values['require-algorithm'] ?? []).map(algorithm),
    threshold: count(values.threshold, '--threshold'),
    at: values.at === undefined ? undefined : time(values.at),
    policy: values.policy,
    policyAsOf: values['policy-as-of'] === undefined ? undefined : time(values['policy-as-of']),
    isolation: isolation(values.isolation),
    json: values.json ?? false,
    quiet: values.quiet ?? false,
    jobs: count(values.jobs, '--jobs'),
    question: questionOf(values, positionals, name),
  }
}

type Values = ReturnType<typeof parseOptions>['values']

function questionOf(
  values: Values,
  positionals: readonly string[],
  name: (text: string) => FileName,
): Question {
  const { cleartext = false, many = false, pairs = false, null: isNul = false } = values
  const { strict = false, output } = values
  const fail = (expected: string): never => {
    throw new UsageError(`verify: expected ${expected}`, HELP)
  }
  if (cleartext && many) fail('one of --cleartext and --many')
  if (!cleartext && (strict || output !== undefined)) fail('--output and --strict with --cleartext')
  if (!many && pairs) fail('--pairs with --many')
  if (!pairs && isNul) fail('-0 with --pairs')
  const [first, second, ...more] = positionals
  if (many && pairs) {
    if (first !== undefined) fail('names on standard input only, or none there')
    return { kind: 'many', pairs: pairsFrom(process.stdin, isNul, HELP) }
  }
  if (many) {
    if (first === undefined) fail('at least one SIGNATURE')
    return { kind: 'many', pairs: positionals.map((text) => pairByName(name(text), HELP)) }
  }
  if (cleartext) {
    if (first === undefined || second !== undefined) return fail('one MESSAGE')
    const target = output === undefined ? undefined : name(output)
    return { kind: 'cleartext', message: name(first), output: target, strict }
  }
  if (first === undefined || second === undefined || more.length > 0) {
    return fail('one SIGNATURE and its DATA')
  }
  if (first === '-' && second === '-') fail('- for SIGNATURE or for DATA, not for both')
  return { kind: 'detached', signature: name(first), data: name(second) }
}

function parseOptions(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      keyring: { type: 'string', multiple: true },
      signer: { type: 'string', multiple: true },
      threshold: { type: 'string' },
      at: { type: 'string' },
      json: { type: 'boolean' },
      quiet: { type: 'boolean' },
      jobs: { type: 'string' },
      'require-signer': { type: 'string', multiple: true },
      'require-algorithm': { type: 'string', multiple: true },
      policy: { type: 'string' },
      'policy-as-of': { type: 'string' },
      isolation: { type: 'string' },
      cleartext: { type: 'boolean' },
      output: { type: 'string' },
      strict: { type: 'boolean' },
      many: { type: 'boolean' },
      pairs: { type: 'boolean' },
      null: { type: 'boolean', short: '0' },
      help: { type: 'boolean', short: 'h' },
    },
  })
}

/** 40 or 64 hexadecimal digits, blanks between them allowed: a key id is not enough to pin a key. */
function fingerprint(text: string): Fingerprint {
  const digits = text.replace(/[ :]/g, '').toLowerCase()
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(digits)) return digits as Fingerprint // just checked
  throw new UsageError('verify: expected a full fingerprint, 40 or 64 hexadecimal digits', HELP)
}

function count(text: string | undefined, option: string): number {
  if (text === undefined) return 1
  if (/^[1-9][0-9]{0,3}$/.test(text)) return Number(text)
  throw new UsageError(`verify: expected a number from 1 to 9999 for ${option}`, HELP)
}

/** RFC 3339, or a date alone: its first second, UTC. Days that do not exist are refused, which Date.parse does not do. */
const DATE = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/

function time(text: string): UnixSeconds {
  const day = DATE.exec(text)?.[1]
  const isDay = day !== undefined && new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) === true
  const seconds = isDay ? Math.floor(Date.parse(text) / 1000) : Number.NaN
  // whole seconds, in the range that packets can state
  if (seconds >= 0 && seconds <= 0xffff_ffff) return seconds as UnixSeconds
  throw new UsageError('verify: expected a date such as 2026-01-31 or 2026-01-31T12:00:00Z', HELP)
}

/** Algorithms as they are named here: `RSA` is rsa, `EdDSA (legacy)` is eddsa-legacy, or eddsa. */
function algorithm(text: string): number {
  const wanted = text === 'eddsa' ? 'eddsa-legacy' : text
  const names: string[] = []
  for (const [id, { name }] of SIGNATURE_ALGORITHMS) {
    const own = name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/-$/, '')
    if (own === wanted) return id
    names.push(own)
  }
  throw new UsageError(`verify: expected an algorithm of ${names.join(', ')}`, HELP)
}

function isolation(text: string | undefined): Isolation {
  if (text === undefined || text === 'shared') return 'shared'
  if (text === 'per-input') return text
  throw new UsageError('verify: expected shared or per-input for --isolation', HELP)
}
