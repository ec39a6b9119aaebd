/** Honest lock-down, honest framing, and the reply that its request tells it to give (../liar/requests.ts). */
import { parseArmor } from '../../../handler/packets/parse/armor.ts'
import { parsePackets } from '../../../handler/packets/parse/packets.ts'
import { serve } from '../../../handler/serve/index.ts'
import { VERB } from '../../../protocol/messages.ts'
import { decodeRequest } from '../liar/requests.ts'

serve((request, writer, verb) => {
  const { reply, input } = decodeRequest(request)
  if (reply !== undefined) return reply
  if (verb === VERB.armor) parseArmor(input, writer)
  else parsePackets(input, writer)
  return undefined
})
