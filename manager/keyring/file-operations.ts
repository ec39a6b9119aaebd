/**
 * The file system as the store writes to it, step by step, so that tests can stop at every one. Trusted side. Nothing
 * here follows a symbolic link at the last name.
 */
import { constants } from 'node:fs'
import { mkdir, open, rename, unlink } from 'node:fs/promises'
import { systemCode } from './store-error.ts'

/** A file that is being made. */
export interface NewFile {
  write(octets: Uint8Array): Promise<void>
  /** what was written is on the disk */
  sync(): Promise<void>
  close(): Promise<void>
}

/** Each call is one step: a crash comes before or after it. */
export interface FileOperations {
  /** one that is there already is left as it is */
  makeDirectory(path: Buffer): Promise<void>
  /** fails where a file of that name is */
  create(path: Buffer): Promise<NewFile>
  rename(from: Buffer, to: Buffer): Promise<void>
  remove(path: Buffer): Promise<void>
  /** names that were made, changed or removed in it are on the disk */
  syncDirectory(path: Buffer): Promise<void>
}

/** Certificates are public; nobody else may write. */
const DIRECTORY_MODE = 0o755
const FILE_MODE = 0o644

/** The real file system. */
export const FILE_OPERATIONS: FileOperations = {
  async makeDirectory(path) {
    try {
      await mkdir(path, { mode: DIRECTORY_MODE })
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error
    }
  },
  async create(path) {
    const file = await open(path, 'wx', FILE_MODE)
    return {
      write: (octets) => file.writeFile(octets),
      sync: () => file.sync(),
      close: () => file.close(),
    }
  },
  rename: (from, to) => rename(from, to),
  remove: (path) => unlink(path),
  async syncDirectory(path) {
    const directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY)
    try {
      await directory.sync()
    } finally {
      await directory.close()
    }
  },
}
