/** Text where the hello should be. */
import { misbehave } from '../misbehave.ts'

misbehave({
  hello: () => Uint8Array.from(Buffer.from('HTTP/1.1 200 OK\r\n\r\n')),
})
