/** The files of RPM packages for tests: their tags in the main header, and the cpio archive that is the payload. */
import { createHash } from 'node:crypto'
import { dirname } from 'node:path/posix'
import { concat, fill, type Octets } from '../unit/build.ts'
import { type HeaderEntry, int16s, int32s, int64s, stringArray } from './rpm-header.ts'

/** A file of a package: regular, unless its mode says otherwise or it is a link. */
export interface PackageFile {
  /** absolute */
  readonly path: string
  readonly content?: Octets | string
  /** with the kind of file; default 0o100644, 0o120777 for a link */
  readonly mode?: number
  /** 1 configuration, 2 documentation, 64 ghost ...; ghosts are not in the payload */
  readonly flags?: number
  /** what a symbolic link points to */
  readonly link?: string
  /** in place of the right digest */
  readonly digest?: string
}

const DIGESTS: ReadonlyMap<number, string> = new Map([
  [1, 'md5'],
  [2, 'sha1'],
  [8, 'sha256'],
  [9, 'sha384'],
  [10, 'sha512'],
  [12, 'sha3-256'],
])

const GHOST = 64
const REGULAR = 0o10
const TIME = 1_704_067_200

const modeOf = ({ mode, link }: PackageFile): number =>
  mode ?? (link === undefined ? 0o100_644 : 0o120_777)

const contentOf = ({ content = '', link }: PackageFile): Uint8Array =>
  typeof content === 'string'
    ? new Uint8Array(Buffer.from(link ?? content, 'utf8'))
    : Uint8Array.from(content)

const isRegular = (file: PackageFile): boolean => Math.floor(modeOf(file) / 0o10_000) === REGULAR

/** How files are described. */
export interface FileTagOptions {
  /** number of the digest: 1 MD5, which then goes unsaid, 8 SHA-256 ... */
  readonly fileDigest: number
  /** sizes of 64 bits, as format 6 has them */
  readonly isLong: boolean
}

/** The tags of files in a main header, by ascending number; none if there is no file. */
export function fileEntries(files: readonly PackageFile[], options: FileTagOptions): HeaderEntry[] {
  if (files.length === 0) return []
  const { fileDigest, isLong } = options
  const directories = files.map(({ path }) => dirname(path).replace(/\/?$/, '/'))
  const distinct = [...new Set(directories)]
  const sizes = files.map((file) => contentOf(file).length)
  const all = (value: string): string[] => files.map(() => value)
  return [
    ...(isLong ? [] : [int32s(1028, ...sizes)]),
    int16s(1030, ...files.map(modeOf)),
    int32s(1034, ...files.map(() => TIME)),
    stringArray(1035, ...files.map((file) => digestOf(file, fileDigest))),
    stringArray(1036, ...files.map(({ link = '' }) => link)),
    int32s(1037, ...files.map(({ flags = 0 }) => flags)),
    stringArray(1039, ...all('root')),
    stringArray(1040, ...all('root')),
    int32s(1116, ...directories.map((name) => distinct.indexOf(name))),
    stringArray(1117, ...files.map(({ path }) => path.slice(path.lastIndexOf('/') + 1))),
    stringArray(1118, ...distinct),
    ...(isLong ? [int64s(5008, ...sizes.map(BigInt))] : []),
    ...(fileDigest === 1 ? [] : [int32s(5011, fileDigest)]),
  ]
}

/** Only regular files have a digest; others have the empty text. */
function digestOf(file: PackageFile, algorithm: number): string {
  if (file.digest !== undefined) return file.digest
  const name = DIGESTS.get(algorithm) ?? 'sha256'
  return isRegular(file) ? createHash(name).update(contentOf(file)).digest('hex') : ''
}

/** The sum of the sizes. */
export function sizeOf(files: readonly PackageFile[]): number {
  return files.reduce((sum, file) => sum + contentOf(file).length, 0)
}

const hex = (value: number): string => value.toString(16).padStart(8, '0')
const aligned = (octets: Uint8Array): Uint8Array =>
  concat(octets, fill((4 - (octets.length % 4)) % 4, 0))

function member(name: string, mode: number, size: number, inode: number): Uint8Array {
  const path = Buffer.from(`${name}\0`, 'utf8')
  const numbers = [inode, mode, 0, 0, 1, TIME, size, 0, 0, 0, 0, path.length, 0]
  return aligned(concat(Buffer.from(`070701${numbers.map(hex).join('')}`), path))
}

/**
 * An uncompressed archive of files.
 *
 * @param isStripped members are named by their number in the header alone, as format 6 has it
 */
export function cpio(files: readonly PackageFile[], isStripped = false): Uint8Array {
  const members = files.flatMap((file, number) => {
    if (Math.floor((file.flags ?? 0) / GHOST) % 2 === 1) return []
    const content = contentOf(file)
    const head = isStripped
      ? aligned(concat(Buffer.from(`07070X${hex(number)}`)))
      : member(`.${file.path}`, modeOf(file), content.length, number + 1)
    return [head, aligned(content)]
  })
  return concat(...members, member('TRAILER!!!', 0, 0, 0))
}
