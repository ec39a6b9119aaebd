/** A reply whose magic is one bit off. */
import { misbehave, reply } from '../misbehave.ts'

misbehave({
  sin: (socket, request) =>
    socket.write(reply(request, (header) => header.setUint32(0, 0x50414c30))),
})
