/** `pgp-airlock verify`: its three forms, their options, and how a verdict is told. */
import { parseArgs } from 'node:util'
import type { Console } from './console.ts'
import { EXIT, EXIT_HELP, exitCodeOf, UsageError } from './exit.ts'
import { inputOf } from './input-of.ts'
import { type FileName, nameOf } from './names.ts'
import { OptionValues, SESSION_OPTIONS } from './option-values.ts'
import { asciiJson } from './text.ts'
import { describeStop, describeVerdict, stopJson, verdictJson } from './verdict.ts'
import { askCleartext, type CleartextQuestion } from './verify-cleartext.ts'
import { askMany, type ManyQuestion } from './verify-many.ts'
import { pairByName, pairsFrom } from './verify-pairs.ts'
import { inSession, type SessionOptions } from './verify-session.ts'

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
${EXIT_HELP}`

const OPTIONS = new OptionValues('verify', HELP)

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
  const answer = 'stop' in outcome ? outcome : outcome.answer
  if (typeof answer === 'number') return answer
  if ('stop' in answer) {
    const { stop, exitCode } = answer
    if (!quiet && json) console.out(`${asciiJson(stopJson(subject, stop))}\n`)
    else if (!quiet) console.err(describeStop(subject, stop, console.errPaint))
    return exitCode
  }
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
  return { ...OPTIONS.session(values), question: questionOf(values, positionals) }
}

type Values = ReturnType<typeof parseOptions>['values']

function questionOf(values: Values, positionals: readonly string[]): Question {
  const { cleartext = false, many = false, pairs = false, null: isNul = false } = values
  const { strict = false, output } = values
  const fail = (expected: string): never => OPTIONS.fail(expected)
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
    return { kind: 'many', pairs: positionals.map((text) => pairByName(nameOf(text), HELP)) }
  }
  if (cleartext) {
    if (first === undefined || second !== undefined) return fail('one MESSAGE')
    const target = output === undefined ? undefined : nameOf(output)
    return { kind: 'cleartext', message: nameOf(first), output: target, strict }
  }
  if (first === undefined || second === undefined || more.length > 0) {
    return fail('one SIGNATURE and its DATA')
  }
  if (first === '-' && second === '-') fail('- for SIGNATURE or for DATA, not for both')
  return { kind: 'detached', signature: nameOf(first), data: nameOf(second) }
}

function parseOptions(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...SESSION_OPTIONS,
      cleartext: { type: 'boolean' },
      output: { type: 'string' },
      strict: { type: 'boolean' },
      many: { type: 'boolean' },
      pairs: { type: 'boolean' },
      null: { type: 'boolean', short: '0' },
    },
  })
}
