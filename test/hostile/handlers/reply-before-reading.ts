/** Guesses the first request's id and verb and answers it before it has read anything. */
import { misbehave, reply } from '../misbehave.ts'

misbehave({
  afterGo: (socket) => socket.write(reply({ verb: 7, id: 1, body: Uint8Array.of(1, 2, 3) })),
})
