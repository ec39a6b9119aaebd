/** A hello whose reserved octets are not zero. */
import { helloFrame, misbehave } from '../misbehave.ts'

misbehave({
  hello: (honest) => {
    const bytes = helloFrame(honest)
    bytes[bytes.length - 1] = 1
    return bytes
  },
})
