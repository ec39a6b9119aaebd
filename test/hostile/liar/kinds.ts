/**
 * The kinds of replies that are lied about: what an honest handler says, and the manager's door. A new verb or a new
 * driver adds a row here, and subjects.ts gives it inputs.
 */
import { parseArmor } from '../../../handler/packets/parse/armor.ts'
import { parseCleartext } from '../../../handler/packets/parse/cleartext.ts'
import { parsePackets } from '../../../handler/packets/parse/packets.ts'
import { parseRpmHeader, parseRpmSignatures } from '../../../handler/packets/parse/rpm-header.ts'
import type { ArmoredText, PacketSequence } from '../../../manager/openpgp/model.ts'
import type { RpmHeaderReading } from '../../../manager/rpm/model.ts'
import {
  type Cleartext,
  openArmor,
  openCleartext,
  openPackets,
} from '../../../manager/sanitise/index.ts'
import { openRpmHeader, openRpmSignatures } from '../../../manager/sanitise/rpm-header.ts'
import { Writer } from '../../../protocol/bytes.ts'
import { VERB } from '../../../protocol/messages.ts'
import type { Tainted } from '../../../protocol/tainted.ts'
import { type Form, OPENPGP_FORMS, RPM_FORMS } from './grammar.ts'
import { type Categories, OPENPGP_LIES, RPM_LIES } from './lies.ts'

export interface ReplyKind<T> {
  readonly verb: number
  readonly forms: readonly Form[]
  /** the lies that are told about it */
  readonly lies: Categories
  /** what the handler's own code answers, run in this process: the oracle's truth */
  honest(input: Uint8Array): Uint8Array
  /** the manager's door; throws Violation for a lie */
  open(input: Uint8Array, reply: Tainted<Uint8Array>): T
}

function honestly(
  parse: (input: Uint8Array, writer: Writer) => void,
): (input: Uint8Array) => Uint8Array {
  return (input) => {
    const writer = new Writer()
    parse(input, writer)
    return writer.take()
  }
}

export const PACKETS: ReplyKind<PacketSequence> = {
  verb: VERB.packets,
  forms: OPENPGP_FORMS,
  lies: OPENPGP_LIES,
  honest: honestly(parsePackets),
  open: openPackets,
}

export const ARMOR: ReplyKind<ArmoredText> = {
  verb: VERB.armor,
  forms: OPENPGP_FORMS,
  lies: OPENPGP_LIES,
  honest: honestly(parseArmor),
  open: openArmor,
}

export const CLEARTEXT: ReplyKind<Cleartext> = {
  verb: VERB.cleartext,
  forms: OPENPGP_FORMS,
  lies: OPENPGP_LIES,
  honest: honestly(parseCleartext),
  open: openCleartext,
}

export const RPM_SIGNATURES: ReplyKind<RpmHeaderReading> = {
  verb: VERB.rpmSignatures,
  forms: RPM_FORMS,
  lies: RPM_LIES,
  honest: honestly(parseRpmSignatures),
  open: openRpmSignatures,
}

export const RPM_HEADER: ReplyKind<RpmHeaderReading> = {
  verb: VERB.rpmHeader,
  forms: RPM_FORMS,
  lies: RPM_LIES,
  honest: honestly(parseRpmHeader),
  open: openRpmHeader,
}
