/**
 * Loading a directory as a keyring: one with the layout of a certificate directory, whose every entry is checked, or any
 * other, whose files are key files of any name (/etc/pki/rpm-gpg). Trusted side. A directory is one source: one fresh
 * handler reads all of it, one request per file, so that the boundaries between files are the manager's.
 */
import type { Stats } from 'node:fs'
import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import { KeyringError } from '../errors.ts'
import type { Certificate } from '../openpgp/certificate.ts'
import type { Driver } from '../umd/driver.ts'
import { joinedContents, type KeyContents } from './bare-revocation.ts'
import {
  type CertificatePlace,
  isCertificateDirectory,
  listCertificates,
} from './cert-directory.ts'
import { eachConcurrently } from './concurrently.ts'
import { readOwnFile } from './guard.ts'
import { readKeyFile } from './key-file.ts'
import { directoryBytes, entryOf } from './paths.ts'
import { type Origin, readKeyContents } from './read.ts'
import { io, StoreError } from './store-error.ts'

/** Files that are read at the same time: enough to keep a handler busy. */
const FILES_AT_ONCE = 64

/**
 * @throws {@link StoreError}, KeyringError, InputError, SetupError
 */
export async function loadDirectory(
  driver: Driver,
  directory: string | Uint8Array,
  source: string,
  signal: AbortSignal | undefined,
): Promise<KeyContents> {
  const root = directoryBytes(directory)
  return (await isCertificateDirectory(root))
    ? {
        certificates: await loadCertificateDirectory(driver, root, source, signal),
        revocations: [],
        unsupported: 0,
      }
    : loadKeyFiles(driver, root, source, signal)
}

/** Every certificate of a certificate directory. */
export async function loadCertificateDirectory(
  driver: Driver,
  root: Buffer,
  source: string,
  signal: AbortSignal | undefined,
): Promise<readonly Certificate[]> {
  const places = await listCertificates(root)
  const found = await eachConcurrently(places, FILES_AT_ONCE, async (place) => {
    const bytes = await readOwnFile(place.file)
    // removed since the directory was listed: then it is not part of it
    if (bytes === undefined) return undefined
    return readStored(driver, place, bytes, { source, path: place.file, signal })
  })
  return found.filter((certificate) => certificate !== undefined)
}

/**
 * The one certificate of a file in a certificate directory.
 *
 * @throws {@link StoreError} `store-name`, `store-damaged`, KeyringError `keyring-handler-failed`, SetupError
 */
export async function readStored(
  driver: Driver,
  { fingerprint, file }: CertificatePlace,
  bytes: Uint8Array,
  origin: Origin,
): Promise<Certificate> {
  const { certificates, revocations, unsupported } = await readIntact(driver, bytes, origin)
  const [certificate, ...more] = certificates
  const isAlone = more.length === 0 && revocations.length === 0 && unsupported === 0
  if (certificate?.fingerprint === fingerprint && isAlone) return certificate
  throw new StoreError('store-name', 'expected the one certificate that the name tells', {
    path: file,
  })
}

async function readIntact(driver: Driver, bytes: Uint8Array, origin: Origin): Promise<KeyContents> {
  try {
    return await readKeyContents(driver, bytes, origin)
  } catch (cause) {
    if (!(cause instanceof KeyringError) || cause.code === 'keyring-handler-failed') throw cause
    const { path } = origin
    throw new StoreError('store-damaged', 'the file is no certificate any more', { path, cause })
  }
}

/** Names that begin with a dot are not read, as in shells; everything else must be a key file. */
async function loadKeyFiles(
  driver: Driver,
  root: Buffer,
  source: string,
  signal: AbortSignal | undefined,
): Promise<KeyContents> {
  const files: KeyContents[] = []
  for (const name of (await io(root, readdir(root, 'buffer'))).toSorted(Buffer.compare)) {
    if (isHidden(name)) continue
    const path = entryOf(root, name)
    const entry = await io(path, lstat(path))
    if (entry.isSymbolicLink() && (await isLinkInside(root, path))) continue
    requireKeyFile(entry, path)
    files.push(await readKeyFile(driver, { path }, source, signal))
  }
  return joinedContents(files)
}

/** A link to a file of the same directory, which is read by its own name. */
async function isLinkInside(root: Buffer, path: Buffer): Promise<boolean> {
  const [directory, target] = await Promise.all([
    io(root, realpath(root, 'buffer')),
    io(path, realpath(path, 'buffer')),
  ])
  const name = target.subarray(target.lastIndexOf('/') + 1)
  if (!target.equals(entryOf(directory, name)) || isHidden(name)) return false
  return (await io(path, stat(target))).isFile()
}

const isHidden = (name: Buffer): boolean => name[0] === 0x2e

function requireKeyFile(entry: Stats, path: Buffer): void {
  if (entry.isFile()) return
  if (entry.isSymbolicLink()) {
    const text = 'expected key files, found a link that leads out of the directory'
    throw new StoreError('store-link', text, { path })
  }
  throw new StoreError('store-stray', 'expected nothing but key files', { path })
}
