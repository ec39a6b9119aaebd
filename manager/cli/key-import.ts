/** `pgp-airlock key import`: shows what was read and what would change, asks, and stores. */
import type { Airlock } from '../airlock.ts'
import type { ImportPlan, PlannedImport } from '../keyring/import-plan.ts'
import type { Fingerprint } from '../openpgp/model.ts'
import type { Terms } from '../openpgp/validity.ts'
import type { Console } from './console.ts'
import { EXIT, UsageError } from './exit.ts'
import { inputOf } from './input-of.ts'
import { ask, canAsk } from './key-ask.ts'
import { cardJson, cardOf, describeCard, spaced } from './key-card.ts'
import { HELP, type KeyOptions } from './key-options.ts'
import { type KeyResult, refused } from './key-result.ts'
import { nameJson, nameOfPath, shownName } from './names.ts'
import type { Paint } from './text.ts'

export async function importKeys(
  airlock: Airlock,
  options: KeyOptions,
  terms: Terms,
  console: Console,
): Promise<KeyResult> {
  requireConsent(options)
  const store = airlock.openStore(options.keyring.path)
  const plan = await store.plan(options.files.map(inputOf))
  const { imports, strayRevocations, unsupported } = plan
  const place = nameOfPath(options.keyring.path)
  const certificates = imports.map((planned) => importJson(planned, terms))
  const document = {
    ...nameJson('keyring', place),
    written: 0,
    certificates,
    strayRevocations,
    unsupported,
  }
  if (!options.quiet && !options.json) console.out(describe(imports, terms, console.paint))
  const left = leftOut(plan)
  if (imports.length === 0) {
    const isRevocationAlone = strayRevocations > 0 && unsupported === 0
    const code = isRevocationAlone ? 'no-key' : 'keyring-empty'
    const text = isRevocationAlone
      ? 'expected the certificate of the revoked key in the keyring, or in a file'
      : `expected at least one certificate that can be used${left === '' ? '' : `; ${left}`}`
    return refused(code, text, document, console.errPaint)
  }
  const pinned = pinFault(options.pins, plan)
  if (pinned !== undefined) {
    return refused('fingerprint-mismatch', pinned, document, console.errPaint)
  }
  const due = imports.filter(({ change }) => change === 'new' || change === 'updated')
  const isAsked = due.length > 0 && !options.yes && options.pins.length === 0
  if (isAsked) {
    // the terminal is where the question goes, so there the certificates must be seen as well
    if (options.json || options.quiet) console.err(describe(imports, terms, console.errPaint))
    if (left !== '') console.err(`${left}\n`)
    const question = `store ${count(due.length, 'certificate')} in ${shownName(place)}?`
    if (!(await ask(question, console))) {
      return refused('declined', 'nothing was stored', document, console.errPaint)
    }
  }
  const written = await store.execute(plan)
  const isWhole = left === '' && imports.every(({ change }) => change !== 'empty')
  return {
    exitCode: isWhole ? EXIT.good : EXIT.notGood,
    document: { ...document, written },
    text: written === 0 ? 'nothing to store\n' : `stored ${count(written, 'certificate')}\n`,
    ...(left === '' || isAsked ? {} : { remark: `${left}\n` }),
  }
}

/** What was read and has no place in the directory; nothing: an empty text. */
function leftOut({ strayRevocations, unsupported }: ImportPlan): string {
  const parts = [
    [strayRevocations, 'revocation', 'by keys that are not there'],
    [unsupported, 'certificate', 'of a version or algorithm that is not supported'],
  ] as const
  const told = parts.flatMap(([number, noun, which]) =>
    number === 0 ? [] : [`${count(number, noun)} ${which}`],
  )
  return told.length === 0 ? '' : `not stored: ${told.join(', ')}`
}

/** Without a terminal nobody can be asked; standard input cannot be both keys and answer. */
function requireConsent({ yes, pins, files }: KeyOptions): void {
  const usesInput = files.some(({ text }) => text === '-')
  if (yes || pins.length > 0 || (canAsk() && !usesInput)) return
  const why = 'key import: expected --yes or --fingerprint FPR, as there is no terminal to ask on'
  throw new UsageError(why, HELP)
}

/** Pins name all that may come, and all of it must come. */
function pinFault(
  pins: readonly Fingerprint[],
  { imports, strayRevocations, unsupported }: ImportPlan,
): string | undefined {
  if (pins.length === 0) return undefined
  if (unsupported > 0) return 'the input also holds a certificate that is not supported'
  if (strayRevocations > 0) return 'the input also holds a revocation by a key that is not there'
  const read = new Set(imports.map(({ fingerprint }) => fingerprint))
  const foreign = [...read].find((fingerprint) => !pins.includes(fingerprint))
  if (foreign !== undefined) return `the input also holds ${foreign}`
  const missing = pins.find((fingerprint) => !read.has(fingerprint))
  return missing === undefined ? undefined : `the input does not hold ${missing}`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

const NOUNS = [
  ['userIds', 'user id'],
  ['subkeys', 'subkey'],
  ['signatures', 'signature'],
  ['revocations', 'revocation'],
] as const

const EMPTY = ['not stored', 'the primary key made nothing that holds'] as const

function describe(imports: readonly PlannedImport[], terms: Terms, paint: Paint): string {
  return imports
    .map(({ fingerprint, change, certificate, added }) => {
      const what = change === 'empty' ? 'not stored' : change
      const news = NOUNS.filter(([name]) => added[name] > 0)
      const adds = news.map(([name, noun]) => count(added[name], noun)).join(', ')
      const card = describeCard(cardOf(certificate, terms), paint, [
        ...(change === 'empty' ? [EMPTY] : []),
        ...(adds === '' ? [] : [['adds', adds] as const]),
      ])
      return `${paint.quiet(what)} ${spaced(fingerprint)}\n${card}`
    })
    .join('')
}

function importJson({ change, added, certificate }: PlannedImport, terms: Terms): object {
  return { ...cardJson(cardOf(certificate, terms)), change, added }
}
