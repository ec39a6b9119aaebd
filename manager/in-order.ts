/**
 * Work in order: items are taken as they come, worked on side by side, and their results come out in the order of the items.
 * Bounded: so many are under way, and so many at most are held because one in front of them is not ready. Trusted side;
 * knows nothing of what the items are.
 */
import { setMaxListeners } from 'node:events'
import { letGo } from './input.ts'

/** Items from wherever they come, one at a time. */
export type Items<Item> = Iterable<Item> | AsyncIterable<Item>

/** One item under way. */
export interface Job<Item, Result> {
  readonly item: Item
  /** aborted when the caller aborts, or wants no more results */
  readonly signal: AbortSignal
  /** its result; the first one counts */
  settle(result: Result): void
  /** no result, and the end of all */
  fail(error: unknown): void
}

/** How much is done side by side. */
export interface InOrderOptions {
  /** items under way at the same time */
  readonly concurrency: number
  /** items that are under way or whose results wait for one in front of them */
  readonly held: number
  /** whether one more may begin now; one at a time goes on whatever it says */
  readonly hasRoom?: () => boolean
  readonly signal: AbortSignal | undefined
}

/** @throws RangeError */
export function requireConcurrency(concurrency: number, most: number): void {
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > most) {
    throw new RangeError(`expected a concurrency from 1 to ${most}`)
  }
}

type Source<Item> =
  | { readonly kind: 'now'; readonly iterator: Iterator<Item> }
  | { readonly kind: 'later'; readonly iterator: AsyncIterator<Item> }

function sourceOf<Item>(items: Items<Item>): Source<Item> {
  return Symbol.asyncIterator in items
    ? { kind: 'later', iterator: items[Symbol.asyncIterator]() }
    : { kind: 'now', iterator: items[Symbol.iterator]() }
}

interface Place<Item, Result> {
  readonly item: Item
  done: { readonly result: Result } | undefined
}

/** What each item came to. */
export interface Settled<Item, Result> {
  readonly item: Item
  readonly result: Result
}

/**
 * Works on items as they come, by callbacks: a result costs no promise of its own. Leaving the loop early ends what is under
 * way.
 *
 * @throws the reason of `signal` when aborted; what `items` throws; what a job fails with
 */
export class InOrder<Item, Result> {
  readonly #begin: (job: Job<Item, Result>) => void
  readonly #options: InOrderOptions
  readonly #source: Source<Item>
  readonly #places: Place<Item, Result>[] = []
  readonly #end = new AbortController()
  readonly #signal: AbortSignal
  #running = 0
  #isPulling = false
  #isOver = false
  /** nobody wants results any more */
  #isLeft = false
  #failure: { readonly error: unknown } | undefined
  #wake = (): void => {}

  constructor(
    items: Items<Item>,
    begin: (job: Job<Item, Result>) => void,
    options: InOrderOptions,
  ) {
    this.#begin = begin
    this.#options = options
    this.#source = sourceOf(items)
    const own = this.#end.signal
    const { signal } = options
    this.#signal = signal === undefined ? own : AbortSignal.any([own, signal])
    // every item under way listens: that is no leak
    setMaxListeners(0, this.#signal)
  }

  async *results(): AsyncGenerator<Settled<Item, Result>> {
    const { signal } = this.#options
    const abort = (): void => this.#fail(signal?.reason)
    signal?.throwIfAborted()
    signal?.addEventListener('abort', abort, { once: true })
    try {
      for (;;) {
        this.#pull()
        if (this.#failure !== undefined) throw this.#failure.error
        const [first] = this.#places
        if (first === undefined && this.#isOver) return
        if (first?.done === undefined) {
          await this.#news()
          continue
        }
        this.#places.shift()
        yield { item: first.item, result: first.done.result }
      }
    } finally {
      signal?.removeEventListener('abort', abort)
      this.#end.abort()
      this.#isLeft = true
      if (!this.#isOver) letGo(this.#source.iterator)
    }
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  get #hasRoom(): boolean {
    const { concurrency, held, hasRoom } = this.#options
    if (this.#running >= concurrency || this.#places.length >= held) return false
    return this.#running === 0 || hasRoom === undefined || hasRoom()
  }

  #pull(): void {
    while (!this.#isOver && !this.#isPulling && this.#failure === undefined && this.#hasRoom) {
      try {
        const source = this.#source
        if (source.kind === 'now') this.#take(source.iterator.next())
        else this.#takeLater(source.iterator.next())
      } catch (error) {
        this.#fail(error)
      }
    }
  }

  /** A source that is waiting for its next item keeps no result back. */
  #takeLater(next: Promise<IteratorResult<Item>>): void {
    this.#isPulling = true
    // whatever a caller's iterator gives back
    Promise.resolve(next)
      .then((result) => {
        this.#isPulling = false
        this.#take(result)
        this.#wake()
      })
      .catch((error: unknown) => this.#fail(error))
  }

  #take(result: IteratorResult<Item>): void {
    if (this.#isLeft) return
    if (result.done === true) {
      this.#isOver = true
      return
    }
    const item = result.value
    const place: Place<Item, Result> = { item, done: undefined }
    this.#places.push(place)
    this.#running += 1
    this.#begin({
      item,
      signal: this.#signal,
      settle: (settled) => {
        if (place.done !== undefined) return
        place.done = { result: settled }
        this.#running -= 1
        this.#wake()
      },
      fail: (error) => this.#fail(error),
    })
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
    this.#wake()
  }
}
