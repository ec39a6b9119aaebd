/**
 * The outer filter, and what both filters stand on: the interpreter refuses what the kernel would refuse, so that
 * "the kernel would load it" means something.
 */
import { describe, expect, test } from 'vitest'
import { outerFilter, outerProgram } from '../../manager/umd/outer-filter.ts'
import { type Instruction, jump, OPCODE } from '../../protocol/bpf.ts'
import { checkProgram, decodeProgram, runProgram } from './bpf-interpreter.ts'
import { BOTH, Coverage, call, differs, NUMBERS } from './filter-corpus.ts'
import { ALLOW, ARCHES, outerAnswer } from './filter-spec.ts'

describe.each(BOTH)('C4: outer filter, %s', (arch) => {
  const program = outerProgram(arch)
  const coverage = new Coverage()

  test('C4: the kernel would load it, and its bytes say the same', () => {
    checkProgram(program)
    expect(decodeProgram(outerFilter(arch))).toEqual(program)
  })

  test('C4: answers every number on every architecture as specified', () => {
    const codes = [...Object.values(ARCHES), 0, 0xffff_ffff]
    const wrong = codes.flatMap((code) =>
      NUMBERS.flatMap((nr) => {
        const data = call(nr, code)
        return differs(program, data, outerAnswer(arch, data), coverage)
      }),
    )
    expect(wrong).toEqual([])
    expect(coverage.missing(program)).toEqual([])
  })

  test('C4: refuses rings with ENOSYS, so that libuv falls back', () => {
    const answers = [424, 425, 426, 427, 428].map(
      (nr) => runProgram(program, call(nr, ARCHES[arch])).answer,
    )
    expect(answers).toEqual([ALLOW, 0x5_0026, 0x5_0026, 0x5_0026, ALLOW])
  })
})

describe('the interpreter refuses what the kernel refuses', () => {
  const end: Instruction = { code: 0x06, jt: 0, jf: 0, k: ALLOW }
  const bad: Record<string, readonly Instruction[]> = {
    'an empty program': [],
    'no return at the end': [{ code: 0x20, jt: 0, jf: 0, k: 0 }],
    'a jump behind the end': [{ code: 0x15, jt: 1, jf: 0, k: 0 }, end],
    'a load that is not aligned': [{ code: 0x20, jt: 0, jf: 0, k: 2 }, end],
    'a load behind seccomp_data': [{ code: 0x20, jt: 0, jf: 0, k: 64 }, end],
    'a byte load': [{ code: 0x30, jt: 0, jf: 0, k: 0 }, end],
    'a return of the accumulator': [{ code: 0x16, jt: 0, jf: 0, k: 0 }, end],
    'more than 4096 instructions': new Array<Instruction>(4097).fill(end),
  }
  test.each(Object.keys(bad))('%s', (name) => {
    expect(() => checkProgram(bad[name] ?? [end])).toThrow()
  })

  test('and the compiler refuses a jump that does not fit', () => {
    expect(() => jump(OPCODE.jumpEqual, 0, 256, 0)).toThrow(RangeError)
    expect(() => jump(OPCODE.jumpEqual, 0, 0, -1)).toThrow(RangeError)
  })
})
