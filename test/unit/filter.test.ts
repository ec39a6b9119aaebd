/**
 * The strict filter, run in the interpreter and compared with filter-spec.ts: every number, both programs, foreign
 * architectures, every argument at its edges, every instruction, both ways of every jump. Then the table itself.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileFilter, disassemble, encodeProgram } from '../../handler/lockdown/bpf.ts'
import { FILTER } from '../../handler/lockdown/filter.ts'
import { SYSCALLS } from '../../handler/lockdown/syscalls.ts'
import { PROBE_ERRNO, PROBE_SYSCALL, PROTOCOL_DESCRIPTOR } from '../../protocol/hello.ts'
import { checkProgram, decodeProgram, runProgram } from './bpf-interpreter.ts'
import {
  ALL_ONES,
  BOTH,
  Coverage,
  call,
  differs,
  FEW_VECTORS,
  GOOD,
  NUMBERS,
  VECTORS,
  X32,
} from './filter-corpus.ts'
import { ALLOW, ARCHES, EDGES, KILL_PROCESS, strictAnswer } from './filter-spec.ts'

/** Set to 1 to write the golden listings anew; the difference is then reviewed in git. */
const { UPDATE_GOLDEN } = process.env

const PROGRAMS = { x64: compileFilter('x64'), arm64: compileFilter('arm64') }

describe.each(BOTH)('C4: strict filter, %s', (arch) => {
  const program = PROGRAMS[arch]
  const native = ARCHES[arch]
  const coverage = new Coverage()

  test('C4: the kernel would load it, and its bytes say the same', () => {
    checkProgram(program)
    expect(decodeProgram(encodeProgram(program))).toEqual(program)
  })

  test('C4: every number, every argument at its edges, answers as specified', () => {
    const named = new Set<number>(FILTER.map(({ syscall }) => SYSCALLS[syscall][arch]))
    const wrong = NUMBERS.flatMap((nr) =>
      (named.has(nr) ? VECTORS : FEW_VECTORS).flatMap((args) => {
        const data = call(nr, native, args)
        return differs(program, data, strictAnswer(arch, data), coverage)
      }),
    )
    expect(wrong).toEqual([])
  })

  test('C4: pairs of arguments at their edges, where a row has two rules', () => {
    const wrong: string[] = []
    const rows: readonly (readonly [keyof typeof SYSCALLS, number, number])[] = [
      ['mmap', 2, 3],
      ['clock_nanosleep', 0, 1],
    ]
    for (const [name, first, second] of rows) {
      for (const a of EDGES) {
        for (const b of EDGES) {
          const args = new Array<bigint>(6).fill(0n).with(first, a).with(second, b)
          const data = call(SYSCALLS[name][arch], native, args)
          wrong.push(...differs(program, data, strictAnswer(arch, data), coverage))
        }
      }
    }
    expect(wrong).toEqual([])
  })

  test('C4: the other architectures are killed, whatever the call', () => {
    const foreign = [...Object.values(ARCHES), 0, 0xffff_ffff, native - 1, native + 1]
    for (const other of foreign.filter((code) => code !== native)) {
      const answers = NUMBERS.map((nr) => {
        const run = runProgram(program, call(nr, other, GOOD[0]))
        coverage.add(run)
        return run.answer
      })
      expect(new Set(answers)).toEqual(new Set([KILL_PROCESS]))
    }
  })

  test('C4: every call is killed under its x32 number', () => {
    for (const { syscall } of FILTER) {
      for (const args of GOOD) {
        const data = call(X32 + SYSCALLS[syscall][arch], native, args)
        expect(runProgram(program, data).answer).toBe(KILL_PROCESS)
      }
    }
  })

  test('C4: the tests above ran every instruction and both ways of every jump', () => {
    expect(coverage.missing(program)).toEqual([])
  })

  test('C4: random calls answer as specified', () => {
    const argument = fc.oneof(fc.constantFrom(...EDGES), fc.bigInt({ min: 0n, max: ALL_ONES }))
    const number = fc.oneof(
      fc.constantFrom(...FILTER.map(({ syscall }) => SYSCALLS[syscall][arch])),
      fc.constantFrom(...NUMBERS),
      fc.nat(0xffff_ffff),
    )
    const code = fc.oneof(
      { weight: 9, arbitrary: fc.constant(native) },
      { weight: 1, arbitrary: fc.nat(0xffff_ffff) },
    )
    const random = fc.record({
      nr: number,
      arch: code,
      ip: fc.bigInt({ min: 0n, max: ALL_ONES }),
      args: fc.array(argument, { minLength: 6, maxLength: 6 }),
    })
    fc.assert(
      fc.property(random, (data) => {
        expect(differs(program, data, strictAnswer(arch, data))).toEqual([])
      }),
      { numRuns: 20_000 },
    )
  })

  test('C4: no call makes memory executable, shared, or of a file', () => {
    const { mmap, mprotect, mremap } = SYSCALLS
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: ALL_ONES }),
        fc.constantFrom(...EDGES),
        fc.constantFrom(...EDGES),
        (address, prot, flags) => {
          const answerTo = (nr: number, args: readonly bigint[]): number =>
            runProgram(program, call(nr, native, args)).answer
          const forbidden = (prot & 4n) !== 0n
          const unsafe = forbidden || (flags & 1n) !== 0n || (flags & 0x20n) === 0n
          if (forbidden) {
            expect(answerTo(mprotect[arch], [address, 4096n, prot])).toBe(KILL_PROCESS)
          }
          if (unsafe) {
            expect(answerTo(mmap[arch], [address, 4096n, prot, flags])).toBe(KILL_PROCESS)
          }
          // FIXED (2) and DONTUNMAP (4) would lay memory over code that is executable already.
          if ((flags & 6n) !== 0n) {
            expect(answerTo(mremap[arch], [address, 4096n, 4096n, flags])).toBe(KILL_PROCESS)
          }
        },
      ),
      { numRuns: 5_000 },
    )
  })

  test('C4: no descriptor but the protocol socket is read or written', () => {
    for (const descriptor of EDGES) {
      for (const name of ['read', 'write'] as const) {
        const { answer } = runProgram(program, call(SYSCALLS[name][arch], native, [descriptor]))
        expect(answer === ALLOW).toBe(descriptor === BigInt(PROTOCOL_DESCRIPTOR))
      }
    }
  })

  test('C4: the listing is the reviewed one', () => {
    const golden = new URL(`../golden/filter.${arch}.txt`, import.meta.url)
    const listing = disassemble(program)
    if (UPDATE_GOLDEN === '1') writeFileSync(golden, listing)
    expect(listing).toBe(readFileSync(golden, 'utf8'))
  })
})

describe('C4: the table', () => {
  const allowed = FILTER.filter(({ action }) => action === 'allow')

  test('C4: allows at most 24 calls', () => {
    expect(allowed.length).toBeLessThanOrEqual(24)
  })

  test('C4: names no call twice, and gives a reason for each', () => {
    for (const arch of BOTH) {
      const numbers = FILTER.map(({ syscall }) => SYSCALLS[syscall][arch])
      expect(new Set(numbers).size).toBe(numbers.length)
    }
    expect(FILTER.filter(({ reason }) => reason.length < 10)).toEqual([])
    expect(new Set(Object.keys(SYSCALLS))).toEqual(new Set(FILTER.map(({ syscall }) => syscall)))
  })

  test('C4: rules belong to rows that allow: a refusal never depends on an argument', () => {
    for (const row of FILTER) {
      if (row.when !== undefined) expect(row.action).toBe('allow')
      if (row.otherwise !== undefined) expect(row.otherwise).not.toBe('allow')
    }
  })

  test('C4: no row permits PROT_EXEC', () => {
    for (const name of ['mmap', 'mprotect'] as const) {
      const rules = FILTER.find(({ syscall }) => syscall === name)?.when ?? []
      const prot = rules.find(({ argument }) => argument === 2)
      expect(prot !== undefined && 'within' in prot && prot.within).toBe(3)
    }
    // The other calls that could: pkey_mprotect, shmat, remap_file_pages, personality, process_vm_writev.
    for (const [x64, arm64] of [
      [329, 288],
      [30, 196],
      [216, 234],
      [135, 92],
      [311, 271],
    ] as const) {
      expect(runProgram(PROGRAMS.x64, call(x64, ARCHES.x64)).answer).toBe(KILL_PROCESS)
      expect(runProgram(PROGRAMS.arm64, call(arm64, ARCHES.arm64)).answer).toBe(KILL_PROCESS)
    }
  })

  test('C4: the probe is the one that the protocol names', () => {
    expect(SYSCALLS.probe).toEqual({ x64: PROBE_SYSCALL, arm64: PROBE_SYSCALL })
    for (const arch of BOTH) {
      const { answer } = runProgram(PROGRAMS[arch], call(PROBE_SYSCALL, ARCHES[arch]))
      expect(answer).toBe(0x5_0000 + PROBE_ERRNO)
    }
  })
})
