/**
 * Many packages, one stream of verdicts in the order of the inputs. Bounded: so many are under way, and not more are held
 * than that because one in front of them is not ready. A package that cannot be read is its own verdict (`error`,
 * `input-output`), and the others go on. Trusted side.
 */
import { setMaxListeners } from 'node:events'
import { InputError } from '../errors.ts'
import type { Input } from '../input.ts'
import type { UnixSeconds } from '../openpgp/model.ts'
import { reason } from '../openpgp/reasons.ts'
import type { RpmVerdict } from './verdict.ts'

/** A package of a batch; a caller's own objects may say more. */
export interface RpmItem {
  readonly package: Input
}

/** Packages under way: enough to keep a handler busy while others wait for the disk; each holds a chunk of 1 MiB. */
const DEFAULT_CONCURRENCY = 16
const MAX_CONCURRENCY = 256

/** Where packages come from, one at a time. */
export type RpmItems<Item> = Iterable<Item> | AsyncIterable<Item>

/** How a batch is judged. */
export interface ManyRpmsEngine<Item extends RpmItem> {
  readonly concurrency?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly at: UnixSeconds
  judge(item: Item, signal: AbortSignal): Promise<RpmVerdict>
}

/**
 * Judges packages as they come. Leaving the loop early ends what is under way.
 *
 * @throws what `items` throws, the signal's reason when aborted, SetupError; RangeError for a wrong concurrency
 */
export async function* judgeRpms<Item extends RpmItem>(
  items: RpmItems<Item>,
  { concurrency = DEFAULT_CONCURRENCY, signal, at, judge }: ManyRpmsEngine<Item>,
): AsyncGenerator<{ readonly item: Item; readonly verdict: RpmVerdict }> {
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > MAX_CONCURRENCY) {
    throw new RangeError(`expected a concurrency from 1 to ${MAX_CONCURRENCY}`)
  }
  const own = new AbortController()
  const both = signal === undefined ? own.signal : AbortSignal.any([own.signal, signal])
  // every package under way listens: that is no leak
  setMaxListeners(0, both)
  const source =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
  const places: { readonly item: Item; verdict: RpmVerdict | undefined }[] = []
  let isOver = false
  let isPulling = false
  let failure: { readonly error: unknown } | undefined
  let wake = (): void => {}

  const fail = (error: unknown): void => {
    failure ??= { error }
    wake()
  }
  const begin = (item: Item): void => {
    const place = { item, verdict: undefined as RpmVerdict | undefined } // not there yet
    places.push(place)
    judge(item, both)
      .catch((error) => unread(error, at))
      .then((verdict) => {
        place.verdict = verdict
        wake()
      }, fail)
  }
  const pull = async (): Promise<void> => {
    isPulling = true
    const next = await source.next()
    isPulling = false
    if (next.done === true) isOver = true
    else begin(next.value)
    wake()
  }

  const abort = (): void => fail(signal?.reason)
  signal?.throwIfAborted()
  signal?.addEventListener('abort', abort, { once: true })
  try {
    for (;;) {
      if (failure !== undefined) throw failure.error
      if (!isOver && !isPulling && places.length < concurrency) void pull().catch(fail)
      const [first] = places
      if (first?.verdict !== undefined) {
        places.shift()
        yield { item: first.item, verdict: first.verdict }
      } else if (first === undefined && isOver) {
        return
      } else {
        // a source that is waiting for its next package keeps no verdict back
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  } finally {
    signal?.removeEventListener('abort', abort)
    own.abort()
    // a source that is waiting may never answer
    if (!isOver) void Promise.resolve(source.return?.()).catch(() => {})
  }
}

/** The verdict on a package that cannot be read. @throws any other error */
function unread(error: unknown, at: UnixSeconds): RpmVerdict {
  if (!(error instanceof InputError)) throw error
  return {
    kind: 'error',
    authenticated: 'nothing',
    reasons: [reason('input-output', error.message)],
    signatures: [],
    digests: [],
    judgedAt: at,
  }
}
