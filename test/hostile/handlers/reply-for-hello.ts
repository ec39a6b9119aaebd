/** A reply where the hello should be. */
import { frame, misbehave } from '../misbehave.ts'

misbehave({
  hello: () => frame({ kind: 4, verb: 7, id: 1 }, new Uint8Array(3)),
})
