/** Two hellos in one write. */
import { helloFrame, misbehave } from '../misbehave.ts'

misbehave({
  hello: (honest) => {
    const once = helloFrame(honest)
    const twice = new Uint8Array(once.length * 2)
    twice.set(once)
    twice.set(once, once.length)
    return twice
  },
})
