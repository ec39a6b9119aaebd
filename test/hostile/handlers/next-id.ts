/** The answer to a request that is to come: ids can be guessed, order cannot be changed. */
import { misbehave, reply } from '../misbehave.ts'

misbehave({
  sin: (socket, request) => socket.write(reply({ ...request, id: request.id + 1 })),
})
