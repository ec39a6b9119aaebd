/** An RPM header as both sides read it, in this process. */
import { expect } from 'vitest'
import { rpmItems } from './parse.ts'
import { entryAt, type Role } from './rpm-build.ts'
import { readRpm } from './sanitise-build.ts'

/**
 * How both sides read a header: where it stops, or how many entries it has. Throws where the manager calls the handler's
 * reply a Violation, or comes to something else.
 */
export function readByBoth(input: Uint8Array, role: Role = 'header'): string {
  const items = rpmItems(role, input)
  const last = items.at(-1)
  const reading = readRpm(role, input)
  const managers =
    reading.status === 'read'
      ? `${reading.header.entries.size + 1} entries`
      : `stop at ${reading.offset}`
  const handlers = last?.kind === 'stop' ? `stop at ${last.offset}` : `${items.length} entries`
  expect(handlers).toBe(managers)
  return handlers
}

export const stopAt = (offset: number): string => `stop at ${offset}`
/** A STOP at this entry of the index; one behind the last: at the end of the index. */
export const stopAtEntry = (index: number): string => stopAt(entryAt(index))
