/**
 * Compiles the filter's table to BPF. Handler side; pure: rows in, instructions out. Assumes what the tests check
 * (no syscall has two rows), refuses a program that the kernel would not take.
 *
 * One row is one block, so that the listing reads like the table:
 *
 * ```
 * jeq  number     else: behind the block
 * rule ...        each loads its argument; a refusal jumps to the last line
 * ret  action
 * ret  otherwise
 * ```
 */
import {
  ANSWER,
  type Arch,
  AUDIT_ARCH,
  and,
  answer,
  guard,
  type Instruction,
  jump,
  load,
  OFFSET,
  OPCODE,
} from '../../protocol/bpf.ts'
import { type Action, type BitsRule, FILTER, type ListRule, type Row, type Rule } from './filter.ts'
import { SYSCALLS } from './syscalls.ts'

export { encodeProgram, type Instruction } from '../../protocol/bpf.ts'

/** BPF_MAXINSNS */
const MAX_INSTRUCTIONS = 4096

/** The strict filter of one architecture. @throws RangeError when it would not fit BPF's limits */
export function compileFilter(arch: Arch): Instruction[] {
  const program = [
    ...guard(arch),
    ...FILTER.flatMap((row) => compileRow(row, SYSCALLS[row.syscall][arch])),
    answer(ANSWER.killProcess),
  ]
  if (program.length > MAX_INSTRUCTIONS)
    throw new RangeError('the filter has too many instructions')
  return program
}

function compileRow(row: Row, number: number): Instruction[] {
  const end = [answer(answerOf(row.action))]
  if (row.when !== undefined) end.push(answer(answerOf(row.otherwise ?? 'kill')))
  // From the last rule to the first: each must know how far behind it the refusal is.
  let body = end
  for (const rule of (row.when ?? []).toReversed()) {
    body = [...compileRule(rule, body.length), ...body]
  }
  // The accumulator holds the number until a block matches, and no block is left but by a return.
  return [jump(OPCODE.jumpEqual, number, 0, body.length), ...body]
}

/** @param behind instructions between this rule and the end of its row, the refusal being the last */
function compileRule(rule: Rule, behind: number): Instruction[] {
  const low = OFFSET.arguments + 8 * rule.argument
  const checks = 'oneOf' in rule ? checkList(rule, behind) : checkBits(rule, behind)
  return [
    load(low + 4),
    jump(OPCODE.jumpEqual, 0, 0, 1 + checks.length + behind - 1),
    load(low),
    ...checks,
  ]
}

function checkList(rule: ListRule, behind: number): Instruction[] {
  const comparisons = rule.oneOf.map((value, index) => {
    const left = rule.oneOf.length - 1 - index
    return jump(OPCODE.jumpEqual, value, left, left === 0 ? behind - 1 : 0)
  })
  return rule.ignoring === undefined ? comparisons : [and(inverted(rule.ignoring)), ...comparisons]
}

function checkBits(rule: BitsRule, behind: number): Instruction[] {
  const required =
    rule.required === undefined
      ? []
      : [and(rule.required), jump(OPCODE.jumpEqual, rule.required, 0, behind - 1)]
  const refused = required.length + behind - 1
  return [jump(OPCODE.jumpAnyBit, inverted(rule.within), refused, 0), ...required]
}

function inverted(mask: number): number {
  return ~mask >>> 0
}

function answerOf(action: Action): number {
  if (action === 'allow') return ANSWER.allow
  if (action === 'kill') return ANSWER.killProcess
  return ANSWER.errno + action.errno
}

/** One line per instruction, jumps as absolute line numbers; the golden listings in test/golden are this. */
export function disassemble(instructions: readonly Instruction[]): string {
  const width = String(instructions.length).length
  const lines = instructions.map(
    (instruction, at) => `${String(at).padStart(width)}: ${describe(instruction, at)}\n`,
  )
  return lines.join('')
}

function describe({ code, jt, jf, k }: Instruction, at: number): string {
  const targets = `then ${at + 1 + jt} else ${at + 1 + jf}`
  switch (code) {
    case OPCODE.load:
      return `load ${fieldName(k)}`
    case OPCODE.jumpEqual:
      return `if == ${numeral(k)} ${targets}`
    case OPCODE.jumpGreaterEqual:
      return `if >= ${numeral(k)} ${targets}`
    case OPCODE.jumpAnyBit:
      return `if any of ${numeral(k)} ${targets}`
    case OPCODE.and:
      return `and ${numeral(k)}`
    case OPCODE.return:
      return `return ${answerName(k)}`
    default:
      throw new RangeError(`no such opcode in our filters: ${code}`)
  }
}

function fieldName(offset: number): string {
  if (offset === OFFSET.syscall) return 'syscall'
  if (offset === OFFSET.arch) return 'arch'
  const at = offset - OFFSET.arguments
  return `argument ${Math.floor(at / 8)} ${at % 8 === 0 ? 'low' : 'high'}`
}

function numeral(value: number): string {
  const name = Object.entries(AUDIT_ARCH).find(([, code]) => code === value)?.[0]
  return name ?? (value < 4096 ? String(value) : `0x${value.toString(16)}`)
}

function answerName(value: number): string {
  if (value === ANSWER.allow) return 'allow'
  if (value === ANSWER.killProcess) return 'kill'
  return `errno ${value - ANSWER.errno}`
}
