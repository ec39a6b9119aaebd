/**
 * Replacing a file of a certificate directory: a reader, and whoever comes after a crash at any point, finds the old file
 * or the new one. Trusted side; the caller holds the write lock.
 */
import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { type CertificatePlace, TEMPORARY } from './cert-directory.ts'
import type { FileOperations } from './file-operations.ts'
import { requireOwnDirectory } from './guard.ts'
import { entryOf } from './paths.ts'
import { io } from './store-error.ts'

/**
 * Temporary file in the same directory, its contents on the disk, then the name, then the name on the disk.
 *
 * @throws StoreError `store-io`; then the old file is there, or the new one if only the last step failed
 */
export async function writeAtomically(
  files: FileOperations,
  root: Buffer,
  { directory, file }: CertificatePlace,
  octets: Uint8Array,
): Promise<void> {
  await io(directory, files.makeDirectory(directory))
  await requireOwnDirectory(directory)
  await io(root, files.syncDirectory(root))
  await removeLeftovers(files, directory)
  const name = `${TEMPORARY}${process.pid}-${randomBytes(8).toString('hex')}`
  const temporary = entryOf(directory, name)
  try {
    await writeNew(files, temporary, octets)
    await io(file, files.rename(temporary, file))
  } catch (error) {
    // a full disk is not filled further; the first error is the one to tell
    await files.remove(temporary).catch(() => {})
    throw error
  }
  await io(directory, files.syncDirectory(directory))
}

async function writeNew(files: FileOperations, path: Buffer, octets: Uint8Array): Promise<void> {
  const made = await io(path, files.create(path))
  try {
    await io(path, made.write(octets))
    await io(path, made.sync())
  } finally {
    await made.close()
  }
}

/** What a crash left: nobody else writes while the lock is held. */
async function removeLeftovers(files: FileOperations, directory: Buffer): Promise<void> {
  for (const name of await io(directory, readdir(directory, 'buffer'))) {
    if (!name.toString('latin1').startsWith(TEMPORARY)) continue
    const leftover = entryOf(directory, name)
    await io(leftover, files.remove(leftover))
  }
}
