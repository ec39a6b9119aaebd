/** A reply without its last byte, then a polite exit. */
import { misbehave, reply } from '../misbehave.ts'

misbehave({
  sin: (socket, request) => {
    socket.write(reply(request).subarray(0, -1))
    socket.exit(0)
  },
})
