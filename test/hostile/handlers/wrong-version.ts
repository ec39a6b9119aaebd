/** A reply of protocol version 2. */
import { misbehave, reply } from '../misbehave.ts'

misbehave({
  sin: (socket, request) => socket.write(reply(request, (header) => header.setUint8(4, 2))),
})
