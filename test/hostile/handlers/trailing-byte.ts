/** The true reply and one byte more. */
import { misbehave, reply } from '../misbehave.ts'

misbehave({
  sin: (socket, request) => {
    const once = reply(request)
    const longer = new Uint8Array(once.length + 1)
    longer.set(once)
    socket.write(longer)
  },
})
