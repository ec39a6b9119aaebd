/** A reply without its last byte, then silence. */
import { forEver, misbehave, reply } from '../misbehave.ts'

misbehave({
  sin: (socket, request) => {
    socket.write(reply(request).subarray(0, -1))
    forEver()
  },
})
