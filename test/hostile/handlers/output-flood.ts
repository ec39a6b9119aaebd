/** Writes without end. */
import { misbehave, reply } from '../misbehave.ts'

misbehave({
  sin: (socket, request) => {
    const flood = new Uint8Array(65_536).fill(0x41)
    socket.write(reply(request, (header) => header.setUint32(12, 4 * 1_048_576)))
    for (;;) socket.write(flood)
  },
})
