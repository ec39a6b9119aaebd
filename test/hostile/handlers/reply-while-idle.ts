/** Answers truly, and a little later, when nobody asks, once more. */
import { misbehave, reply } from '../misbehave.ts'

misbehave({
  sin: (socket, request) => {
    socket.write(reply(request))
    const end = Date.now() + 30
    while (Date.now() < end);
    socket.write(reply(request))
  },
})
