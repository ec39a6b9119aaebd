/** A frame of a kind that is not in the table. */
import { misbehave, reply } from '../misbehave.ts'

misbehave({
  sin: (socket, request) => socket.write(reply(request, (header) => header.setUint8(5, 9))),
})
