/** A reply that announces 4 GiB less one byte: nothing may be allocated for it. */
import { misbehave, reply } from '../misbehave.ts'

misbehave({
  sin: (socket, request) =>
    socket.write(reply(request, (header) => header.setUint32(12, 0xffff_ffff))),
})
