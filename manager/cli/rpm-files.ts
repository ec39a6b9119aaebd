/**
 * Which packages a command is about: files as named, and the `*.rpm` below directories, in the order of their bytes. While
 * walking, symbolic links are not followed and only regular files count. A directory that cannot be read is told in its
 * place, and the walk goes on.
 */
import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import type { Input } from '../input.ts'
import { fileName } from './name-list.ts'
import { type FileName, pathOf } from './names.ts'
import { inputOf } from './verify-session.ts'

/** A package of the command line. */
export interface NamedPackage {
  readonly name: FileName
  readonly package: Input
}

const STANDARD_INPUT: FileName = { text: 'standard input' }
const ENDING = Buffer.from('.rpm')
const SLASH = Buffer.from('/')

/** The packages that names stand for. */
export async function* packagesOf(
  names: Iterable<FileName> | AsyncIterable<FileName>,
): AsyncGenerator<NamedPackage> {
  for await (const name of names) {
    if (name.text !== '-' && (await isDirectory(name))) yield* below(Buffer.from(pathOf(name)))
    else yield { name: name.text === '-' ? STANDARD_INPUT : name, package: inputOf(name) }
  }
}

/** A symbolic link that is named is followed, one that is found is not. What is not there is told when it is opened. */
async function isDirectory(name: FileName): Promise<boolean> {
  try {
    return (await stat(Buffer.from(pathOf(name)))).isDirectory()
  } catch {
    return false
  }
}

async function* below(directory: Buffer): AsyncGenerator<NamedPackage> {
  let entries: readonly Dirent<Buffer>[]
  try {
    entries = await readdir(directory, { withFileTypes: true, encoding: 'buffer' })
  } catch {
    // opening it tells what is wrong
    yield { name: fileName(directory), package: { path: directory } }
    return
  }
  const slash = directory.at(-1) === SLASH[0] ? Buffer.alloc(0) : SLASH
  for (const entry of [...entries].sort((a, b) => Buffer.compare(a.name, b.name))) {
    const path = Buffer.concat([directory, slash, entry.name])
    if (entry.isDirectory()) yield* below(path)
    else if (entry.isFile() && path.subarray(-ENDING.length).equals(ENDING)) {
      yield { name: fileName(path), package: { path } }
    }
  }
}
