/** Throws what nobody catches. */
import { misbehave } from '../misbehave.ts'

misbehave({
  sin: () => {
    throw new Error('\u001b[2J hostile text')
  },
})
