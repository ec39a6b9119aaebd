/**
 * Many detached signatures, one stream of verdicts in the order of the pairs. Trusted side. Binary signatures and data in
 * memory go from the driver's reply to the verdict by callbacks, without a promise each; all others take the general way.
 * An input that cannot be read is its pair's verdict (`error`, `input-output`), and the others go on.
 */
import { isSharedArrayBuffer } from 'node:util/types'
import { OPENPGP_LIMITS } from '../protocol/limits.ts'
import { VERB } from '../protocol/messages.ts'
import { type DetachedPair, judgeDetached } from './detached.ts'
import { InputError } from './errors.ts'
import { InOrder, type Items, type Job, requireConcurrency, type Settled } from './in-order.ts'
import { type Input, pathOf } from './input.ts'
import {
  type Caged,
  failureReason,
  type JudgeOptions,
  type Judging,
  type JudgingMany,
} from './judging.ts'
import { refusedWhole } from './openpgp/count.ts'
import { judgeDetachedLater, type VerdictTerms } from './openpgp/detached.ts'
import { JUDGE_LIMITS } from './openpgp/limits.ts'
import type { PacketSequence } from './openpgp/model.ts'
import { reason } from './openpgp/reasons.ts'
import type { Verdict } from './openpgp/verdict.ts'
import { isBinary, openPackets } from './sanitise/index.ts'
import { signatureFile } from './signature-file.ts'

/** How a batch is judged: at one time and under one policy, whatever `at` and `policy` default to at its start. */
export interface ManyOptions extends JudgeOptions {
  /** pairs under way at the same time, 1 to 1024; default 64 */
  readonly concurrency?: number
}

/** The verdict on one pair of a batch. */
export type ManyVerdict<Pair extends DetachedPair> = Verdict & Caged & { readonly pair: Pair }

/** Pairs under way: enough to keep a handler busy while others wait for the disk; each may hold two chunks of 1 MiB. */
const DEFAULT_CONCURRENCY = 64
const MAX_CONCURRENCY = 1024
/** Verdicts held because an earlier one is not ready, for each pair that may be under way. */
const HELD_PER_PLACE = 4

/**
 * Judges pairs as they come. Leaving the loop early ends what is under way.
 *
 * @throws the reason of `signal` when aborted; what `pairs` throws; SetupError; RangeError for a wrong concurrency
 */
export function judgeMany<Pair extends DetachedPair>(
  pairs: Items<Pair>,
  many: JudgingMany,
  { concurrency = DEFAULT_CONCURRENCY, signal }: Pick<ManyOptions, 'concurrency' | 'signal'>,
): AsyncGenerator<Settled<Pair, Verdict>> {
  requireConcurrency(concurrency, MAX_CONCURRENCY)
  return new InOrder<Pair, Verdict>(pairs, (job) => begin(job, many), {
    concurrency,
    held: concurrency * HELD_PER_PLACE,
    // others may use the driver as well
    hasRoom: () => many.driver.hasRoom,
    signal,
  }).results()
}

function begin<Pair extends DetachedPair>(job: Job<Pair, Verdict>, many: JudgingMany): void {
  const judging = many.one(job.signal)
  const { signature, data } = job.item
  if (
    isSmall(signature, OPENPGP_LIMITS.maxSignatureFile) &&
    isSmall(data, JUDGE_LIMITS.maxInMemory)
  ) {
    // copies: the caller's arrays may change meanwhile
    const bytes = new Uint8Array(signature)
    if (isBinary(bytes)) {
      judgeInMemory(bytes, new Uint8Array(data), job, judging)
      return
    }
  }
  judgeDetached(job.item, judging).then(
    (verdict) => job.settle(verdict),
    (error: unknown) => {
      if (error instanceof InputError) job.settle(unread(job.item, error, judging.terms))
      else job.fail(error)
    },
  )
}

function judgeInMemory(
  bytes: Uint8Array,
  data: Uint8Array,
  job: Job<DetachedPair, Verdict>,
  { driver, source, isolation, terms }: Judging,
): void {
  driver.submit<PacketSequence>(
    {
      verb: VERB.packets,
      body: bytes,
      source,
      isolation,
      open: (reply) => openPackets(bytes, reply),
    },
    (outcome) => {
      try {
        const read =
          outcome.status === 'ok'
            ? signatureFile({
                status: 'read',
                parts: [{ label: 'binary', sequence: outcome.value }],
                outside: [],
              })
            : failureReason(outcome)
        if ('code' in read) job.settle(refusedWhole(read, [], terms))
        else judgeDetachedLater(read, data, terms, (verdict) => job.settle(verdict))
      } catch (error) {
        job.fail(error)
      }
    },
    (error) => job.fail(error),
  )
}

function unread(
  { signature, data }: DetachedPair,
  { path, message }: InputError,
  terms: VerdictTerms,
): Verdict {
  const which =
    path === undefined
      ? ''
      : path === pathOf(signature)
        ? 'signature: '
        : path === pathOf(data)
          ? 'data: '
          : ''
  return refusedWhole(reason('input-output', `${which}${message}`), [], terms)
}

function isSmall(input: Input, most: number): input is Uint8Array {
  return input instanceof Uint8Array && input.length <= most && !isSharedArrayBuffer(input.buffer)
}
