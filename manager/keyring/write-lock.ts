/**
 * The lock of a certificate directory's writers: flock(2) on its file `writelock`, as the draft and other programs have
 * it. Trusted side. Node.js cannot call flock, so util-linux's or busybox's `flock` does, on a descriptor that it inherits:
 * the lock belongs to the open file, which stays open here after `flock` has ended. The kernel gives it back when this
 * process closes the file or dies, however it dies; there is no stale lock to detect (docs/decisions/0004).
 */
import { spawn } from 'node:child_process'
import { constants, statSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { WRITE_LOCK } from './cert-directory.ts'
import { requireOwn } from './guard.ts'
import { entryOf } from './paths.ts'
import { io, StoreError, systemCode } from './store-error.ts'

/** Where `flock` may be; only root can have put it there. */
const FLOCK_PLACES = ['/usr/bin/flock', '/bin/flock', '/run/current-system/sw/bin/flock'] as const

const FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK
const LOCK_MODE = 0o644

/** The longest time of a Node.js timer. */
const MOST_PATIENCE = 2 ** 31 - 1

/** @throws RangeError for a time that cannot be waited for */
export function requirePatience(milliseconds: number): number {
  const isTime = Number.isInteger(milliseconds) && milliseconds >= 1
  if (isTime && milliseconds <= MOST_PATIENCE) return milliseconds
  throw new RangeError(`expected \`lockPatience\` in whole milliseconds, 1 to ${MOST_PATIENCE}`)
}

/** Held until it is disposed. */
export class WriteLock implements AsyncDisposable {
  readonly #file: FileHandle

  private constructor(file: FileHandle) {
    this.#file = file
  }

  /**
   * Waits for the lock.
   *
   * @param patience milliseconds after which it gives up
   * @throws {@link StoreError} `store-busy`, `store-lock-failed`, those of the guard
   */
  static async take(root: Buffer, patience: number): Promise<WriteLock> {
    const path = entryOf(root, WRITE_LOCK)
    const file = await openLock(path)
    try {
      const stat = await io(path, file.stat())
      if (!stat.isFile()) throw new StoreError('store-stray', 'expected a regular file', { path })
      requireOwn(stat, path)
      await lock(file, path, patience)
      return new WriteLock(file)
    } catch (error) {
      await file.close() // gives back a lock that came too late
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}

async function openLock(path: Buffer): Promise<FileHandle> {
  try {
    return await open(path, FLAGS, LOCK_MODE)
  } catch (cause) {
    if (systemCode(cause) === 'ELOOP') {
      throw new StoreError('store-link', 'expected a file, found a symbolic link', { path })
    }
    throw new StoreError('store-io', 'the lock file cannot be opened', { path, cause })
  }
}

/** `flock -x 3`, with the lock file as descriptor 3. */
function lock({ fd }: FileHandle, path: Buffer, patience: number): Promise<void> {
  const program = FLOCK_PLACES.find(isRoots)
  if (program === undefined) {
    const text = 'expected the program flock of util-linux, owned by root'
    throw new StoreError('store-lock-failed', text, { path })
  }
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['-x', '3'], {
      stdio: ['ignore', 'ignore', 'ignore', fd],
      env: {},
      cwd: '/',
      timeout: patience,
      killSignal: 'SIGKILL',
    })
    child.once('error', (cause) => {
      reject(new StoreError('store-lock-failed', 'the program flock failed', { path, cause }))
    })
    child.once('exit', (code, signal) => {
      if (code === 0) resolve()
      else if (signal === 'SIGKILL') {
        const text = `others have been writing for ${patience / 1000} seconds`
        reject(new StoreError('store-busy', text, { path }))
      } else reject(new StoreError('store-lock-failed', 'the program flock failed', { path }))
    })
  })
}

function isRoots(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat?.isFile() === true && stat.uid === 0 && (stat.mode & 0o022) === 0
}
