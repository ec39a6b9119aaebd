/** A job ends once, whatever its caller does then, and what it waited on forgets it. (C5) */
import { describe, expect, it, vi } from 'vitest'
import { Job } from '../../manager/umd/job.ts'
import { asked } from '../umd/drive.ts'

const refused = { status: 'rejected', code: 1, offset: 0 } as const

describe('C5: a job', () => {
  it('ends once', () => {
    const told: unknown[] = []
    const job = new Job(
      asked([1]),
      (outcome) => told.push(outcome),
      (error) => told.push(error),
    )
    expect(job.done).toBe(false)
    job.settle(refused)
    job.settle(refused)
    job.fail(new Error('too late'))
    expect([job.done, told]).toEqual([true, [refused]])
  })

  it('fails when its signal says so, and then tells whoever queues it', () => {
    const told: unknown[] = []
    const abort = new AbortController()
    const job = new Job(
      asked([1]),
      () => {},
      (error) => told.push(error),
    )
    job.abortOn(abort.signal, () => told.push(job.done))
    abort.abort('no longer wanted')
    job.settle(refused)
    expect(told).toEqual(['no longer wanted', true])
  })

  it('is forgotten by its signal once it ended', () => {
    const { signal } = new AbortController()
    const added = vi.spyOn(signal, 'addEventListener')
    const removed = vi.spyOn(signal, 'removeEventListener')
    const job = new Job(
      asked([1]),
      () => {},
      () => {},
    )
    job.abortOn(signal, () => {})
    expect(removed).not.toHaveBeenCalled()
    job.settle(refused)
    expect(removed.mock.calls[0]?.[1]).toBe(added.mock.calls[0]?.[1])
  })

  it.each([
    ['an outcome', (job: Job) => job.settle(refused)],
    ['a failure', (job: Job) => job.fail(new Error('closed'))],
  ])('of a caller that throws for %s costs others nothing: the error is thrown apart', (_, end) => {
    const apart = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => {})
    const own = new Error("the caller's own")
    const fling = (): never => {
      throw own
    }
    try {
      end(new Job(asked([1]), fling, fling))
      expect(() => apart.mock.calls[0]?.[0]()).toThrow(own)
    } finally {
      apart.mockRestore()
    }
  })
})
