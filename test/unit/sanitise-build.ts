/** Replies for the doors of manager/sanitise: what an honest handler says, what it is made to say, and what came of it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArmor } from '../../handler/packets/parse/armor.ts'
import { parseCleartext } from '../../handler/packets/parse/cleartext.ts'
import { parsePackets } from '../../handler/packets/parse/packets.ts'
import { parseRpmHeader, parseRpmSignatures } from '../../handler/packets/parse/rpm-header.ts'
import type { ArmoredText, PacketSequence } from '../../manager/openpgp/model.ts'
import type { RpmHeaderReading } from '../../manager/rpm/model.ts'
import {
  type Cleartext,
  type Contradiction,
  openArmor,
  openCleartext,
  openPackets,
  Violation,
} from '../../manager/sanitise/index.ts'
import { openRpmHeader, openRpmSignatures } from '../../manager/sanitise/rpm-header.ts'
import { Writer } from '../../protocol/bytes.ts'
import { encodeItem, type Item } from '../../protocol/messages.ts'
import { Tainted } from '../../protocol/tainted.ts'

type Parser = (input: Uint8Array, writer: Writer) => void

/** What the handler's own code answers. */
export function honest(parse: Parser, input: Uint8Array): Uint8Array {
  const writer = new Writer()
  parse(input, writer)
  return writer.take()
}

/** A reply of these items, true or not. */
export function said(items: readonly Item[]): Tainted<Uint8Array> {
  const writer = new Writer()
  for (const item of items) encodeItem(writer, item)
  return new Tainted(writer.take())
}

export function readPackets(input: Uint8Array): PacketSequence {
  return openPackets(input, new Tainted(honest(parsePackets, input)))
}

export function readArmor(text: Uint8Array): ArmoredText {
  return openArmor(text, new Tainted(honest(parseArmor, text)))
}

export function readCleartext(text: Uint8Array): Cleartext {
  return openCleartext(text, new Tainted(honest(parseCleartext, text)))
}

/** Parser and door of each of the two headers of an RPM package. */
export const RPM = {
  signatures: { parse: parseRpmSignatures, open: openRpmSignatures },
  header: { parse: parseRpmHeader, open: openRpmHeader },
} as const

export function readRpm(role: keyof typeof RPM, input: Uint8Array): RpmHeaderReading {
  const { parse, open } = RPM[role]
  return open(input, new Tainted(honest(parse, input)))
}

/** The code of the Violation that a door throws; anything else fails the test. */
export function contradictionOf(open: () => unknown): Contradiction | 'none' {
  try {
    open()
  } catch (error) {
    if (error instanceof Violation) return error.contradiction
    throw error
  }
  return 'none'
}

/** The project's own fixtures as packets: every key and signature file, armor undone. */
export function fixturePackets(): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>()
  for (const folder of ['keys', 'signed']) {
    const path = join(import.meta.dirname, '../../fixtures', folder)
    for (const name of readdirSync(path)) {
      const octets = new Uint8Array(readFileSync(join(path, name)))
      if (/\.(sig|gpg)$/.test(name)) found.set(`${folder}/${name}`, octets)
      if (!name.endsWith('.asc')) continue
      for (const { data } of readArmor(octets).blocks) found.set(`${folder}/${name}`, data)
    }
  }
  return found
}
