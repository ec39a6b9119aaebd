/** A hello of 13 bytes. */
import { frame, misbehave } from '../misbehave.ts'

misbehave({
  hello: () => frame({ kind: 1, verb: 0, id: 0 }, new Uint8Array(13)),
})
