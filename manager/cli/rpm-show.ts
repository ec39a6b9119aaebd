/** `pgp-airlock rpm show`: what a package says it is, who signed that, and what of the package they cover. */
import type { Caged } from '../judging.ts'
import type { RpmContents } from '../rpm/contents.ts'
import type { JudgedRpm } from '../rpm/judge-rpm.ts'
import type { Console } from './console.ts'
import { EXIT, EXIT_HELP } from './exit.ts'
import type { FileName } from './names.ts'
import { contentsJson, rpmJson } from './rpm-json.ts'
import { inspectOne, tellStop } from './rpm-one.ts'
import { rpmOptions, SHARED_HELP } from './rpm-options.ts'
import { describeRpm, nevra, shownText } from './rpm-text.ts'
import { rpmExitCode } from './rpm-verify.ts'
import { asciiJson, columns } from './text.ts'

const HELP = `usage: pgp-airlock rpm show [OPTION...] FILE

Shows what a package says it is, and the verdict on it. Where no key vouches for the
header, its lines are marked: anybody may have written them.

  --header-only          only the header; the payload is not read
  --json                 one JSON document (schema pgp-airlock/rpm-show/1)
${SHARED_HELP}${EXIT_HELP}`

export async function run(args: readonly string[], console: Console): Promise<number> {
  const options = rpmOptions('show', args, HELP, ['header-only'])
  if (options === 'help') {
    console.out(HELP)
    return EXIT.good
  }
  const { headerOnly, quiet, json } = options
  const { name, outcome } = await inspectOne(options, headerOnly, console)
  if ('stop' in outcome) return tellStop('rpm-show', name, outcome, options, console)
  const { answer } = outcome
  if (!quiet) console.out(json ? showJson(answer, name) : show(answer, name, console))
  return rpmExitCode(answer.verdict.kind, options)
}

function show({ verdict, unauthenticated }: JudgedRpm, name: FileName, { paint }: Console): string {
  const shown = describeRpm(name, verdict, true, paint)
  if (unauthenticated === undefined) return shown
  const mark = verdict.authenticated === 'nothing' ? `   ${paint.bad(MARK)}` : ''
  const rows = describe(unauthenticated).map(
    ([field, value]) => [field, `${value}${mark}`] as const,
  )
  return `${shown}${columns(rows)}`
}

const MARK = '(unauthenticated: anybody may have written this)'

function describe(contents: RpmContents): readonly (readonly [string, string])[] {
  const { name, epoch, version, release, arch, sourceRpm, isSource } = contents
  return [
    ['package', nevra(contents) ?? '(none)'],
    ['name', shownText(name)],
    ['epoch', epoch === undefined ? '(none)' : String(epoch)],
    ['version', shownText(version)],
    ['release', shownText(release)],
    ['arch', isSource ? 'src' : shownText(arch)],
    ['source', isSource ? 'this is one' : shownText(sourceRpm)],
  ]
}

/** `contents` is what a signer vouches for, also where the payload is refused. */
function showJson({ verdict, unauthenticated, cage }: JudgedRpm & Caged, name: FileName): string {
  const document = rpmJson('rpm-show', name, { ...verdict, cage })
  if (unauthenticated === undefined) return `${asciiJson(document)}\n`
  const field = verdict.authenticated === 'nothing' ? 'unauthenticated' : 'contents'
  return `${asciiJson({ ...document, [field]: contentsJson(unauthenticated) })}\n`
}
