/**
 * The calls that the filters are tried with, and the record of what they ran. Test side. The numbers and arguments
 * come from the specification, not from the table, so that a row too many is met as well.
 */
import { type Instruction, OPCODE } from '../../protocol/bpf.ts'
import { PROBE_SYSCALL } from '../../protocol/hello.ts'
import { type Run, runProgram, type SeccompData } from './bpf-interpreter.ts'
import { EDGES } from './filter-spec.ts'

export const BOTH = ['x64', 'arm64'] as const
export const X32 = 0x4000_0000
export const ALL_ONES = 0xffff_ffff_ffff_ffffn

/** 0-600 has every call of every kernel so far, the others are the filter's own borders. */
export const NUMBERS: readonly number[] = [
  ...Array.from({ length: 601 }, (_, number) => number),
  ...[PROBE_SYSCALL - 1, PROBE_SYSCALL, PROBE_SYSCALL + 1],
  ...[X32 - 1, X32, X32 + 1, X32 + 9, X32 + PROBE_SYSCALL, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff],
]

/** Number, architecture and arguments as the kernel would lay them out; what is not given is 0. */
export function call(nr: number, arch: number, args: readonly bigint[] = []): SeccompData {
  const six = Array.from({ length: 6 }, (_, index) => args[index] ?? 0n)
  return { nr, arch, ip: 0x7f00_1234_5678n, args: six }
}

/** Arguments under which every row permits, so that one argument at a time can be moved off it. */
export const GOOD: readonly (readonly bigint[])[] = [
  [3n, 0n, 3n, 0x22n, 0n, 0n],
  [0n, 1n, 4n, 1n, 0n, 0n],
  [1n, 0x81n, 0n, 0x4022n, ALL_ONES, 0n],
]

/** Every argument vector: each argument of a good vector replaced by each edge; all zeros; all ones. */
export const VECTORS: readonly (readonly bigint[])[] = [
  [],
  Array.from({ length: 6 }, () => ALL_ONES),
  ...GOOD,
  ...GOOD.flatMap((good) =>
    [0, 1, 2, 3].flatMap((index) => EDGES.map((edge) => good.with(index, edge))),
  ),
]

/** Both ways of each jump, and each instruction, that the runs took. */
export class Coverage {
  readonly #steps = new Set<string>()

  add({ executed }: Run): void {
    for (const [index, from] of executed.entries()) {
      this.#steps.add(`${from}`)
      if (index + 1 < executed.length) this.#steps.add(`${from} to ${executed[index + 1]}`)
    }
  }

  missing(program: readonly Instruction[]): string[] {
    const wanted = program.flatMap(({ code, jt, jf }, at) => {
      const jumps =
        code === OPCODE.jumpEqual || code === OPCODE.jumpAnyBit || code === OPCODE.jumpGreaterEqual
      return jumps ? [`${at}`, `${at} to ${at + 1 + jt}`, `${at} to ${at + 1 + jf}`] : [`${at}`]
    })
    return wanted.filter((step) => !this.#steps.has(step))
  }
}

/** For numbers without a row, whose arguments nobody looks at: every sixteenth. */
export const FEW_VECTORS = VECTORS.filter((_, index) => index < 5 || index % 16 === 0)

/** Compares one call with the specification; a plain comparison, because expect() is slow a million times. */
export function differs(
  program: readonly Instruction[],
  data: SeccompData,
  expected: number,
  coverage?: Coverage,
): string[] {
  const run = runProgram(program, data)
  coverage?.add(run)
  if (run.answer === expected) return []
  const args = data.args.map((arg) => `0x${arg.toString(16)}`).join(' ')
  return [`${data.nr} arch 0x${data.arch.toString(16)} (${args}): ${run.answer}, not ${expected}`]
}
