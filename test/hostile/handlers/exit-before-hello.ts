/** Ends before it has said hello. */
import { misbehave } from '../misbehave.ts'

misbehave({
  hello: () => {
    throw new Error('too shy')
  },
})
