/**
 * The layout of a shared certificate directory (draft-nwjw-openpgp-cert-d): `01/23456...`, the two first hexadecimal
 * digits of a fingerprint and the rest of it; a file `writelock` in the root. Trusted side; reads names only. Whatever
 * has no place in the layout is refused, so that nothing in it is overlooked.
 */
import { readdir } from 'node:fs/promises'
import type { Fingerprint } from '../openpgp/model.ts'
import { isOwnDirectory, requireOwnDirectory } from './guard.ts'
import { entryOf } from './paths.ts'
import { io, StoreError, systemCode } from './store-error.ts'

/** The file that writers lock. */
export const WRITE_LOCK = 'writelock'
/** Names of files that are being written: a crash may leave one, the next writer removes it. */
export const TEMPORARY = '.tmp-'

const BRANCH = /^[0-9a-f]{2}$/
const LEAF = /^(?:[0-9a-f]{38}|[0-9a-f]{62})$/
/** Of other programs: names that the layout reserves, and the special certificate of the draft. */
const OTHERS = /^(?:[._].*|trust-root)$/s

/** A certificate's place. */
export interface CertificatePlace {
  readonly fingerprint: Fingerprint
  readonly directory: Buffer
  readonly file: Buffer
}

export function placeOf(root: Buffer, fingerprint: Fingerprint): CertificatePlace {
  const directory = entryOf(root, fingerprint.slice(0, 2))
  return { fingerprint, directory, file: entryOf(directory, fingerprint.slice(2)) }
}

const names = (directory: Buffer): Promise<readonly Buffer[]> =>
  io(directory, readdir(directory, 'buffer'))

/** Latin-1, so that different names stay different texts. */
const textOf = (name: Buffer): string => name.toString('latin1')

/** Whether a directory has this layout: a write lock, or a directory named by two hexadecimal digits. */
export async function isCertificateDirectory(root: Buffer): Promise<boolean> {
  for (const name of await names(root)) {
    const text = textOf(name)
    if (text === WRITE_LOCK) return true
    if (BRANCH.test(text) && (await isNoFile(entryOf(root, name)))) return true
  }
  return false
}

/**
 * A certificate directory, an empty one, or none yet: a directory of anything else is not made one, nor taken for one.
 *
 * @throws {@link StoreError} `store-not-a-store`, those of the guard
 */
export async function requireStore(root: Buffer): Promise<void> {
  if (!(await isOwnDirectory(root))) return
  // in this order: another writer may make a store of an empty one between the two looks
  if ((await names(root)).length === 0 || (await isCertificateDirectory(root))) return
  const text = 'expected a certificate directory, or an empty directory'
  throw new StoreError('store-not-a-store', text, { path: root })
}

/** A directory, or something else that stands where one is due. */
async function isNoFile(path: Buffer): Promise<boolean> {
  try {
    await readdir(path)
    return true
  } catch (error) {
    return systemCode(error) !== 'ENOTDIR'
  }
}

/**
 * The places of all certificates, by name; every directory on the way has passed the guard.
 *
 * @throws {@link StoreError}
 */
export async function listCertificates(root: Buffer): Promise<readonly CertificatePlace[]> {
  await requireOwnDirectory(root)
  const places: CertificatePlace[] = []
  for (const name of (await names(root)).toSorted(Buffer.compare)) {
    const text = textOf(name)
    if (text === WRITE_LOCK || OTHERS.test(text)) continue
    const path = entryOf(root, name)
    if (!BRANCH.test(text)) throw stray(path)
    await requireOwnDirectory(path)
    for (const leaf of (await names(path)).toSorted(Buffer.compare)) {
      const rest = textOf(leaf)
      if (rest.startsWith(TEMPORARY)) continue
      if (!LEAF.test(rest)) throw stray(entryOf(path, leaf))
      places.push(placeOf(root, `${text}${rest}` as Fingerprint)) // 40 or 64 digits: just checked
    }
  }
  return places
}

function stray(path: Buffer): StoreError {
  return new StoreError('store-stray', 'expected nothing but certificates', { path })
}
