/**
 * The packets handler: our own parser behind `serve`. Untrusted side; `serve` has locked the process down before the
 * first request is read. Knows five verbs, keeps nothing between requests.
 */
import type { Writer } from '../../protocol/bytes.ts'
import { VERB } from '../../protocol/messages.ts'
import { type Answer, serve } from '../serve/index.ts'
import { parseArmor } from './parse/armor.ts'
import { parseCleartext } from './parse/cleartext.ts'
import { parsePackets } from './parse/packets.ts'
import { parseRpmHeader, parseRpmSignatures } from './parse/rpm-header.ts'

function answerWith(parse: (input: Uint8Array, writer: Writer) => void): Answer {
  return (request, reply) => {
    parse(request, reply)
    return undefined
  }
}

serve(
  new Map([
    [VERB.packets, answerWith(parsePackets)],
    [VERB.armor, answerWith(parseArmor)],
    [VERB.cleartext, answerWith(parseCleartext)],
    [VERB.rpmSignatures, answerWith(parseRpmSignatures)],
    [VERB.rpmHeader, answerWith(parseRpmHeader)],
  ]),
)
