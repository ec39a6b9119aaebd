/**
 * What each octet of a well-formed package is, by name: the part of the file, the field of an index or the entry whose data
 * it is, and within signatures the part of the packet. By readers that share no code with what is tested.
 */
import { spotOf } from '../differential/place.ts'
import { parsePackageForTests, type ReadEntry, type ReadHeader } from '../support/rpm-reader.ts'

/** Tags of the signature header that hold one signature packet. */
export const SIGNATURE_TAGS: ReadonlySet<number> = new Set([267, 268, 1002, 1005])

const INDEX_FIELDS = ['tag', 'type', 'offset', 'count'] as const
const LEAD_MAGIC = 4
const [SIGNATURE_TYPE, SIGNATURE_TYPE_END] = [78, 80]

/** One name per octet: `lead`, `signatures: type of 268`, `signatures: data of 268, hashed 2`, `header: count of 1000` ... */
export function regionsOf(octets: Uint8Array): readonly string[] {
  const { leadEnd, signature, header, payloadStart } = parsePackageForTests(octets)
  const names: string[] = Array.from(octets, () => 'payload')
  names.fill('lead', 0, leadEnd)
  names.fill('lead magic', 0, LEAD_MAGIC)
  names.fill('lead signature type', SIGNATURE_TYPE, SIGNATURE_TYPE_END)
  nameHeader(names, signature, 'signatures')
  names.fill('padding', signature.end, header.start)
  nameHeader(names, header, 'header')
  for (const entry of signature.entries) {
    if (SIGNATURE_TAGS.has(entry.tag)) nameSignature(names, entry)
  }
  if (names.length !== octets.length || payloadStart > octets.length) {
    throw new RangeError('expected a whole package')
  }
  return names
}

function nameHeader(names: string[], { start, end, storeAt, entries }: ReadHeader, part: string) {
  names.fill(`${part}: intro`, start, start + 16)
  names.fill(`${part}: alignment`, storeAt, end)
  for (const { tag, indexAt, dataAt, dataLength } of entries) {
    for (const [place, field] of INDEX_FIELDS.entries()) {
      names.fill(`${part}: ${field} of ${tag}`, indexAt + 4 * place, indexAt + 4 * place + 4)
    }
    const isTrailer = tag === 62 || tag === 63
    names.fill(
      `${part}: ${isTrailer ? 'trailer' : `data of ${tag}`}`,
      dataAt,
      dataAt + dataLength,
    )
  }
}

/** Parts of a packet; one of version 3 has none of the areas. */
function nameSignature(names: string[], { tag, dataAt, data }: ReadEntry) {
  const isOld = spotOf(data, 0).part === 'header' && versionOf(data) === 3
  for (const [at] of data.entries()) {
    names[dataAt + at] = `signatures: data of ${tag}, ${isOld ? 'version 3' : partOf(data, at)}`
  }
}

function versionOf(packet: Uint8Array): number | undefined {
  return packet.find((_, at) => spotFrom(packet, at))
}

function spotFrom(packet: Uint8Array, at: number): boolean {
  const first = packet[0] ?? 0
  const lengthOctets = first >= 0xc0 ? ((packet[1] ?? 0) < 192 ? 1 : 2) : 2 ** (first % 4)
  return at === 1 + lengthOctets
}

function partOf(packet: Uint8Array, at: number): string {
  const { part, subpacket, isFrame } = spotOf(packet, at)
  if (subpacket === undefined) return part
  return `${part} ${subpacket}${isFrame ? ' frame' : ''}`
}
