/** One filter more than was expected: nobody knows what the other one answers. */

import { applyFilter } from '../../../handler/lockdown/lockdown.ts'
import { ANSWER, answer, encodeProgram } from '../../../protocol/bpf.ts'
import { pretend } from '../partial.ts'

const everything = encodeProgram([answer(ANSWER.allow)])

pretend({
  applyFilter: (ground) => {
    applyFilter({ ...ground, program: everything })
    applyFilter(ground)
  },
})
