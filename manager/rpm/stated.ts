/**
 * What a package states about its own integrity, found by the closed table of tags.ts in headers whose structure holds:
 * signatures to be judged, digests to be compared. Trusted side. A tag of the table in the wrong header, outside the region
 * or of another type makes the package malformed; nothing here is authenticated.
 */
import { RPM_LIMITS } from '../../protocol/limits.ts'
import { Fault } from '../sanitise/fault.ts'
import { hexOf, integersOf, requireEntry, stringsOf } from '../sanitise/rpm-values.ts'
import { type RpmEntry, type RpmHeader, TYPE } from './model.ts'
import {
  CONTENT_SHAPES,
  DIGEST_TAGS,
  type DigestTag,
  FIRST_PACKAGE_TAG,
  HIGH_SIGNATURE_TAGS,
  LOW_HEADER_TAGS,
  MERGED_TAGS,
  PAYLOAD_DIGEST_ALGORITHM,
  type Shape,
  SIGNATURE_TAGS,
  type SignatureTag,
} from './tags.ts'

/** A signature that the package carries. */
export interface StatedSignature {
  readonly row: SignatureTag
  /** its packet, a view of the manager's copy */
  readonly octets: Uint8Array
  /** from the start of the signature header */
  readonly offset: number
}

/** A digest that the package states. */
export interface StatedDigest {
  readonly row: DigestTag
  /** lower-case hexadecimal */
  readonly hex: string
}

/** What a signature header states. */
export interface StatedSignatures {
  readonly signatures: readonly StatedSignature[]
  readonly digests: readonly StatedDigest[]
  /** entries stand behind the region, none of them of consequence */
  readonly hasForeign: boolean
}

/**
 * What the signature header states.
 *
 * @returns `too-many` where there are more signatures than are judged
 * @throws {@link Fault} with an offset in the signature header
 */
export function statedInSignatures({ entries }: RpmHeader): StatedSignatures | 'too-many' {
  const known = new Set([...SIGNATURE_TAGS, ...DIGEST_TAGS].map(({ tag }) => tag))
  let hasForeign = false
  for (const { tag, isInRegion, place } of entries.values()) {
    if (!isInRegion && known.has(tag)) throw wrongPlace(tag, 'inside the region', place.offset)
    if (tag >= FIRST_PACKAGE_TAG && !HIGH_SIGNATURE_TAGS.has(tag)) {
      throw wrongPlace(tag, 'in the main header', place.offset)
    }
    hasForeign ||= !isInRegion
  }
  requireShapes(entries, MERGED_TAGS)
  let count = 0
  for (const { tag, type } of SIGNATURE_TAGS) {
    const entry = entries.get(tag)
    if (entry === undefined) continue
    requireEntry(entry, type)
    count += type === TYPE.bin ? 1 : entry.count
  }
  if (count > RPM_LIMITS.maxSignatures) return 'too-many'
  const signatures = SIGNATURE_TAGS.flatMap((row) => signaturesOf(row, entries.get(row.tag)))
  return { signatures, digests: digestsOf('signatures', entries), hasForeign }
}

/** @throws {@link Fault} with an offset in the main header */
export function statedInHeader({ entries }: RpmHeader): readonly StatedDigest[] {
  for (const { tag, place } of entries.values()) {
    if (tag < FIRST_PACKAGE_TAG && !LOW_HEADER_TAGS.has(tag)) {
      throw wrongPlace(tag, 'in the signature header', place.offset)
    }
  }
  requireShapes(entries, CONTENT_SHAPES)
  const algorithm = entries.get(PAYLOAD_DIGEST_ALGORITHM.tag)
  if (algorithm !== undefined) {
    requireEntry(algorithm, TYPE.int32, 1)
    if (integersOf(algorithm)[0] !== PAYLOAD_DIGEST_ALGORITHM.expected) {
      const what = 'expected SHA-256 as the algorithm of the payload digest'
      throw new Fault('malformed', what, algorithm.place.offset)
    }
  }
  return digestsOf('header', entries)
}

function requireShapes(entries: RpmHeader['entries'], shapes: ReadonlyMap<number, Shape>): void {
  for (const [tag, { type, count }] of shapes) {
    const entry = entries.get(tag)
    if (entry !== undefined) requireEntry(entry, type, count)
  }
}

function wrongPlace(tag: number, where: string, offset: number): Fault {
  return new Fault('malformed', `expected tag ${tag} ${where} only`, offset)
}

/** Of an entry whose type is the row's. */
function signaturesOf(row: SignatureTag, entry: RpmEntry | undefined): readonly StatedSignature[] {
  if (entry === undefined) return []
  const { offset } = entry.place
  if (row.type === TYPE.bin) return [{ row, octets: entry.data, offset }]
  return stringsOf(entry).map((octets) => ({
    row,
    octets,
    offset: offset + octets.byteOffset - entry.data.byteOffset,
  }))
}

function digestsOf(
  header: DigestTag['in'],
  entries: RpmHeader['entries'],
): readonly StatedDigest[] {
  const digests: StatedDigest[] = []
  for (const row of DIGEST_TAGS) {
    const entry = row.in === header ? entries.get(row.tag) : undefined
    if (entry !== undefined) digests.push({ row, hex: digestOf(row, entry) })
  }
  return digests
}

function digestOf(row: DigestTag, entry: RpmEntry): string {
  if (row.type === TYPE.bin) {
    requireEntry(entry, TYPE.bin, row.digits / 2)
    return Buffer.from(entry.data).toString('hex')
  }
  requireEntry(entry, row.type, 1)
  const [string = new Uint8Array(0)] = stringsOf(entry)
  return hexOf(string, row.digits, entry)
}
