/**
 * The values of an entry of an RPM header. Trusted side; reads hostile octets: integers, and strings NUL by NUL. The entry
 * was measured by rpm-header.ts, so that as many values as it counts are there.
 */
import { Reader } from '../../protocol/bytes.ts'
import { type RpmEntry, TYPE } from '../rpm/model.ts'
import { Fault } from './fault.ts'

/** @throws {@link Fault} unless the entry has this type and this many values */
export function requireEntry(entry: RpmEntry, type: number, count?: number): void {
  if (entry.type !== type || (count !== undefined && entry.count !== count)) {
    const what = count === undefined ? '' : ` and ${count} values`
    throw new Fault(
      'malformed',
      `expected type ${type}${what} of tag ${entry.tag}`,
      entry.place.offset,
    )
  }
}

/** The integers of an INT16 or INT32 entry, unsigned. @throws {@link Fault} for another type */
export function integersOf(entry: RpmEntry): readonly number[] {
  const isShort = entry.type === TYPE.int16
  if (!isShort) requireEntry(entry, TYPE.int32)
  const reader = new Reader(entry.data)
  return Array.from({ length: entry.count }, () => (isShort ? reader.u16() : reader.u32()))
}

/** The one integer of an INT32 entry, unsigned. @throws {@link Fault} for another type or number */
export function integerOf(entry: RpmEntry): number {
  requireEntry(entry, TYPE.int32, 1)
  return new Reader(entry.data).u32()
}

/**
 * The strings of a STRING, STRING_ARRAY or I18NSTRING entry, without their NULs: views, one at a time, because a million of
 * them take a hundred times the memory of the header.
 *
 * @throws {@link Fault} for another type
 */
export function* eachString(entry: RpmEntry): Generator<Uint8Array> {
  const { type, data, count } = entry
  if (type !== TYPE.string && type !== TYPE.i18nString) requireEntry(entry, TYPE.stringArray)
  let from = 0
  for (let left = count; left > 0; left -= 1) {
    const nul = data.indexOf(0, from)
    yield data.subarray(from, nul)
    from = nul + 1
  }
}

/** All of them at once, where they are known to be few. @throws {@link Fault} */
export function stringsOf(entry: RpmEntry): readonly Uint8Array[] {
  return [...eachString(entry)]
}

/** A digest as rpm writes it: lower-case hexadecimal digits. @throws {@link Fault} for anything else, other lengths too */
export function hexOf(octets: Uint8Array, digits: number, { tag, place }: RpmEntry): string {
  const text = Buffer.from(octets).toString('latin1')
  if (octets.length === digits && /^[0-9a-f]*$/.test(text)) return text
  throw new Fault('malformed', `expected ${digits} hexadecimal digits of tag ${tag}`, place.offset)
}
