/** A refusal that is longer than a refusal is. */
import { frame, misbehave } from '../misbehave.ts'

misbehave({
  sin: (socket, { verb, id }) => socket.write(frame({ kind: 5, verb, id }, new Uint8Array(7))),
})
