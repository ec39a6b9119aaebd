/**
 * Writing a verified text out: to a temporary file beside the target, which gets the target's name when it is complete, so
 * that nobody ever reads half of it; or to standard output. Called after the verdict is good, and never before.
 */
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, open, rename, unlink } from 'node:fs/promises'
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
  if (!(await isReplaceable(target))) {
    throw new OutputError('expected a regular file to replace, or none', path)
  }
  const folder = target.subarray(0, target.lastIndexOf(SLASH) + 1)
  const unique = `.pgp-airlock-${randomBytes(8).toString('hex')}`
  const temporary = Buffer.concat([folder, Buffer.from(unique)])
  try {
    await writeNew(temporary, text)
    await rename(temporary, target)
  } catch (cause) {
    // it may not have been made; the first error is the one to tell
    await unlink(temporary).catch(() => {})
    throw new OutputError('the verified text cannot be written', path, cause)
  }
}

async function isReplaceable(target: Buffer): Promise<boolean> {
  try {
    return (await lstat(target)).isFile()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true
    return false
  }
}

async function writeNew(path: Buffer, text: Uint8Array): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o666)
  try {
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
