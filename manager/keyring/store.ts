/**
 * A certificate directory that is written: import in two steps - a plan that can be shown, then its execution under the
 * write lock - and removal. Trusted side. Certificates only ever gain: what is written is what the directory holds now,
 * joined with what was read, without what the primary key did not make.
 */
import { readdir } from 'node:fs/promises'
import type { Input } from '../input.ts'
import { type Certificate, mergeCertificates } from '../openpgp/certificate.ts'
import type { Fingerprint } from '../openpgp/model.ts'
import type { Driver } from '../umd/driver.ts'
import { writeAtomically } from './atomic-write.ts'
import { type CertificatePlace, isCertificateDirectory, placeOf } from './cert-directory.ts'
import { type Additions, additionsTo } from './changes.ts'
import { FILE_OPERATIONS, type FileOperations } from './file-operations.ts'
import { isOwnDirectory, readOwnFile, requireOwnDirectory } from './guard.ts'
import { readKeyFile } from './key-file.ts'
import { readStored } from './load-directory.ts'
import { makeDirectories } from './make-directories.ts'
import { merged, type StoredCertificate } from './merged.ts'
import { pathBytes } from './paths.ts'
import { io, StoreError, systemCode } from './store-error.ts'
import { STORE_LIMITS } from './store-limits.ts'
import { WriteLock } from './write-lock.ts'

/** What importing would do to one certificate. */
export interface PlannedImport {
  readonly fingerprint: Fingerprint
  /** `empty`: the primary key made nothing that holds, so there is nothing to store */
  readonly change: 'new' | 'updated' | 'unchanged' | 'empty'
  /** the certificate as it would be stored */
  readonly certificate: Certificate
  /** what it has that the stored one has not */
  readonly added: Additions
}

/** What was read, beside what is stored. Made by {@link CertificateStore.plan}. */
export interface ImportPlan {
  readonly imports: readonly PlannedImport[]
}

/** How a store behaves. */
export interface StoreOptions {
  /** milliseconds to wait for other writers; default {@link STORE_LIMITS}.lockPatience */
  readonly lockPatience?: number
  /** for tests: the steps of writing */
  readonly files?: FileOperations
}

interface Draft {
  readonly incoming: Certificate
  /** what the plan was made from, so that it need not be made again */
  readonly stored: StoredCertificate | undefined
  readonly result: StoredCertificate
}

let stores = 0

export class CertificateStore {
  readonly #driver: Driver
  readonly #root: Buffer
  readonly #patience: number
  readonly #files: FileOperations
  readonly #drafts = new WeakMap<PlannedImport, Draft>()
  readonly #name = `store ${stores++}`
  #reads = 0

  constructor(driver: Driver, root: string | Uint8Array, options: StoreOptions = {}) {
    this.#driver = driver
    this.#root = pathBytes(root)
    this.#patience = options.lockPatience ?? STORE_LIMITS.lockPatience
    this.#files = options.files ?? FILE_OPERATIONS
  }

  /**
   * Reads keys and says what importing them would change. Each source is read by a handler that has seen nothing else.
   * Nothing is written.
   *
   * @throws {@link StoreError}, KeyringError, InputError, SetupError
   */
  async plan(sources: readonly Input[], signal?: AbortSignal): Promise<ImportPlan> {
    await this.#requireStore()
    const read: Certificate[] = []
    for (const source of sources) {
      const found = await readKeyFile(this.#driver, source, this.#source(), signal)
      for (const certificate of found) read.push(certificate)
    }
    const incoming = mergeCertificates(read)
    requireDistinct(incoming)
    const source = this.#source()
    const imports: PlannedImport[] = []
    for (const certificate of incoming) {
      const stored = await this.#read(certificate.fingerprint, source, signal)
      imports.push(this.#planned(certificate, stored))
    }
    return { imports }
  }

  /**
   * Writes what a plan says, joined with what others have written since. Each certificate is replaced as a whole; all
   * together are not.
   *
   * @returns how many files were written
   * @throws {@link StoreError}, KeyringError, SetupError
   */
  async execute(plan: ImportPlan, signal?: AbortSignal): Promise<number> {
    const due = plan.imports.filter(({ change }) => change === 'new' || change === 'updated')
    if (due.length === 0) return 0
    await this.#make()
    const source = this.#source()
    let written = 0
    for (let from = 0; from < due.length; from += STORE_LIMITS.batch) {
      await using _lock = await WriteLock.take(this.#root, this.#patience)
      for (const planned of due.slice(from, from + STORE_LIMITS.batch)) {
        signal?.throwIfAborted()
        if (await this.#write(planned, source, signal)) written += 1
      }
    }
    return written
  }

  /**
   * Removes certificates by the fingerprints of their primary keys.
   *
   * @returns those that were there
   * @throws {@link StoreError}
   */
  async remove(fingerprints: readonly Fingerprint[]): Promise<readonly Fingerprint[]> {
    await this.#requireStore()
    if (!(await isOwnDirectory(this.#root))) return []
    await using _lock = await WriteLock.take(this.#root, this.#patience)
    const removed: Fingerprint[] = []
    for (const fingerprint of fingerprints) {
      if (await this.#removeOne(placeOf(this.#root, fingerprint))) removed.push(fingerprint)
    }
    return removed
  }

  async #removeOne({ directory, file }: CertificatePlace): Promise<boolean> {
    if (!(await isOwnDirectory(directory))) return false
    try {
      await this.#files.remove(file)
    } catch (cause) {
      if (systemCode(cause) === 'ENOENT') return false
      throw new StoreError('store-io', 'the file cannot be removed', { path: file, cause })
    }
    await io(directory, this.#files.syncDirectory(directory))
    return true
  }

  /** Requests of one step are about one source: what is trusted is not read by whoever read what is not. */
  #source(): string {
    this.#reads += 1
    return `${this.#name}.${this.#reads}`
  }

  /** A certificate directory, an empty one, or none yet: a directory of anything else is not made one. */
  async #requireStore(): Promise<void> {
    if (!(await isOwnDirectory(this.#root)) || (await isCertificateDirectory(this.#root))) return
    if ((await io(this.#root, readdir(this.#root))).length === 0) return
    const text = 'expected a certificate directory, or an empty one to make it of'
    throw new StoreError('store-not-a-store', text, { path: this.#root })
  }

  /** Makes the directory where there is none, with its parents, and puts their names on the disk. */
  async #make(): Promise<void> {
    await makeDirectories(this.#files, this.#root)
    await this.#requireStore()
  }

  async #read(
    fingerprint: Fingerprint,
    source: string,
    signal: AbortSignal | undefined,
  ): Promise<StoredCertificate | undefined> {
    const place = placeOf(this.#root, fingerprint)
    const octets = await readOwnFile(place.file)
    if (octets === undefined) return undefined
    await requireOwnDirectory(place.directory)
    const origin = { source, path: place.file, signal }
    return { octets, certificate: await readStored(this.#driver, place, octets, origin) }
  }

  #planned(incoming: Certificate, stored: StoredCertificate | undefined): PlannedImport {
    const result = merged(stored, incoming)
    const { certificate } = result
    const planned: PlannedImport = {
      fingerprint: certificate.fingerprint,
      change: changeOf(stored, result),
      certificate,
      added: additionsTo(stored?.certificate, certificate),
    }
    this.#drafts.set(planned, { incoming, stored, result })
    return planned
  }

  /** Under the lock: another writer may have been here since the plan was made. */
  async #write(
    planned: PlannedImport,
    source: string,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const draft = this.#drafts.get(planned)
    if (draft === undefined) throw new TypeError('expected a plan of this store')
    const place = placeOf(this.#root, planned.fingerprint)
    const now = await readOwnFile(place.file)
    const result = isEqual(now, draft.stored?.octets)
      ? draft.result
      : merged(await this.#read(planned.fingerprint, source, signal), draft.incoming)
    if (isEqual(now, result.octets)) return false
    await writeAtomically(this.#files, this.#root, place, result.octets)
    return true
  }
}

function changeOf(
  stored: StoredCertificate | undefined,
  result: StoredCertificate,
): PlannedImport['change'] {
  if (stored !== undefined) return isEqual(stored.octets, result.octets) ? 'unchanged' : 'updated'
  const { components } = result.certificate
  const holdsAny = components.some((part) => part.signatures.length + part.flawed.length > 0)
  return holdsAny ? 'new' : 'empty'
}

function isEqual(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return Buffer.compare(a, b) === 0
}

/** Merging left two certificates of one fingerprint: their primary keys differ, so its hash is broken. */
function requireDistinct(certificates: readonly Certificate[]): void {
  const seen = new Set(certificates.map(({ fingerprint }) => fingerprint))
  if (seen.size === certificates.length) return
  throw new StoreError('store-collision', 'two different primary keys have one fingerprint')
}
