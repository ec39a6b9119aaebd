/**
 * Which octets of a signed package may be another without the package being any less the signer's: those that neither a
 * signature nor a digest that counts is over, and that do not say where something else is. All others must not.
 */

/** Entries of a signature header whose data says nothing that counts: sizes, weak digests, reserved space. */
const IGNORED_DATA: ReadonlySet<number> = new Set([1000, 1004, 1007, 1008])
/** A weak digest in hexadecimal, which is not compared; it must be lower-case digits all the same. */
const SHA1HEADER = 269
/** Unsigned, and nothing rests on them where a signature is over the header; so they may be missing. */
const UNNEEDED: ReadonlySet<number> = new Set([SHA1HEADER, 273, 1000, 1004, 1007, 1008])
/** Tags of the signature header that mean something (docs/rpm-grammar.md, manager/rpm/tags.ts). */
const MEANINGFUL: ReadonlySet<number> = new Set([
  ...[267, 268, 269, 273, 278, 279, 1002, 1004, 1005],
  // what rpm adds to the main header: of another type than what it was made of
  ...[270, 271, 274, 275, 276, 277],
])
/** Tags from 1000 on that have a place in a signature header and mean nothing. */
const MEANINGLESS: ReadonlySet<number> = new Set([1000, 1003, 1006, 1007, 1008])

const isLowerHex = (octet: number): boolean => /^[0-9a-f]$/.test(String.fromCharCode(octet))

/** A package, and what of it is not needed because the rest covers everything. */
export interface Subject {
  readonly octets: Uint8Array
  readonly names: readonly string[]
  /** tags of its signature header */
  readonly tags: ReadonlySet<number>
  /** tags of signatures that are not needed beside the others */
  readonly spare: ReadonlySet<number>
}

/** Whether the package is still the signer's with one octet changed to `after`. */
export function staysGood(
  { octets, names, tags, spare }: Subject,
  at: number,
  after: number,
): boolean {
  const name = names[at] ?? ''
  if (name === 'lead') return true
  const data = /^signatures: data of (\d+)/.exec(name)?.[1]
  if (data !== undefined) {
    if (IGNORED_DATA.has(Number(data))) return true
    if (Number(data) === SHA1HEADER) return isLowerHex(octets[at] ?? 0) && isLowerHex(after)
    if (
      isTypeOfHint(name, octets, at) ||
      isWiderCount(name, octets, at - names.indexOf(name), at, after)
    ) {
      return true
    }
    return spare.has(Number(data)) && isUnknown(name, after)
  }
  const entry = /^signatures: tag of (\d+)$/.exec(name)?.[1]
  if (entry === undefined) return false
  const tag = Number(entry)
  if (!UNNEEDED.has(tag) && !spare.has(tag)) return false
  // it becomes another entry, which must be of no consequence either
  const other = withOctet(tag, at - names.indexOf(name), after)
  if (other < 100 || tags.has(other) || MEANINGFUL.has(other)) return false
  return other < 1000 || MEANINGLESS.has(other)
}

/** The octet that says that an unhashed subpacket is the key id of the issuer: a hint that may be missing. */
function isTypeOfHint(name: string, octets: Uint8Array, at: number): boolean {
  return name.endsWith(', unhashed 16 frame') && octets[at] === 16 && octets[at - 1] === 9
}

/**
 * The bit count of an RSA value, where it declares leading zero bits and no other octets: accepted with a note. One key in
 * two makes a value with room for that.
 */
function isWiderCount(
  name: string,
  octets: Uint8Array,
  place: number,
  at: number,
  after: number,
): boolean {
  if (!/^signatures: data of (268|1002), value frame$/.test(name) || place > 1) return false
  const count = Buffer.from(octets.subarray(at - place, at - place + 2))
  const bits = count.readUInt16BE()
  count[place] = after
  const declared = count.readUInt16BE()
  return declared > bits && Math.ceil(declared / 8) === Math.ceil(bits / 8)
}

/** Numbers of version, algorithm and hash that the readers know. */
const KNOWN: ReadonlyMap<string, readonly number[]> = new Map([
  ['version', [3, 4, 6]],
  ['algorithm', [1, 3, 17, 19, 22, 27, 28, 30, 31, 32, 33, 34]],
  ['hash', [1, 2, 3, 8, 9, 10, 11, 12, 14]],
])

/** A signature that became one of a later kind does not count, and spoils nothing: rpm calls it not trusted. */
function isUnknown(name: string, after: number): boolean {
  const known = KNOWN.get(name.replace(/^.*, /, ''))
  return known !== undefined && !known.includes(after)
}

function withOctet(value: number, place: number, octet: number): number {
  const field = Buffer.alloc(4)
  field.writeUInt32BE(value)
  field[place] = octet
  return field.readUInt32BE()
}
