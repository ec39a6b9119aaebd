/** Honest lock-down, honest framing, and the reply that a header orders (../liar/rpm-orders.ts); else the truth. */
import { parsePackets } from '../../../handler/packets/parse/packets.ts'
import { parseRpmHeader, parseRpmSignatures } from '../../../handler/packets/parse/rpm-header.ts'
import { serve } from '../../../handler/serve/index.ts'
import { VERB } from '../../../protocol/messages.ts'
import { orderIn } from '../liar/rpm-orders.ts'

serve((request, writer, verb) => {
  const order = orderIn(request)
  if (order !== undefined) return order
  if (verb === VERB.rpmSignatures) parseRpmSignatures(request, writer)
  else if (verb === VERB.rpmHeader) parseRpmHeader(request, writer)
  else parsePackets(request, writer)
  return undefined
})
