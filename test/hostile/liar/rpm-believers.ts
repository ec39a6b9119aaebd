/**
 * Doors for RPM headers as they must not be: each leaves out one comparison and believes the reply there. The oracle must
 * find each of them out.
 */
import type { RpmEntry, RpmHeader, RpmHeaderReading } from '../../../manager/rpm/model.ts'
import { Violation } from '../../../manager/sanitise/index.ts'
import { decodeItems, type EntryItem, type Item } from '../../../protocol/messages.ts'
import { check, Tainted } from '../../../protocol/tainted.ts'
import { RPM_HEADER, RPM_SIGNATURES } from './kinds.ts'

type Door = (input: Uint8Array, reply: Tainted<Uint8Array>) => RpmHeaderReading

function itemsOf(reply: Tainted<Uint8Array>): readonly Item[] {
  return check(reply, (untrusted) => {
    try {
      return decodeItems(untrusted)
    } catch {
      throw new Violation('undecodable', 0)
    }
  })
}

const entriesIn = (reply: Tainted<Uint8Array>): readonly EntryItem[] =>
  itemsOf(reply).filter((item) => item.kind === 'entry')

/** The header as it is, by the role that its first entry has. */
function honest(input: Uint8Array): RpmHeaderReading {
  const isMain = input[19] === 63
  const kind = isMain ? RPM_HEADER : RPM_SIGNATURES
  return kind.open(input, new Tainted(kind.honest(input)))
}

/** An entry as a reply names it, if its octets are there; values are counted in them. */
function named(input: Uint8Array, item: EntryItem): RpmEntry | undefined {
  const { tag, type, offset, length } = item
  if (offset + length > input.length) return undefined
  const data = input.subarray(offset, offset + length)
  const size = [0, 1, 1, 2, 4, 8, 0, 1, 0, 0][type] ?? 0
  const count = size === 0 ? data.filter((octet) => octet === 0).length : Math.floor(length / size)
  return { tag, type, count, place: { offset, length }, data, isInRegion: true }
}

function read(octets: Uint8Array, entries: readonly RpmEntry[]): RpmHeaderReading {
  const header: RpmHeader = { octets, entries: new Map(entries.map((one) => [one.tag, one])) }
  return { status: 'read', header }
}

/** Believes which entries there are, and what they are: no index is read. */
export const believesEntries: Door = (input, reply) => {
  const stop = itemsOf(reply).find((item) => item.kind === 'stop')
  if (stop !== undefined) return { status: 'malformed', offset: stop.offset, detail: '' }
  const entries = entriesIn(reply).flatMap((item) => named(input, item) ?? [])
  return read(
    input,
    entries.filter(({ tag }) => tag >= 100),
  )
}

/** Reads the entries itself, and lets `believe` change each by what the reply says of its tag. */
function believing(
  believe: (
    entry: RpmEntry,
    item: EntryItem | undefined,
    input: Uint8Array,
  ) => RpmEntry | undefined,
): Door {
  return (input, reply) => {
    const items = entriesIn(reply)
    const reading = honest(input)
    if (reading.status !== 'read') return reading
    const entries = [...reading.header.entries.values()].flatMap(
      (entry) =>
        believe(
          entry,
          items.findLast(({ tag }) => tag === entry.tag),
          input,
        ) ?? [],
    )
    return read(input, entries)
  }
}

/** Believes that a tag is not there. */
export const believesAbsence: Door = believing((entry, item) =>
  item === undefined ? undefined : entry,
)

/** Believes where an entry's octets are. */
export const believesPlaces: Door = believing((entry, item, input) => {
  const said = item === undefined ? undefined : named(input, { ...item, type: entry.type })
  return said === undefined ? entry : { ...said, isInRegion: entry.isInRegion }
})

/** Believes where the region ends: what lies before the trailer that is named is inside. */
export const believesRegion: Door = (input, reply) => {
  const [region] = entriesIn(reply)
  const reading = honest(input)
  if (reading.status !== 'read' || region === undefined) return reading
  const entries = [...reading.header.entries.values()].map((entry) => ({
    ...entry,
    isInRegion: entry.place.offset < region.offset,
  }))
  return read(input, entries)
}

/** Believes that the index ends well where the reply ends, and keeps what was named until then. */
export const believesEnd: Door = (input, reply) => {
  const items = entriesIn(reply)
  const own = entriesIn(new Tainted((input[19] === 63 ? RPM_HEADER : RPM_SIGNATURES).honest(input)))
  const isPrefix = items.every(({ tag, offset }, index) => {
    const due = own[index]
    return due?.tag === tag && due.offset === offset
  })
  if (!isPrefix) throw new Violation('entry', 0)
  const entries = own.slice(1, items.length).flatMap((item) => named(input, item) ?? [])
  return read(input, entries)
}
