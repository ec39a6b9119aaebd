/** A refusal that ends in the middle of its offset. */
import { frame, misbehave } from '../misbehave.ts'

misbehave({
  sin: (socket, { verb, id }) => socket.write(frame({ kind: 5, verb, id }, new Uint8Array(5))),
})
