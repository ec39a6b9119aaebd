/**
 * What each octet of a well-formed package is, by name: the part of the file, the field of an index or the entry whose data
 * it is, and within signatures the part of the packet. By readers that share no code with what is tested.
 */
import { spotOf } from '../differential/place.ts'
import { parsePackageForTests, type ReadEntry, type ReadHeader } from '../support/rpm-reader.ts'

/** Tags of the signature header that hold one signature packet. */
const SIGNATURE_TAGS: ReadonlySet<number> = new Set([267, 268, 1002, 1005])
const INDEX_FIELDS = ['tag', 'type', 'offset', 'count'] as const
const MAGIC_END = 4
const SIGNATURE_TYPE = 78

/** One name per octet: `lead`, `signatures: type of 268`, `signatures: data of 268, hashed 2`, `header: count of 1000` ... */
export function regionsOf(octets: Uint8Array): readonly string[] {
  const { leadEnd, signature, header } = parsePackageForTests(octets)
  const names: string[] = Array.from(octets, () => 'payload')
  names.fill('lead', 0, leadEnd)
  names.fill('lead: magic', 0, MAGIC_END)
  names.fill('lead: type of signatures', SIGNATURE_TYPE, SIGNATURE_TYPE + 2)
  nameHeader(names, signature, 'signatures')
  names.fill('padding', signature.end, header.start)
  nameHeader(names, header, 'header')
  for (const entry of signature.entries) {
    if (SIGNATURE_TAGS.has(entry.tag)) nameSignature(names, entry)
  }
  return names
}

function nameHeader(
  names: string[],
  { start, end, storeAt, entries }: ReadHeader,
  part: string,
): void {
  names.fill(`${part}: intro`, start, start + 16)
  names.fill(`${part}: alignment`, storeAt, end)
  for (const { tag, indexAt, dataAt, dataLength } of entries) {
    for (const [place, field] of INDEX_FIELDS.entries()) {
      const at = indexAt + 4 * place
      names.fill(`${part}: ${field} of ${tag}`, at, at + 4)
    }
    const what = tag < 100 ? 'trailer' : `data of ${tag}`
    names.fill(`${part}: ${what}`, dataAt, dataAt + dataLength)
  }
}

function nameSignature(names: string[], { tag, dataAt, data }: ReadEntry): void {
  for (const at of data.keys())
    names[dataAt + at] = `signatures: data of ${tag}, ${partOf(data, at)}`
}

/** Fields of a packet by the offset in its body, up to the areas (RFC 9580 sections 5.2.2 and 5.2.3). */
const FRONT = ['version', 'type', 'algorithm', 'hash', 'hashed length', 'hashed length'] as const
const OLD_FRONT = [
  ...['version', 'length', 'type', ...Array<string>(4).fill('time')],
  ...[...Array<string>(8).fill('key id'), 'algorithm', 'hash', 'left16', 'left16'],
  // bits of the integer of RSA
  ...['value frame', 'value frame'],
]

function partOf(packet: Uint8Array, at: number): string {
  // an old-format packet, as signers of packages write
  const start = 1 + 2 ** ((packet[0] ?? 0) % 4)
  if (at < start) return 'header'
  if (packet[start] === 3) return OLD_FRONT[at - start] ?? 'value'
  const { part, subpacket, isFrame } = spotOf(packet, at)
  if (part === 'front') return FRONT[at - start] ?? part
  return `${part}${subpacket === undefined ? '' : ` ${subpacket}`}${isFrame ? ' frame' : ''}`
}
