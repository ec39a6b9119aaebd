/** A true reply, one byte per write: slow, and no sin. */
import { misbehave, reply } from '../misbehave.ts'

misbehave({
  sin: (socket, request) => {
    for (const octet of reply(request)) socket.write(Uint8Array.of(octet))
  },
})
