/** Says hello again once it may serve. */
import { frame, misbehave } from '../misbehave.ts'

misbehave({
  sin: (socket) => socket.write(frame({ kind: 1, verb: 0, id: 0 }, new Uint8Array(12))),
})
