/** The queue holds what waits in it and nothing else: a request that was taken may be of 16 MiB. (C5) */
import { queryObjects } from 'node:v8'
import { describe, expect, it } from 'vitest'
import { Queue } from '../../manager/umd/queue.ts'

class Waiting {}

describe('C5: a queue', () => {
  it('gives what was put in, in order', () => {
    const queue = new Queue<number>()
    for (let item = 0; item < 3000; item += 1) queue.push(item)
    for (let item = 0; item < 2000; item += 1) expect(queue.shift()).toBe(item)
    expect([queue.length, queue.peek()]).toEqual([1000, 2000])
    expect(queue.takeAll()).toEqual(Array.from({ length: 1000 }, (_, index) => 2000 + index))
    expect([queue.length, queue.shift()]).toEqual([0, undefined])
  })

  it('holds nothing that was taken', () => {
    const queue = new Queue<Waiting>()
    for (let item = 0; item < 100; item += 1) queue.push(new Waiting())
    for (let item = 0; item < 90; item += 1) queue.shift()
    // counted after a garbage collection
    expect(queryObjects(Waiting, { format: 'count' })).toBe(10)
    expect(queue.length).toBe(10)
  })
})
