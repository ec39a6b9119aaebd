/** A replay: the answer to the request before this one, once more. */
import { misbehave, reply } from '../misbehave.ts'

misbehave({
  sin: (socket, request, earlier) => socket.write(reply(earlier ?? { ...request, id: 0 })),
})
