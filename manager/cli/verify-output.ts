/**
 * Writing a verified text out: to a temporary file beside the target, which gets the target's name when it is complete, so
 * that nobody ever reads half of it; or to standard output. Called after the verdict is good, and never before.
 */
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs'
import { type FileName, pathOf } from './names.ts'

/** The text was verified and could not be written. */
export class OutputError extends Error {
  override readonly name = 'OutputError'
  readonly code = 'output-failed'
  readonly path: string | Uint8Array | undefined

  constructor(message: string, path: string | Uint8Array | undefined, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.path = path
  }
}

const SLASH = 0x2f

/**
 * Replaces a file, or makes it; a dash is standard output. What is neither a regular file nor missing is left alone: a
 * device, a FIFO or a symbolic link must not be replaced by a rename.
 *
 * @throws {@link OutputError}
 */
export async function writeOutput(name: FileName, text: Uint8Array): Promise<void> {
  if (name.text === '-') await writeToStdout(text)
  else replace(pathOf(name), text)
}

/** In one go, so that no interrupt comes between the temporary file and its new name, and leaves it. */
function replace(path: string | Uint8Array, text: Uint8Array): void {
  const target = Buffer.from(path)
  const replaced = replacedFile(target)
  if (replaced === 'not-a-file') {
    throw new OutputError('expected a regular file to replace, or none', path)
  }
  const folder = target.subarray(0, target.lastIndexOf(SLASH) + 1)
  const unique = `.pgp-airlock-${randomBytes(8).toString('hex')}`
  const temporary = Buffer.concat([folder, Buffer.from(unique)])
  try {
    writeNew(temporary, text, replaced)
    renameSync(temporary, target)
  } catch (cause) {
    try {
      rmSync(temporary, { force: true })
    } catch {
      // it may not have been made; the first error is the one to tell
    }
    throw new OutputError('the verified text cannot be written', path, cause)
  }
}

/** The file that is replaced; undefined where there is none. */
function replacedFile(target: Buffer): Stats | 'not-a-file' | undefined {
  try {
    const status = lstatSync(target)
    return status.isFile() ? status : 'not-a-file'
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return isMissing ? undefined : 'not-a-file'
  }
}

function writeNew(path: Buffer, text: Uint8Array, replaced: Stats | undefined): void {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL
  const file = openSync(path, flags, replaced === undefined ? 0o666 : 0o600)
  try {
    if (replaced !== undefined) permit(file, replaced)
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Who might use the old file may use the new one, and nobody else: what cannot be had is left out. */
function permit(file: number, { uid, gid, mode }: Stats): void {
  let permissions = mode & 0o777
  try {
    fchownSync(file, uid, gid)
  } catch {
    permissions &= 0o707 // the group is another one
  }
  try {
    fchmodSync(file, permissions)
  } catch {
    // a file system without permissions of its own
  }
}

function writeToStdout(text: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error === null || error === undefined) resolve()
      else reject(new OutputError('the verified text cannot be written', undefined, error))
    })
  })
}
