/** Half a header, then silence. */
import { forEver, misbehave, reply } from '../misbehave.ts'

misbehave({
  sin: (socket, request) => {
    socket.write(reply(request).subarray(0, 8))
    forEver()
  },
})
