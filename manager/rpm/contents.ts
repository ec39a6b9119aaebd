/**
 * What a package says of itself and of its files. Trusted side. Whoever holds contents got them with a verdict that
 * authenticates the header, or asked for them unauthenticated by name. Texts are those of an input: to be cleaned before
 * they are shown (claim C6).
 */

import { RPM_LIMITS } from '../../protocol/limits.ts'
import { HASHES } from '../openpgp/algorithms.ts'
import { type Reason, reason } from '../openpgp/reasons.ts'
import { attempt, Fault } from '../sanitise/fault.ts'
import { eachString, hexOf, integerOf, integersOf, stringsOf } from '../sanitise/rpm-values.ts'
import { faultAt, listOf, pathsOf } from './file-paths.ts'
import { type RpmHeader, TYPE } from './model.ts'
import { CONTENT_TAG } from './tags.ts'

/** A text of the header. `bytes` is there where they are not UTF-8, and the text is then not exact. */
export interface RpmText {
  readonly text: string
  readonly bytes?: Uint8Array
}

/** A file of the package that has a digest: a regular one. */
export interface RpmFile {
  /** absolute, as the package states it */
  readonly path: RpmText
  readonly algorithm: string
  /** lower-case hexadecimal digest of the file's content */
  readonly digest: string
}

/** MD5, which rpm meant before it had a tag to say so. */
const OLDEST_ALGORITHM = 1

/**
 * The contents of one main header; each question reads it anew. A text is undefined where the header has none, or one of
 * more than 4,096 octets.
 */
export class RpmContents {
  readonly #header: RpmHeader
  readonly #base: number

  /** @param base where the header begins in the package */
  constructor(header: RpmHeader, base: number) {
    this.#header = header
    this.#base = base
  }

  get name(): RpmText | undefined {
    return this.#text(CONTENT_TAG.name)
  }

  get version(): RpmText | undefined {
    return this.#text(CONTENT_TAG.version)
  }

  get release(): RpmText | undefined {
    return this.#text(CONTENT_TAG.release)
  }

  /** Undefined for a package without one, which counts as 0. */
  get epoch(): number | undefined {
    const entry = this.#header.entries.get(CONTENT_TAG.epoch)
    const read = entry === undefined ? undefined : attempt(() => integerOf(entry))
    return read instanceof Fault ? undefined : read
  }

  /** Undefined for a source package, whose header states the machine it was made on. */
  get arch(): RpmText | undefined {
    return this.isSource ? undefined : this.#text(CONTENT_TAG.arch)
  }

  /** The source package that it was built from; undefined for a source package. */
  get sourceRpm(): RpmText | undefined {
    return this.#text(CONTENT_TAG.sourceRpm)
  }

  /** Only binary packages name the source that they were built from (rpm's headerIsSource). */
  get isSource(): boolean {
    return !this.#header.entries.has(CONTENT_TAG.sourceRpm)
  }

  /**
   * The regular files with their digests, in the header's order, one at a time: a header may list a million. Or why the lists
   * cannot be read, or hold more than is told; that is found before the first.
   */
  files(): Iterable<RpmFile> | Reason {
    const why = attempt(() => this.#objectionToFiles())
    if (why instanceof Fault) return reason('rpm-malformed', why.detail, this.#base + why.offset)
    return why ?? { [Symbol.iterator]: () => this.#files() }
  }

  #text(tag: number): RpmText | undefined {
    const entry = this.#header.entries.get(tag)
    if (entry?.type !== TYPE.string) return undefined
    const [octets] = stringsOf(entry)
    return octets === undefined || octets.length > RPM_LIMITS.maxText ? undefined : textOf(octets)
  }

  /** @throws {@link Fault} where the lists do not agree */
  #objectionToFiles(): Reason | undefined {
    let total = 0
    for (const { parts } of this.#entries()) {
      const length = parts.reduce((sum, part) => sum + part.length, 0)
      total += length
      if (length > RPM_LIMITS.maxText || total > RPM_LIMITS.maxPaths) {
        return reason('too-large', 'longer paths than are told')
      }
    }
    return undefined
  }

  *#files(): Generator<RpmFile> {
    for (const { parts, algorithm, digest } of this.#entries()) {
      yield { path: textOf(Buffer.concat(parts)), algorithm, digest }
    }
  }

  *#entries(): Generator<FileEntry> {
    const paths = pathsOf(this.#header)
    const digests = listOf(this.#header, CONTENT_TAG.fileDigests)
    if (digests === undefined) {
      if (paths.count === 0) return
      throw faultAt(undefined, 'digests of the files that are named')
    }
    if (paths.count !== digests.count) {
      throw faultAt(digests, 'as many digests as file names')
    }
    const needsDigest = digestNeeds(this.#header, paths.count)
    const stated = this.#header.entries.get(CONTENT_TAG.fileDigestAlgorithm)
    const algorithm = HASHES.get(stated === undefined ? OLDEST_ALGORITHM : integerOf(stated))
    if (algorithm === undefined) throw faultAt(stated, 'a digest algorithm that is known')
    let index = 0
    for (const octets of eachString(digests)) {
      const parts = paths.next()
      const isNeeded = needsDigest(index)
      index += 1
      if (octets.length === 0) {
        if (isNeeded) throw faultAt(digests, 'a digest of every regular file')
        continue
      }
      const digest = hexOf(octets, 2 * algorithm.octets, digests)
      yield { parts, algorithm: algorithm.name, digest }
    }
  }
}

/** File types of modes (inode(7)), and the flag of files that a package names and does not bring (rpm's RPMFILE_GHOST). */
const FORMAT = 0o170000
const REGULAR = 0o100000
const GHOST = 0x40

/** Whether a file, by its number, is a regular one that the package brings: then it has a digest. */
function digestNeeds(header: RpmHeader, files: number): (index: number) => boolean {
  const numbers = (tag: number, what: string): readonly number[] => {
    const entry = header.entries.get(tag)
    const values = entry === undefined ? [] : integersOf(entry)
    if (values.length === files) return values
    throw faultAt(entry, `as many ${what} as file names`)
  }
  const modes = numbers(CONTENT_TAG.fileModes, 'file modes')
  const flags = numbers(CONTENT_TAG.fileFlags, 'file flags')
  return (index) =>
    ((modes[index] ?? 0) & FORMAT) === REGULAR && ((flags[index] ?? 0) & GHOST) === 0
}

/** A file as the header has it. */
interface FileEntry {
  /** of its path */
  readonly parts: readonly Uint8Array[]
  readonly algorithm: string
  readonly digest: string
}

function textOf(octets: Uint8Array): RpmText {
  const text = Buffer.from(octets).toString('utf8')
  return Buffer.from(text).equals(octets) ? { text } : { text, bytes: new Uint8Array(octets) }
}
