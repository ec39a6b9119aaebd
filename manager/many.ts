/**
 * Many detached signatures, one stream of verdicts in the order of the pairs. Bounded: so many are under way, and not many
 * more are held because one in front of them is not ready. Binary signatures and data in memory go from the driver's reply
 * to the verdict by callbacks, without a promise each; all others take the general way. An input that cannot be read is
 * its pair's verdict (`error`, `input-output`), and the others go on.
 */
import { setMaxListeners } from 'node:events'
import { isSharedArrayBuffer } from 'node:util/types'
import { OPENPGP_LIMITS } from '../protocol/limits.ts'
import { VERB } from '../protocol/messages.ts'
import { InputError } from './errors.ts'
import { type Input, pathOf } from './input.ts'
import { type Caged, failureReason, type JudgeOptions } from './judging.ts'
import { refusedWhole } from './openpgp/count.ts'
import { type DetachedTerms, judgeDetachedLater } from './openpgp/detached.ts'
import { JUDGE_LIMITS } from './openpgp/limits.ts'
import type { PacketSequence } from './openpgp/model.ts'
import { reason } from './openpgp/reasons.ts'
import type { Verdict } from './openpgp/verdict.ts'

import { isBinary, openPackets } from './sanitise/index.ts'
import { signatureFile } from './signature-file.ts'
import type { Driver } from './umd/driver.ts'
import type { Isolation } from './umd/job.ts'

/** A detached signature and its data; a caller's own pairs may say more. */
export interface DetachedPair {
  readonly signature: Input
  readonly data: Input
}

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

/** What a batch is judged with. */
export interface ManyEngine {
  readonly driver: Driver
  readonly terms: DetachedTerms
  readonly isolation: Isolation
  /** a name for one more input */
  source(): string
  /** judges one pair, the general way */
  judge(pair: DetachedPair, signal: AbortSignal): Promise<Verdict>
}

interface Place<Pair> {
  readonly pair: Pair
  verdict: Verdict | undefined
}

/** Pairs from wherever they come, one at a time. */
export type Pairs<Pair> = Iterable<Pair> | AsyncIterable<Pair>

/**
 * Judges pairs as they come. Leaving the loop early ends what is under way.
 *
 * @throws the reason of `signal` when aborted; what `pairs` throws; SetupError; RangeError for a wrong concurrency
 */
export function judgeMany<Pair extends DetachedPair>(
  pairs: Pairs<Pair>,
  engine: ManyEngine,
  { concurrency = DEFAULT_CONCURRENCY, signal }: Pick<ManyOptions, 'concurrency' | 'signal'>,
): AsyncGenerator<{ readonly pair: Pair; readonly verdict: Verdict }> {
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > MAX_CONCURRENCY) {
    throw new RangeError(`expected a concurrency from 1 to ${MAX_CONCURRENCY}`)
  }
  return new Batch(pairs, engine, concurrency, signal).verdicts()
}

class Batch<Pair extends DetachedPair> {
  readonly #engine: ManyEngine
  readonly #concurrency: number
  readonly #pairs: Iterator<Pair> | AsyncIterator<Pair>
  readonly #places: Place<Pair>[] = []
  readonly #end = new AbortController()
  readonly #caller: AbortSignal | undefined
  readonly #signal: AbortSignal
  #running = 0
  #isPulling = false
  #isOver = false
  #failure: { readonly error: unknown } | undefined
  #wake = (): void => {}

  constructor(
    pairs: Pairs<Pair>,
    engine: ManyEngine,
    concurrency: number,
    caller: AbortSignal | undefined,
  ) {
    this.#engine = engine
    this.#concurrency = concurrency
    this.#caller = caller
    this.#pairs =
      Symbol.asyncIterator in pairs ? pairs[Symbol.asyncIterator]() : pairs[Symbol.iterator]()
    const own = this.#end.signal
    this.#signal = caller === undefined ? own : AbortSignal.any([own, caller])
    // every pair under way listens: that is no leak
    setMaxListeners(0, this.#signal)
  }

  async *verdicts(): AsyncGenerator<{ readonly pair: Pair; readonly verdict: Verdict }> {
    const abort = (): void => this.#fail(this.#caller?.reason)
    this.#caller?.throwIfAborted()
    this.#caller?.addEventListener('abort', abort, { once: true })
    try {
      for (;;) {
        this.#pull()
        if (this.#failure !== undefined) throw this.#failure.error
        const [first] = this.#places
        if (first === undefined && this.#isOver) return
        if (first?.verdict === undefined) {
          await this.#news()
          continue
        }
        this.#places.shift()
        yield { pair: first.pair, verdict: first.verdict }
      }
    } finally {
      this.#caller?.removeEventListener('abort', abort)
      this.#end.abort()
      // a source that is waiting for its next pair may never answer
      const returned = this.#isOver ? undefined : this.#pairs.return?.()
      void Promise.resolve(returned).catch(() => {})
    }
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  get #hasRoom(): boolean {
    if (this.#running >= this.#concurrency) return false
    if (this.#places.length >= this.#concurrency * HELD_PER_PLACE) return false
    // others may use the driver as well; one at a time goes on even when its queue is full
    return this.#running === 0 || this.#engine.driver.hasRoom
  }

  #pull(): void {
    while (!this.#isOver && !this.#isPulling && this.#failure === undefined && this.#hasRoom) {
      try {
        const next = this.#pairs.next()
        if (!(next instanceof Promise)) {
          this.#take(next)
          continue
        }
        this.#isPulling = true
        next.then(
          (result) => {
            this.#isPulling = false
            this.#take(result)
            this.#wake()
          },
          (error: unknown) => this.#fail(error),
        )
      } catch (error) {
        this.#fail(error)
      }
    }
  }

  #take(result: IteratorResult<Pair>): void {
    if (result.done === true) {
      this.#isOver = true
      return
    }
    const place: Place<Pair> = { pair: result.value, verdict: undefined }
    this.#places.push(place)
    this.#running += 1
    const { signature, data } = result.value
    if (
      isSmall(signature, OPENPGP_LIMITS.maxSignatureFile) &&
      isSmall(data, JUDGE_LIMITS.maxInMemory)
    ) {
      // copies: the caller's arrays may change meanwhile
      const bytes = new Uint8Array(signature)
      if (isBinary(bytes)) {
        this.#judgeInMemory(place, bytes, new Uint8Array(data))
        return
      }
    }
    this.#engine.judge(result.value, this.#signal).then(
      (verdict) => this.#settle(place, verdict),
      (error: unknown) => {
        if (error instanceof InputError) this.#settle(place, this.#unread(place.pair, error))
        else this.#fail(error)
      },
    )
  }

  #judgeInMemory(place: Place<Pair>, bytes: Uint8Array, data: Uint8Array): void {
    const { driver, isolation, terms } = this.#engine
    driver.submit<PacketSequence>(
      {
        verb: VERB.packets,
        body: bytes,
        source: this.#engine.source(),
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
          if ('code' in read) this.#settle(place, refusedWhole(read, [], terms))
          else judgeDetachedLater(read, data, terms, (verdict) => this.#settle(place, verdict))
        } catch (error) {
          this.#fail(error)
        }
      },
      (error) => this.#fail(error),
    )
  }

  #unread({ signature, data }: Pair, { path, message }: InputError): Verdict {
    const which =
      path === undefined
        ? ''
        : path === pathOf(signature)
          ? 'signature: '
          : path === pathOf(data)
            ? 'data: '
            : ''
    return refusedWhole(reason('input-output', `${which}${message}`), [], this.#engine.terms)
  }

  #settle(place: Place<Pair>, verdict: Verdict): void {
    place.verdict = verdict
    this.#running -= 1
    this.#wake()
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
    this.#wake()
  }
}

function isSmall(input: Input, most: number): input is Uint8Array {
  return input instanceof Uint8Array && input.length <= most && !isSharedArrayBuffer(input.buffer)
}
