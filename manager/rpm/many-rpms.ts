/**
 * Many packages, one stream of verdicts in the order of the items. Trusted side. A package that cannot be read is its item's
 * verdict (`error`, `input-output`), and the others go on.
 */
import { InputError } from '../errors.ts'
import { InOrder, type Items, requireConcurrency, type Settled } from '../in-order.ts'
import type { JudgingMany } from '../judging.ts'
import type { UnixSeconds } from '../openpgp/model.ts'
import { reason } from '../openpgp/reasons.ts'
import { type RpmQuestion, refusedPackage } from './decide.ts'
import { judgeRpm, type OnRead, ownQuestion, type RpmItem } from './judge-rpm.ts'
import { Turns } from './turns.ts'
import type { RefusedRpm, RpmVerdict } from './verdict.ts'

/** Packages under way: enough to keep a handler busy while others wait for the disk; each holds its headers and a chunk. */
export const RPM_CONCURRENCY = { default: 16, most: 256 } as const

/** What is asked of each package, and how much is done side by side. */
export interface ManyRpmsQuestion extends RpmQuestion, OnRead {
  readonly concurrency?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Judges packages as they come. Leaving the loop early ends what is under way.
 *
 * @throws what `items` throws, the signal's reason when aborted, SetupError; RangeError for a wrong concurrency
 */
export function judgeRpms<Item extends RpmItem>(
  items: Items<Item>,
  many: JudgingMany,
  asked: ManyRpmsQuestion,
): AsyncGenerator<Settled<Item, RpmVerdict>> {
  const { concurrency = RPM_CONCURRENCY.default, signal, onRead } = asked
  requireConcurrency(concurrency, RPM_CONCURRENCY.most)
  const question = ownQuestion(asked)
  const watched = onRead === undefined ? {} : { onRead }
  const large = new Turns()
  return new InOrder<Item, RpmVerdict>(
    items,
    (job) => {
      const { package: input } = job.item
      judgeRpm({ package: input, ...watched }, question, many.one(job.signal), large)
        .then(({ verdict }) => verdict)
        .catch((error) => unread(error, many.terms.at))
        .then(
          (verdict) => job.settle(verdict),
          (error: unknown) => job.fail(error),
        )
    },
    { concurrency, held: concurrency, signal },
  ).results()
}

/** The verdict on a package that cannot be read, with the cause. @throws any other error */
export function unread(error: unknown, at: UnixSeconds): RefusedRpm {
  if (!(error instanceof InputError)) throw error
  return { ...refusedPackage(reason('input-output', error.message), at), cause: error }
}
