/** A hello and some bytes more. */
import { helloFrame, misbehave } from '../misbehave.ts'

misbehave({
  hello: (honest) => {
    const once = helloFrame(honest)
    const longer = new Uint8Array(once.length + 5)
    longer.set(once)
    longer.set([0x50, 0x41, 0x4c, 0x31, 1], once.length)
    return longer
  },
})
