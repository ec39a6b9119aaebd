/**
 * The tags of RPM packages that a judgement uses: a closed table. Trusted side, data alone. Numbers and meanings are rpm's
 * (include/rpm/rpmtag.h, lib/rpmvs.cc); what has no row is of no consequence to a verdict.
 */
import { TYPE } from './model.ts'

/** The octets of a package that something is over. The header is the main one; the payload follows it to the end. */
export type Covered = 'header' | 'payload' | 'header-and-payload'

/** A tag of the signature header that holds OpenPGP signatures. */
export interface SignatureTag {
  readonly tag: number
  readonly name: string
  readonly covers: Exclude<Covered, 'payload'>
  readonly type: number
  /** `packet`: one signature packet; `not-yet`: known, and not judged by this version */
  readonly holds: 'packet' | 'not-yet'
}

export const SIGNATURE_TAGS: readonly SignatureTag[] = [
  { tag: 267, name: 'DSAHEADER', covers: 'header', type: TYPE.bin, holds: 'packet' },
  { tag: 268, name: 'RSAHEADER', covers: 'header', type: TYPE.bin, holds: 'packet' },
  { tag: 278, name: 'OPENPGP', covers: 'header', type: TYPE.stringArray, holds: 'not-yet' },
  { tag: 1002, name: 'PGP', covers: 'header-and-payload', type: TYPE.bin, holds: 'packet' },
  { tag: 1005, name: 'GPG', covers: 'header-and-payload', type: TYPE.bin, holds: 'packet' },
]

/** A tag that holds a digest. */
export interface DigestTag {
  readonly tag: number
  readonly name: string
  readonly in: 'signatures' | 'header'
  readonly covers: Covered
  /** as people write it */
  readonly algorithm: 'MD5' | 'SHA1' | 'SHA256' | 'SHA512' | 'SHA3-256'
  readonly type: number
  /** hexadecimal digits of the digest; those of a BIN are its octets */
  readonly digits: number
  /**
   * `checked`: must match. `alternative`: over the payload as it is uncompressed; where it matches, the checked one of the
   * same algorithm need not. `ignored`: too weak to say anything (rpm 6: `_pkgverify_flags 0x20100`).
   */
  readonly standing: 'checked' | 'alternative' | 'ignored'
}

export const DIGEST_TAGS: readonly DigestTag[] = [
  row(269, 'SHA1HEADER', 'signatures', 'header', 'SHA1', TYPE.string, 40, 'ignored'),
  row(273, 'SHA256HEADER', 'signatures', 'header', 'SHA256', TYPE.string, 64, 'checked'),
  row(279, 'SHA3_256HEADER', 'signatures', 'header', 'SHA3-256', TYPE.string, 64, 'checked'),
  row(1004, 'MD5', 'signatures', 'header-and-payload', 'MD5', TYPE.bin, 32, 'ignored'),
  row(5092, 'PAYLOADSHA256', 'header', 'payload', 'SHA256', TYPE.stringArray, 64, 'checked'),
  row(5097, 'PAYLOADSHA256ALT', 'header', 'payload', 'SHA256', TYPE.stringArray, 64, 'alternative'),
  row(5121, 'PAYLOADSHA512', 'header', 'payload', 'SHA512', TYPE.string, 128, 'checked'),
  row(5122, 'PAYLOADSHA512ALT', 'header', 'payload', 'SHA512', TYPE.string, 128, 'alternative'),
  row(5123, 'PAYLOADSHA3_256', 'header', 'payload', 'SHA3-256', TYPE.string, 64, 'checked'),
  row(5124, 'PAYLOADSHA3_256ALT', 'header', 'payload', 'SHA3-256', TYPE.string, 64, 'alternative'),
]

function row(
  tag: number,
  name: string,
  header: DigestTag['in'],
  covers: Covered,
  algorithm: DigestTag['algorithm'],
  type: number,
  digits: number,
  standing: DigestTag['standing'],
): DigestTag {
  return { tag, name, in: header, covers, algorithm, type, digits, standing }
}

/** Number of the algorithm of tag 5092 and 5097; obsolete, and always SHA-256 where it is there (RFC 9580 section 9.5). */
export const PAYLOAD_DIGEST_ALGORITHM = { tag: 5093, expected: 8 } as const

/** The algorithms as node:crypto names them. */
export const NODE_HASH: Readonly<Record<DigestTag['algorithm'], string>> = {
  MD5: 'md5',
  SHA1: 'sha1',
  SHA256: 'sha256',
  SHA512: 'sha512',
  'SHA3-256': 'sha3-256',
}

/** Tags of a main header below 1000 that belong there: the table of locales (rpm's HEADER_I18NTABLE). */
export const LOW_HEADER_TAGS: ReadonlySet<number> = new Set([100])
/** From here on tags describe a package; below, they sign one (CVE-2021-3421). */
export const FIRST_PACKAGE_TAG = 1000

/** Tags of the signature header from 1000 on: the numbers mean other things there than in the main header. */
export const HIGH_SIGNATURE_TAGS: ReadonlySet<number> = new Set([
  1000, 1002, 1003, 1004, 1005, 1006, 1007, 1008,
])

/** The type of an entry's values, and how many; undefined: any number. */
export interface Shape {
  readonly type: number
  readonly count: number | undefined
}

const shape = (type: number, count?: number): Shape => ({ type, count })

/**
 * Tags of the signature header that rpm adds to what it says of a package (lib/package.c, headerMergeLegacySigs): a shape that
 * is not theirs is CVE-2021-20271. Nobody signs them, neither in the region nor behind it, where rpmsign once put signatures
 * of files; no verdict goes by them. Those with rows above are not here again.
 */
export const MERGED_TAGS: ReadonlyMap<number, Shape> = new Map([
  [270, shape(TYPE.int64, 1)], // LONGSIZE
  [271, shape(TYPE.int64, 1)], // LONGARCHIVESIZE
  [274, shape(TYPE.stringArray)], // FILESIGNATURES
  [275, shape(TYPE.int32, 1)], // FILESIGNATURELENGTH
  [276, shape(TYPE.stringArray)], // VERITYSIGNATURES
  [277, shape(TYPE.int32, 1)], // VERITYSIGNATUREALGO
  [1000, shape(TYPE.int32, 1)], // SIZE
  [1007, shape(TYPE.int32, 1)], // PAYLOADSIZE
])

/** What a package says of itself and of its files. */
export const CONTENT_TAG = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  arch: 1022,
  sourceRpm: 1044,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
  oldFileNames: 1027,
  fileModes: 1030,
  fileDigests: 1035,
  fileFlags: 1037,
  fileDigestAlgorithm: 5011,
} as const

/** Their shapes, which rpm asks for as well (lib/header.cc, hdrchkTagType). */
export const CONTENT_SHAPES: ReadonlyMap<number, Shape> = new Map([
  [CONTENT_TAG.name, shape(TYPE.string, 1)],
  [CONTENT_TAG.version, shape(TYPE.string, 1)],
  [CONTENT_TAG.release, shape(TYPE.string, 1)],
  [CONTENT_TAG.epoch, shape(TYPE.int32, 1)],
  [CONTENT_TAG.arch, shape(TYPE.string, 1)],
  [CONTENT_TAG.sourceRpm, shape(TYPE.string, 1)],
  [CONTENT_TAG.dirIndexes, shape(TYPE.int32)],
  [CONTENT_TAG.baseNames, shape(TYPE.stringArray)],
  [CONTENT_TAG.dirNames, shape(TYPE.stringArray)],
  [CONTENT_TAG.oldFileNames, shape(TYPE.stringArray)],
  [CONTENT_TAG.fileModes, shape(TYPE.int16)],
  [CONTENT_TAG.fileDigests, shape(TYPE.stringArray)],
  [CONTENT_TAG.fileFlags, shape(TYPE.int32)],
  [CONTENT_TAG.fileDigestAlgorithm, shape(TYPE.int32, 1)],
])
