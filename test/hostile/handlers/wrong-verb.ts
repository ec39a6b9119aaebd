/** A reply to another verb than the one that was asked. */
import { misbehave, reply } from '../misbehave.ts'

misbehave({
  sin: (socket, request) =>
    socket.write(reply(request, (header) => header.setUint8(6, request.verb + 1))),
})
