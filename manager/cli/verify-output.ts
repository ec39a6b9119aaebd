/**
 * Writing a verified text out: to a temporary file beside the target, which gets the target's name when it is complete, so
 * that nobody ever reads half of it; or to standard output. Called after the verdict is good, and never before.
 */
import { randomBytes } from 'node:crypto'
import { constants, rmSync } from 'node:fs'
import { lstat, open, rename, rm } from 'node:fs/promises'
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
  if (name.text === '-') return writeToStdout(text)
  const path = pathOf(name)
  const target = Buffer.from(path)
  const replaced = await permissionsOf(target)
  if (replaced === 'not-a-file') {
    throw new OutputError('expected a regular file to replace, or none', path)
  }
  const folder = target.subarray(0, target.lastIndexOf(SLASH) + 1)
  const unique = `.pgp-airlock-${randomBytes(8).toString('hex')}`
  const temporary = Buffer.concat([folder, Buffer.from(unique)])
  // an interrupt ends the process by this way
  const abandon = (): void => rmSync(temporary, { force: true })
  process.once('exit', abandon)
  try {
    await writeNew(temporary, text, replaced)
    await rename(temporary, target)
  } catch (cause) {
    // the first error is the one to tell
    await rm(temporary, { force: true }).catch(() => {})
    throw new OutputError('the verified text cannot be written', path, cause)
  } finally {
    process.off('exit', abandon)
  }
}

/** Of the file that is replaced; undefined where there is none. */
async function permissionsOf(target: Buffer): Promise<number | 'not-a-file' | undefined> {
  try {
    const status = await lstat(target)
    return status.isFile() ? status.mode & 0o777 : 'not-a-file'
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return isMissing ? undefined : 'not-a-file'
  }
}

/** @param permissions exactly these; undefined: what the process's umask leaves of a new file's */
async function writeNew(
  path: Buffer,
  text: Uint8Array,
  permissions: number | undefined,
): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL
  const file = await open(path, flags, permissions ?? 0o666)
  try {
    if (permissions !== undefined) await file.chmod(permissions)
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
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
