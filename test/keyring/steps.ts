/** The store's file operations with an accident at one of them. */
import { writeSync } from 'node:fs'
import {
  FILE_OPERATIONS,
  type FileOperations,
  type NewFile,
} from '../../manager/keyring/file-operations.ts'

/** `before` and `after` a step; `within`: half of what a write has to write is written. */
export type Moment = 'before' | 'within' | 'after'

/**
 * Counts every step and has an accident at one.
 *
 * @param accident throws, or ends the process
 */
export function withAccident(
  step: number,
  moment: Moment,
  accident: () => void,
): { readonly files: FileOperations; readonly steps: () => number } {
  let taken = 0
  const at = async <T>(run: () => Promise<T>, half: () => Promise<unknown>): Promise<T> => {
    const isDue = taken === step
    taken += 1
    if (isDue && moment === 'before') accident()
    if (isDue && moment === 'within') {
      await half()
      accident()
    }
    const result = await run()
    if (isDue && moment === 'after') accident()
    return result
  }
  const nothing = async (): Promise<void> => {}
  const real = FILE_OPERATIONS
  const watched = (file: NewFile): NewFile => ({
    write: (octets) =>
      at(
        () => file.write(octets),
        () => file.write(octets.subarray(0, Math.floor(octets.length / 2))),
      ),
    sync: () => at(() => file.sync(), nothing),
    close: () => file.close(),
  })
  const files: FileOperations = {
    makeDirectory: (path) => at(() => real.makeDirectory(path), nothing),
    async create(path) {
      let file: NewFile | undefined
      const open = async (): Promise<NewFile> => {
        file = await real.create(path)
        return file
      }
      await at(open, nothing).catch(async (error: unknown) => {
        await file?.close()
        throw error
      })
      if (file === undefined) throw new Error('expected a file')
      return watched(file)
    },
    rename: (from, to) => at(() => real.rename(from, to), nothing),
    remove: (path) => at(() => real.remove(path), nothing),
    syncDirectory: (path) => at(() => real.syncDirectory(path), nothing),
  }
  return { files, steps: () => taken }
}

/** Ends this process as a power cut would, as far as a process can be ended. */
export function kill(): void {
  process.kill(process.pid, 'SIGKILL')
  // the signal is delivered before the next line could do anything
  writeSync(2, 'still alive\n')
}
