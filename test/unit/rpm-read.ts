/** An RPM header as both sides read it, in this process. */
import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import type { RpmHeader } from '../../manager/rpm/model.ts'
import { statedInHeader, statedInSignatures } from '../../manager/rpm/stated.ts'
import { attempt, Fault } from '../../manager/sanitise/fault.ts'
import { rpmItems } from './parse.ts'
import { type Entry, entryAt, type HeaderOptions, header, type Role } from './rpm-build.ts'
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

/** A header as the manager holds it, whose structure must be right. */
export function opened(
  role: Role,
  entries: readonly Entry[],
  options: HeaderOptions = {},
): RpmHeader {
  const reading = readRpm(role, header(role, entries, options))
  if (reading.status === 'read') return reading.header
  return expect.unreachable(`${reading.detail} (byte ${reading.offset})`)
}

/** What reading came to: a value, or the detail of the fault and the tag of the entry at its place. */
export function faultIn<T>({ entries }: RpmHeader, read: () => T): string | T {
  const result = attempt(read)
  if (!(result instanceof Fault)) return result
  const at = [...entries.values()].find(({ place }) => place.offset === result.offset)
  return `${result.detail} @ ${at?.tag ?? `byte ${result.offset}`}`
}

/** What entries state, or the fault and the tag that it is about. */
export function stated(
  role: Role,
  entries: readonly Entry[],
  options: HeaderOptions = {},
): unknown {
  const found = opened(role, entries, options)
  return faultIn(found, () =>
    role === 'header' ? statedInHeader(found) : statedInSignatures(found),
  )
}

/** A digest as a package states it. */
export const hex = (algorithm: string, octets: Uint8Array): string =>
  createHash(algorithm).update(octets).digest('hex')
