/** A reply with the id of a request that was never made. */
import { misbehave, reply } from '../misbehave.ts'

misbehave({
  sin: (socket, request) =>
    socket.write(reply(request, (header) => header.setUint32(8, 0xdead_beef))),
})
