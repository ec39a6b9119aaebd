/**
 * Which packages a command is about: files as named, and all that is called `*.rpm` below directories, in the order of their
 * paths' bytes. Nothing of that name is passed over: a link is opened, and what is no regular file is told as that. Links to
 * directories are not walked. A directory that cannot be read is told in its place, and the walk goes on.
 */
import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import type { Input } from '../input.ts'
import { inputOf } from './input-of.ts'
import { type FileName, nameOfPath, pathOf } from './names.ts'
import type { Total } from './verify-progress.ts'

/** A package of the command line. */
export interface NamedPackage {
  readonly name: FileName
  readonly package: Input
}

/** What a verdict on standard input is about. */
const STANDARD_INPUT: FileName = { text: 'standard input' }
const ENDING = Buffer.from('.rpm')
const SLASH = Buffer.from('/')

/** What a name stands for; looked up once. */
export interface Found {
  readonly name: FileName
  /** `file`: whatever is no directory, and what is not there: opening it tells */
  readonly kind: 'standard-input' | 'directory' | 'file'
  /** octets, as the file system says */
  readonly size: number
}

/**
 * Looks a name up. A symbolic link is followed, to a directory as well.
 *
 * @param isDashInput `-` is a package on standard input; otherwise a file of that name, as where names are read from there
 */
export async function lookUp(name: FileName, isDashInput: boolean): Promise<Found> {
  if (isDashInput && name.text === '-') return { name, kind: 'standard-input', size: 0 }
  try {
    const status = await stat(Buffer.from(pathOf(name)))
    return { name, kind: status.isDirectory() ? 'directory' : 'file', size: status.size }
  } catch {
    return { name, kind: 'file', size: 0 }
  }
}

/**
 * The packages that names stand for, in their order.
 *
 * @param isEmpty told of a directory that was named and has none
 */
export async function* packagesOf(
  names: Iterable<Found> | AsyncIterable<Found>,
  isEmpty: (directory: FileName) => void,
): AsyncGenerator<NamedPackage> {
  for await (const { name, kind } of names) {
    if (kind === 'standard-input') yield packageOf(name)
    else if (kind === 'file') yield { name, package: { path: pathOf(name) } }
    else {
      let count = 0
      for await (const found of below(Buffer.from(pathOf(name)))) {
        count += 1
        yield found
      }
      if (count === 0) isEmpty(name)
    }
  }
}

/** How much there is to read, where that is known before it is read. */
export function totalOf(names: readonly Found[]): Total | undefined {
  if (names.some(({ kind }) => kind !== 'file')) return undefined
  return { inputs: names.length, octets: names.reduce((sum, { size }) => sum + size, 0) }
}

/** The package of a name that is no directory to be walked. */
export function packageOf(name: FileName): NamedPackage {
  return { name: name.text === '-' ? STANDARD_INPUT : name, package: inputOf(name) }
}

/** Depth first, by what is still to be done and not by calls: a tree may be as deep as its maker likes. */
async function* below(top: Buffer): AsyncGenerator<NamedPackage> {
  const due: Due[] = [{ path: top, isDirectory: true }]
  for (let next = due.pop(); next !== undefined; next = due.pop()) {
    const { path, isDirectory } = next
    const entries = isDirectory ? await entriesOf(path) : undefined
    // of a directory that cannot be read, opening it tells what is wrong
    if (entries === undefined) yield { name: nameOfPath(path), package: { path } }
    else for (const entry of entries.toReversed()) due.push(entry)
  }
}

interface Due {
  readonly path: Buffer
  readonly isDirectory: boolean
}

/** Directories and packages, in order; undefined where the directory cannot be read. */
async function entriesOf(directory: Buffer): Promise<readonly Due[] | undefined> {
  let entries: readonly Dirent<Buffer>[]
  try {
    entries = await readdir(directory, { withFileTypes: true, encoding: 'buffer' })
  } catch {
    return undefined
  }
  const slash = directory.at(-1) === SLASH[0] ? Buffer.alloc(0) : SLASH
  return entries
    .filter((entry) => entry.isDirectory() || isPackageName(entry.name))
    .map((entry) => {
      const isDirectory = entry.isDirectory()
      // with the slash that follows a directory's name, so that all paths below are in order
      const path = Buffer.concat([directory, slash, entry.name, ...(isDirectory ? [SLASH] : [])])
      return { path, isDirectory }
    })
    .sort((a, b) => Buffer.compare(a.path, b.path))
}

function isPackageName(name: Buffer): boolean {
  return name.subarray(-ENDING.length).equals(ENDING)
}
