/** A reply that announces one byte more than its cap. */
import { misbehave, reply } from '../misbehave.ts'

misbehave({
  sin: (socket, request) =>
    socket.write(reply(request, (header) => header.setUint32(12, 4 * 1_048_576 + 1))),
})
