/** A reply with a bit in the reserved octet. */
import { misbehave, reply } from '../misbehave.ts'

misbehave({
  sin: (socket, request) => socket.write(reply(request, (header) => header.setUint8(7, 0x80))),
})
