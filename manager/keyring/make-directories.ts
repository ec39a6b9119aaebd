/** Making a directory and those above it, so that none of their names is lost in a crash. Trusted side. */
import { stat } from 'node:fs/promises'
import type { FileOperations } from './file-operations.ts'
import { io, systemCode } from './store-error.ts'

const SLASH = 0x2f

/** @throws StoreError `store-io` */
export async function makeDirectories(files: FileOperations, path: Buffer): Promise<void> {
  if (await isThere(path)) return
  const parent = parentOf(path)
  await makeDirectories(files, parent)
  await io(path, files.makeDirectory(path))
  await io(parent, files.syncDirectory(parent))
}

async function isThere(path: Buffer): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false
    return io(path, Promise.reject(error))
  }
}

function parentOf(path: Buffer): Buffer {
  const at = path.lastIndexOf(SLASH)
  return at > 0 ? path.subarray(0, at) : Buffer.from(at === 0 ? '/' : '.')
}
