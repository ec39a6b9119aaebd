/** Is locked, and says that a layer failed. */
import { helloFrame, misbehave } from '../misbehave.ts'

misbehave({
  hello: (honest) => helloFrame({ ...honest, failed: 'memory', errno: 12 }),
})
