/** A filter that allows everything, in place of the strict one: the count is right, the probe is not. */

import { applyFilter, probe } from '../../../handler/lockdown/lockdown.ts'
import { ANSWER, answer, encodeProgram } from '../../../protocol/bpf.ts'
import { pretend } from '../partial.ts'

const everything = encodeProgram([answer(ANSWER.allow)])

pretend({ applyFilter: (ground) => applyFilter({ ...ground, program: everything }), probe })
