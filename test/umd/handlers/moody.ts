/** Does what the first octet says (../moods.ts): the misfortunes that a real parser may meet. */
import { Refusal, serve } from '../../../handler/serve/index.ts'
import { MOOD } from '../moods.ts'

let sulking = false

serve((request) => {
  const [mood, first = 0, second = 0, third = 0] = request
  if (sulking) throw new Refusal(16)
  switch (mood) {
    case MOOD.crash:
      throw new Error('this input crashes the parser')
    case MOOD.hang:
      for (;;);
    case MOOD.refuse:
      throw new Refusal(first * 256 + second, third)
    case MOOD.work: {
      const end = Date.now() + first * 10
      while (Date.now() < end);
      return request
    }
    case MOOD.large:
      return new Uint8Array(first * 1_048_576).fill(second)
    case MOOD.sulk:
      sulking = true
      return request
    default:
      return request
  }
})
