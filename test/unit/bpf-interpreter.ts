/**
 * Runs seccomp programs as the kernel would, and refuses those that it would not load (kernel/seccomp.c
 * seccomp_check_filter, net/core/filter.c bpf_check_classic). Test side; pure; knows nothing of our filters but the
 * shape of an instruction. Implements the instruction classes that they use and throws on every other.
 */
import type { Instruction } from '../../protocol/bpf.ts'

/** `struct seccomp_data`. The arguments are registers: unsigned, 64 bits. */
export interface SeccompData {
  readonly nr: number
  readonly arch: number
  readonly ip: bigint
  readonly args: readonly bigint[]
}

export interface Run {
  /** What the program returned. */
  readonly answer: number
  /** Indexes of the instructions that ran, in order. */
  readonly executed: readonly number[]
}

const SECCOMP_DATA_LENGTH = 64
const MAX_INSTRUCTIONS = 4096

const LD_W_ABS = 0x20
const JMP_JEQ_K = 0x15
const JMP_JGE_K = 0x35
const JMP_JSET_K = 0x45
const ALU_AND_K = 0x54
const RET_K = 0x06
const JUMPS: ReadonlySet<number> = new Set([JMP_JEQ_K, JMP_JGE_K, JMP_JSET_K])

/** @throws Error where the kernel answers EINVAL */
export function checkProgram(program: readonly Instruction[]): void {
  if (program.length === 0 || program.length > MAX_INSTRUCTIONS) throw new Error('length')
  for (const [at, { code, jt, jf, k }] of program.entries()) {
    if (!Number.isInteger(k) || k < 0 || k > 0xffff_ffff) throw new Error(`k at ${at}`)
    if (JUMPS.has(code)) {
      // Distances are unsigned: no jump goes back, so every program ends.
      for (const distance of [jt, jf]) {
        if (!Number.isInteger(distance) || distance < 0 || distance > 255) {
          throw new Error(`distance at ${at}`)
        }
        if (at + 1 + distance >= program.length) throw new Error(`jump out of bounds at ${at}`)
      }
    } else if (code === LD_W_ABS) {
      if (k % 4 !== 0 || k >= SECCOMP_DATA_LENGTH) throw new Error(`load offset at ${at}`)
    } else if (code !== ALU_AND_K && code !== RET_K) {
      throw new Error(`opcode 0x${code.toString(16)} at ${at}`)
    }
  }
  if (program.at(-1)?.code !== RET_K) throw new Error('no return at the end')
}

/** Runs a program that {@link checkProgram} accepts; also one that it was not shown, until that goes wrong. */
export function runProgram(program: readonly Instruction[], data: SeccompData): Run {
  const executed: number[] = []
  let accumulator = 0
  let at = 0
  for (;;) {
    const instruction = program[at]
    if (instruction === undefined) throw new Error(`ran out of the program at ${at}`)
    const { code, jt, jf, k } = instruction
    executed.push(at)
    at += 1
    switch (code) {
      case LD_W_ABS:
        accumulator = wordAt(data, k)
        break
      case ALU_AND_K:
        accumulator = (accumulator & k) >>> 0
        break
      case JMP_JEQ_K:
        at += accumulator === k ? jt : jf
        break
      case JMP_JGE_K:
        at += accumulator >= k ? jt : jf
        break
      case JMP_JSET_K:
        at += (accumulator & k) !== 0 ? jt : jf
        break
      case RET_K:
        return { answer: k, executed }
      default:
        throw new Error(`opcode 0x${code.toString(16)} at ${at - 1}`)
    }
  }
}

/** The instructions that the kernel would see in these bytes (x86-64 and arm64 Linux are little-endian). */
export function decodeProgram(bytes: Uint8Array): Instruction[] {
  if (bytes.length % 8 !== 0) throw new Error('not whole instructions')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.length / 8 }, (_, index) => ({
    code: view.getUint16(index * 8, true),
    jt: view.getUint8(index * 8 + 2),
    jf: view.getUint8(index * 8 + 3),
    k: view.getUint32(index * 8 + 4, true),
  }))
}

/** One word of the structure: number, architecture, instruction pointer, six arguments, low half first. */
function wordAt({ nr, arch, ip, args }: SeccompData, offset: number): number {
  if (offset === 0) return nr >>> 0
  if (offset === 4) return arch >>> 0
  const register = offset < 16 ? ip : args[Math.floor((offset - 16) / 8)]
  if (register === undefined || offset % 4 !== 0) throw new Error(`load of offset ${offset}`)
  return Number(BigInt.asUintN(32, offset % 8 === 0 ? register : register >> 32n))
}
