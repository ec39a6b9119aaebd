/** Makes whole RPM packages for tests, right in everything that is not asked to be wrong. */
import { gzipSync } from 'node:zlib'
import { fill } from '../unit/build.ts'
import {
  type DigestOptions,
  digestEntries,
  type Payloads,
  type SizeState,
  sizeEntry,
} from './rpm-digests.ts'
import { cpio, fileEntries, type PackageFile, sizeOf } from './rpm-files.ts'
import {
  bin,
  type HeaderEntry,
  type HeaderOptions,
  i18n,
  int32s,
  int64s,
  string,
  stringArray,
  writeHeader,
} from './rpm-header.ts'
import { type Lead, type PackageParts, writeLead, writePackage } from './rpm-parts.ts'
import { type PackageSigner, signatureEntries } from './rpm-sign.ts'

export interface PackageOptions extends DigestOptions {
  readonly name?: string
  readonly version?: string
  readonly release?: string
  readonly epoch?: number
  readonly arch?: string
  readonly summary?: string
  /** a source package: no SOURCERPM, but SOURCEPACKAGE, and the lead says so */
  readonly isSource?: boolean
  readonly files?: readonly PackageFile[]
  /** number of the digest of files; default 8 SHA-256 */
  readonly fileDigest?: number
  /** default: an archive of the files */
  readonly payload?: Uint8Array
  /** what the payload is when it is uncompressed; default: what it is before `isCompressed` */
  readonly uncompressed?: Uint8Array
  /** compress the payload by gzip */
  readonly isCompressed?: boolean
  readonly signers?: readonly PackageSigner[]
  /** SIZE and PAYLOADSIZE of the signature header; default right in format 4, absent in 6 */
  readonly sizes?: { readonly size?: SizeState; readonly payloadSize?: SizeState }
  /** octets that the signature header keeps free: tag 1008, or 999 in format 6 */
  readonly reserved?: number
  /** the last word about the entries of the main header, before it is hashed and signed */
  readonly editHeader?: (entries: readonly HeaderEntry[]) => readonly HeaderEntry[]
  readonly editSignature?: (entries: readonly HeaderEntry[]) => readonly HeaderEntry[]
  readonly headerOptions?: HeaderOptions
  readonly signatureOptions?: HeaderOptions
  readonly lead?: Partial<Lead>
}

/** A package file. */
export function makePackage(options: PackageOptions = {}): Uint8Array {
  return writePackage(makeParts(options))
}

/** The parts of a package file, to put them together differently. */
export function makeParts(options: PackageOptions = {}): PackageParts & { lead: Uint8Array } {
  const { files = [], format = 4, editHeader = same, editSignature = same } = options
  const archive = options.payload ?? cpio(files, format === 6)
  const payload = options.isCompressed === true ? gzip(archive) : archive
  const payloads = { payload, uncompressed: options.uncompressed ?? archive }
  const entries = editHeader(byTag(headerEntries(options, payloads)))
  const header = writeHeader(63, entries, options.headerOptions)
  // rpm hashes the region alone
  const region = writeHeader(63, entries, { ...options.headerOptions, dribbles: [] })
  const made = byTag(signatureHeaderEntries(options, { header: region, ...payloads }))
  const signature = writeHeader(62, editSignature(made), options.signatureOptions)
  const { name, version, release, type } = described(options)
  const lead = writeLead({ name: `${name}-${version}-${release}`, type, ...options.lead })
  return { lead, signature, header, payload }
}

const same = (entries: readonly HeaderEntry[]): readonly HeaderEntry[] => entries
const byTag = (entries: readonly HeaderEntry[]): HeaderEntry[] =>
  entries.toSorted((one, other) => one.tag - other.tag)

/** Without the time in gzip's header, node:zlib gives the same octets each time. */
const gzip = (octets: Uint8Array): Uint8Array => new Uint8Array(gzipSync(octets))

function described({ isSource = false, ...options }: PackageOptions) {
  const { name = 'airlock', version = '1.0', release = '1', arch = 'noarch' } = options
  return { name, version, release, arch, type: isSource ? 1 : 0 }
}

function headerEntries(options: PackageOptions, payloads: Payloads): HeaderEntry[] {
  const { format = 4, epoch, summary = 'A package for tests', isSource = false } = options
  const { files = [], fileDigest = 8, isCompressed = false } = options
  const { name, version, release, arch } = described(options)
  const isModern = format === 6
  return [
    stringArray(100, 'C'),
    string(1000, name),
    string(1001, version),
    string(1002, release),
    ...(epoch === undefined ? [] : [int32s(1003, epoch)]),
    i18n(1004, summary),
    int32s(1006, 1_704_067_200),
    string(1007, 'build.example.org'),
    ...(isModern ? [int64s(5009, BigInt(sizeOf(files)))] : [int32s(1009, sizeOf(files))]),
    string(1014, 'MIT'),
    string(1021, 'linux'),
    string(1022, arch),
    ...(isSource ? [int32s(1106, 1)] : [string(1044, `${name}-${version}-${release}.src.rpm`)]),
    string(1124, 'cpio'),
    ...(isCompressed ? [string(1125, 'gzip'), string(1126, '9')] : []),
    ...fileEntries(files, { fileDigest, isLong: isModern }),
    ...digestEntries(options, 'main', payloads),
    ...(isModern
      ? [
          int64s(5112, BigInt(payloads.payload.length)),
          int64s(5113, BigInt(payloads.uncompressed.length)),
          int32s(5114, 6),
        ]
      : [int32s(5093, 8)]),
  ]
}

function signatureHeaderEntries(
  options: PackageOptions,
  parts: Payloads & { readonly header: Uint8Array },
): HeaderEntry[] {
  const { signers = [], format = 4, sizes = {}, reserved = format === 6 ? 32 : 0 } = options
  const usual = format === 6 ? 'absent' : 'right'
  return [
    ...signatureEntries(signers, parts),
    ...digestEntries(options, 'signature', parts),
    ...sizeEntry(1000, parts.header.length + parts.payload.length, sizes.size ?? usual),
    ...sizeEntry(1007, parts.uncompressed.length, sizes.payloadSize ?? usual),
    ...(reserved > 0 ? [bin(format === 6 ? 999 : 1008, fill(reserved, 0))] : []),
  ]
}
