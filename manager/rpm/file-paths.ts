/**
 * The paths of a package's files, put together one at a time from the lists that the header has them in. Trusted side. A
 * header of a few mebibytes may name a million: nothing is kept of each but a number.
 */
import { Fault } from '../sanitise/fault.ts'
import { eachString, integersOf, requireEntry } from '../sanitise/rpm-values.ts'
import { type RpmEntry, type RpmHeader, TYPE } from './model.ts'
import { CONTENT_TAG } from './tags.ts'

const NOTHING = new Uint8Array(0)

/** The names of files, one at a time: a header may have a million. */
export interface Paths {
  readonly count: number
  /** the parts of the next one */
  next(): readonly Uint8Array[]
}

/** Strings by their number: where each begins is kept, not each string. */
class Strings {
  readonly count: number
  readonly #data: Uint8Array
  readonly #starts: Uint32Array

  constructor(entry: RpmEntry | undefined) {
    this.count = entry?.count ?? 0
    this.#data = entry?.data ?? NOTHING
    this.#starts = new Uint32Array(this.count + 1)
    for (let index = 0; index < this.count; index += 1) {
      this.#starts[index + 1] = this.#data.indexOf(0, this.#starts[index]) + 1
    }
  }

  at(index: number): Uint8Array {
    return this.#data.subarray(this.#starts[index], (this.#starts[index + 1] ?? 1) - 1)
  }
}

/**
 * Directory and base name of each file; whole names in packages of rpm 3.
 *
 * @throws {@link Fault} where the lists do not agree
 */
export function pathsOf(header: RpmHeader): Paths {
  const old = listOf(header, CONTENT_TAG.oldFileNames)
  if (old !== undefined) {
    // two lists would be two packages: rpm and this program could each believe another one
    if (header.entries.has(CONTENT_TAG.baseNames) || header.entries.has(CONTENT_TAG.dirNames)) {
      throw faultAt(old, 'file names in one form, whole or in two parts')
    }
    const names = eachString(old)
    return { count: old.count, next: () => [names.next().value ?? NOTHING] }
  }
  const bases = listOf(header, CONTENT_TAG.baseNames)
  const directories = new Strings(listOf(header, CONTENT_TAG.dirNames))
  const entry = header.entries.get(CONTENT_TAG.dirIndexes)
  if (entry !== undefined) requireEntry(entry, TYPE.int32)
  const indexes = entry === undefined ? [] : integersOf(entry)
  if (indexes.length !== (bases?.count ?? 0)) {
    throw faultAt(entry, 'as many directory indexes as base names')
  }
  if (indexes.some((index) => index >= directories.count)) {
    throw faultAt(entry, 'indexes of directories that are there')
  }
  const names = bases === undefined ? [].values() : eachString(bases)
  const order = indexes.values()
  const next = (): readonly Uint8Array[] => [
    directories.at(order.next().value ?? 0),
    names.next().value ?? NOTHING,
  ]
  return { count: indexes.length, next }
}

/** The entry of a list of strings. @throws {@link Fault} for another type */
export function listOf({ entries }: RpmHeader, tag: number): RpmEntry | undefined {
  const entry = entries.get(tag)
  if (entry !== undefined) requireEntry(entry, TYPE.stringArray)
  return entry
}

export function faultAt(entry: RpmEntry | undefined, what: string): Fault {
  return new Fault('malformed', `expected ${what}`, entry?.place.offset ?? 0)
}
