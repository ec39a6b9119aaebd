/**
 * The clean side's picture of an RPM package's headers. Values of these types are made by manager/sanitise/ only, from the
 * manager's own copy of the bytes. Nothing in them is authenticated: that is the judgement's to say. Immutable.
 */
import type { Place } from '../openpgp/model.ts'

/** Types of values (rpm's rpmTagType; docs/rpm-grammar.md). */
export const TYPE = {
  char: 1,
  int8: 2,
  int16: 3,
  int32: 4,
  int64: 5,
  string: 6,
  bin: 7,
  stringArray: 8,
  i18nString: 9,
} as const

/** One entry of a header: where its octets are, and how many values they are. */
export interface RpmEntry {
  readonly tag: number
  /** one of {@link TYPE} */
  readonly type: number
  /** values: octets of a BIN, strings of an array */
  readonly count: number
  /** in the header, from its magic on */
  readonly place: Place
  /** a view of the manager's copy */
  readonly data: Uint8Array
  /** false for what stands behind the region of a signature header */
  readonly isInRegion: boolean
}

/** A header whose structure holds: its entries tile its store. */
export interface RpmHeader {
  /** all of it, from its magic to the end of its store: what a header signature is over */
  readonly octets: Uint8Array
  /** by tag, each once, in the order of the index; without the region's own entry */
  readonly entries: ReadonlyMap<number, RpmEntry>
}

/** A header, or where and why it is none. */
export type RpmHeaderReading =
  | { readonly status: 'read'; readonly header: RpmHeader }
  | { readonly status: 'malformed'; readonly offset: number; readonly detail: string }
