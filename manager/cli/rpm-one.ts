/** What the commands about packages share: one package, inspected; and how they tell what stopped them. */
import { InputError } from '../errors.ts'
import type { Caged } from '../judging.ts'
import type { UnixSeconds } from '../openpgp/model.ts'
import type { JudgedRpm } from '../rpm/judge-rpm.ts'
import { unread } from '../rpm/many-rpms.ts'
import type { Console } from './console.ts'
import type { ExitCode } from './exit.ts'
import type { FileName } from './names.ts'
import { type NamedPackage, packageOf } from './rpm-files.ts'
import { type RpmSchema, rpmStopJson } from './rpm-json.ts'
import type { RpmOptions } from './rpm-options.ts'
import { asciiJson } from './text.ts'
import { describeStop } from './verdict.ts'
import { inSession, type Outcome, type SessionOptions, type Stopped } from './verify-session.ts'

/**
 * The package that the options name, and what was found. One that cannot be read is judged so, as `rpm verify` has it.
 *
 * @param isEnough whether an answer about the header alone will do; else the whole package is asked about
 */
export async function inspectOne(
  options: RpmOptions,
  headerOnly: boolean,
  console: Console,
  isEnough: (judged: JudgedRpm) => boolean = () => true,
): Promise<NamedPackage & { readonly outcome: Outcome<JudgedRpm & Caged> }> {
  const [name] = options.names
  if (name === undefined) throw new TypeError('expected one name')
  const named = packageOf(name)
  const outcome = await inSession(options, console, async ({ airlock, terms }) => {
    const inspect = (only: boolean): Promise<JudgedRpm & Caged> =>
      airlock.inspectRpm({ ...terms, headerOnly: only, package: named.package })
    try {
      const judged = await inspect(headerOnly)
      return isEnough(judged) ? judged : await inspect(false)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      const at = terms.at ?? (Math.floor(Date.now() / 1000) as UnixSeconds) // whole seconds
      return { verdict: unread(error, at), unauthenticated: undefined, cage: airlock.cage }
    }
  })
  return { ...named, outcome }
}

/** Tells what stopped a command before there was a verdict; returns its exit code. */
export function tellStop(
  schema: RpmSchema,
  subject: FileName,
  { stop, exitCode }: Stopped,
  { json, quiet }: Pick<SessionOptions, 'json' | 'quiet'>,
  console: Console,
): ExitCode {
  if (!quiet && json) console.out(`${asciiJson(rpmStopJson(schema, stop))}\n`)
  else if (!quiet) console.err(describeStop(subject, stop, console.errPaint))
  return exitCode
}
