/** A frame of a kind that only the manager may send. */
import { misbehave, reply } from '../misbehave.ts'

misbehave({
  sin: (socket, request) => socket.write(reply(request, (header) => header.setUint8(5, 3))),
})
