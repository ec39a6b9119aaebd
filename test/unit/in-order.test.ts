/** Work in order: bounds, failures and sources that behave oddly. (C2, C5) */
import { describe, expect, test } from 'vitest'
import { InOrder, type InOrderOptions, type Items, type Job } from '../../manager/in-order.ts'

type Begin = (job: Job<number, string>) => void

const start = (items: Items<number>, begin: Begin, options: Partial<InOrderOptions> = {}) =>
  new InOrder(items, begin, { concurrency: 4, held: 8, signal: undefined, ...options }).results()

async function all(results: AsyncIterable<{ item: number; result: string }>): Promise<string[]> {
  const told: string[] = []
  for await (const { item, result } of results) told.push(`${item}${result}`)
  return told
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
const atOnce: Begin = ({ settle }) => settle('!')
const never: Begin = () => {}

describe('C2: in the order of the items', () => {
  test.each([
    ['at once', atOnce],
    [
      'later, the last first',
      ({ item, settle }: Job<number, string>) => void setTimeout(() => settle('!'), 20 - item),
    ],
  ])('results that come %s', async (_, begin) => {
    expect(await all(start(numbers(20), begin))).toEqual(numbers(20).map((one) => `${one}!`))
  })

  test('so many are under way, so many held, and one goes on without room', async () => {
    const open: Job<number, string>[] = []
    const results = start(numbers(20), (job) => open.push(job), { concurrency: 3, held: 5 })
    const first = results.next()
    expect(open.map(({ item }) => item)).toEqual([0, 1, 2])
    // the first is not ready: two more may begin, and no third
    for (const at of [1, 2, 3, 4]) {
      open[at]?.settle('!')
      await new Promise(setImmediate)
    }
    expect(open.length).toBe(5)
    open[0]?.settle('!')
    expect(await first).toMatchObject({ value: { item: 0 } })
    await results.return(undefined)
    expect(open.every(({ signal }) => signal.aborted)).toBe(true)

    let most = 0
    let running = 0
    const alone: Begin = ({ settle }) => {
      running += 1
      most = Math.max(most, running)
      setImmediate(() => {
        running -= 1
        settle('!')
      })
    }
    await all(start(numbers(5), alone, { hasRoom: () => false }))
    expect(most).toBe(1)
  })

  test('nothing begins after the end, and the first result of a job counts', async () => {
    let late = (_: IteratorResult<number>): void => {}
    let asked = 0
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          asked += 1
          if (asked === 1) return Promise.resolve({ done: false, value: 1 })
          return new Promise((resolve) => {
            late = resolve
          })
        },
      }),
    }
    const begun: number[] = []
    const twice: Begin = ({ item, settle }) => {
      begun.push(item)
      settle('first')
      settle('second')
    }
    for await (const { result } of start(source, twice)) {
      expect(result).toBe('first')
      break
    }
    late({ done: false, value: 2 })
    await new Promise(setImmediate)
    expect(begun).toEqual([1])
  })

  test('a source that is waiting keeps no result back', async () => {
    let more = (): void => {}
    async function* slow(): AsyncGenerator<number> {
      yield 0
      await new Promise<void>((resolve) => {
        more = resolve
      })
      yield 1
    }
    const results = start(slow(), atOnce)
    expect(await results.next()).toMatchObject({ value: { item: 0 } })
    const second = results.next()
    await new Promise(setImmediate)
    more()
    expect(await second).toMatchObject({ value: { item: 1 } })
    expect(await results.next()).toMatchObject({ done: true })
  })
})

describe('C5: what fails', () => {
  const cause = new Error('enough')

  test.each<readonly [string, () => Items<number>, Begin]>([
    ['a source, at once', () => throwing(), never],
    ['a source, later', () => rejecting(), never],
    [
      'a job, as it begins',
      () => numbers(3),
      () => {
        throw cause
      },
    ],
    ['a job, later', () => numbers(3), ({ fail }) => void setImmediate(() => fail(cause))],
  ])('%s: its error, and the end', async (_, items, begin) => {
    await expect(all(start(items(), begin))).rejects.toBe(cause)
  })

  test('the signal, before and meanwhile', async () => {
    const before = start(numbers(3), never, { signal: AbortSignal.abort(cause) })
    await expect(before.next()).rejects.toBe(cause)
    const controller = new AbortController()
    const meanwhile = start(numbers(3), never, { signal: controller.signal }).next()
    setImmediate(() => controller.abort(cause))
    await expect(meanwhile).rejects.toBe(cause)
  })

  test.each([
    [
      'throws',
      () => {
        throw cause
      },
    ],
    ['rejects', () => Promise.reject(cause)],
    ['never answers', () => new Promise<never>(() => {})],
  ])('a source whose end %s takes nothing back', async (_, end) => {
    let isAsked = false
    const odd: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.resolve({ done: false, value: 7 }),
        return: () => {
          isAsked = true
          return end()
        },
      }),
    }
    for await (const { item } of start(odd, atOnce)) {
      expect(item).toBe(7)
      break
    }
    expect(isAsked).toBe(true)
  })

  function throwing(): Iterable<number> {
    return {
      [Symbol.iterator]: () => ({
        next: () => {
          throw cause
        },
      }),
    }
  }

  function rejecting(): AsyncIterable<number> {
    return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(cause) }) }
  }
})
