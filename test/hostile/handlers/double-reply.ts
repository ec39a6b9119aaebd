/** The true reply, twice in one write. */
import { misbehave, reply } from '../misbehave.ts'

misbehave({
  sin: (socket, request) => {
    const once = reply(request)
    const twice = new Uint8Array(once.length * 2)
    twice.set(once)
    twice.set(once, once.length)
    socket.write(twice)
  },
})
