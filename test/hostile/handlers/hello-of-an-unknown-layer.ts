/** Says that a layer failed that does not exist. */
import { frame, misbehave } from '../misbehave.ts'

misbehave({
  hello: () => frame({ kind: 1, verb: 0, id: 0 }, new Uint8Array(12).fill(99)),
})
