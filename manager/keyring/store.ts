/**
 * A certificate directory that is written: import in two steps - a plan that can be shown, then its execution under the
 * write lock - and removal. Trusted side. Certificates only ever gain: what is written is what the directory holds now,
 * joined with what was read, without what the primary key did not make.
 */
import type { Input } from '../input.ts'
import { type Certificate, mergeCertificates } from '../openpgp/certificate.ts'
import { ByName } from '../openpgp/issuer.ts'
import type { Fingerprint, KeyPacket } from '../openpgp/model.ts'
import { keyIdOf } from '../sanitise/fingerprint.ts'
import type { Driver } from '../umd/driver.ts'
import { writeAtomically } from './atomic-write.ts'
import {
  type BareRevocation,
  joinedContents,
  type KeyContents,
  placeRevocations,
} from './bare-revocation.ts'
import { type CertificatePlace, listCertificates, placeOf, requireStore } from './cert-directory.ts'
import { additionsTo } from './changes.ts'
import { FILE_OPERATIONS, type FileOperations } from './file-operations.ts'
import { isOwnDirectory, readOwnFile, requireOwnDirectory } from './guard.ts'
import {
  changeOf,
  type ImportPlan,
  isEqual,
  type PlannedImport,
  requireDistinct,
} from './import-plan.ts'
import { readKeyFile } from './key-file.ts'
import { Keyring } from './keyring.ts'
import { loadCertificateDirectory, readStored } from './load-directory.ts'
import { makeDirectories } from './make-directories.ts'
import { merged, type StoredCertificate } from './merged.ts'
import { directoryBytes } from './paths.ts'
import { io, StoreError, systemCode } from './store-error.ts'
import { STORE_LIMITS } from './store-limits.ts'
import { requirePatience, WriteLock } from './write-lock.ts'

/** How a store behaves. */
export interface StoreOptions {
  /** whole milliseconds to wait for other writers, 1 to 2^31 - 1; default {@link STORE_LIMITS}.lockPatience */
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

/** A certificate directory of this program: read, and changed under its write lock. */
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
    this.#root = directoryBytes(root)
    this.#patience = requirePatience(options.lockPatience ?? STORE_LIMITS.lockPatience)
    this.#files = options.files ?? FILE_OPERATIONS
  }

  /**
   * All certificates of the directory, as a keyring; one without any where there is no directory yet. Unlike
   * {@link Airlock.loadKeyring} it takes no other form of keyring, and no directory that others can write.
   *
   * @throws {@link StoreError}, KeyringError `keyring-handler-failed`, SetupError, the signal's reason
   */
  async load(signal?: AbortSignal): Promise<Keyring> {
    await requireStore(this.#root)
    if (!(await isOwnDirectory(this.#root))) return Keyring.from([])
    return Keyring.from(
      await loadCertificateDirectory(this.#driver, this.#root, this.#source(), signal),
    )
  }

  /**
   * Reads keys and says what importing them would change. Each source is read by a handler that has seen nothing else.
   * Nothing is written.
   *
   * @throws {@link StoreError}, KeyringError, InputError, SetupError
   */
  async plan(sources: readonly Input[], signal?: AbortSignal): Promise<ImportPlan> {
    await requireStore(this.#root)
    const read: KeyContents[] = []
    for (const source of sources) {
      read.push(await readKeyFile(this.#driver, source, this.#source(), signal))
    }
    const { certificates, revocations, unsupported } = joinedContents(read)
    const source = this.#source()
    const primaries = certificates.map(({ primary }) => primary)
    primaries.push(...(await this.#primariesOf(revocations, source, signal)))
    const { copies, strays } = placeRevocations(revocations, primaries)
    const incoming = mergeCertificates([...certificates, ...copies])
    requireDistinct(incoming)
    const imports: PlannedImport[] = []
    for (const certificate of incoming) {
      const stored = await this.#read(certificate.fingerprint, source, signal)
      imports.push(this.#planned(certificate, stored))
    }
    return { imports, strayRevocations: strays.length, unsupported }
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
    await requireStore(this.#root)
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

  /** Makes the directory where there is none, with its parents, and puts their names on the disk. */
  async #make(): Promise<void> {
    await makeDirectories(this.#files, this.#root)
    await requireStore(this.#root)
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

  /** The stored primary keys that revocations name. */
  async #primariesOf(
    revocations: readonly BareRevocation[],
    source: string,
    signal: AbortSignal | undefined,
  ): Promise<readonly KeyPacket[]> {
    if (revocations.length === 0 || !(await isOwnDirectory(this.#root))) return []
    const fingerprints = (await listCertificates(this.#root)).map(({ fingerprint }) => fingerprint)
    const namesOf = (fingerprint: Fingerprint) => ({ fingerprint, keyId: keyIdOf(fingerprint) })
    const byName = new ByName(fingerprints, namesOf)
    const primaries: KeyPacket[] = []
    for (const fingerprint of new Set(
      revocations.flatMap(({ signature }) => byName.named(signature)),
    )) {
      const stored = await this.#read(fingerprint, source, signal)
      if (stored !== undefined) primaries.push(stored.certificate.primary)
    }
    return primaries
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
