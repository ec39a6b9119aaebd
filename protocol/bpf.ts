/**
 * The small part of classic BPF that both seccomp filters are made of: the manager's outer one (umd/outer-filter)
 * and the handler's strict one (lockdown/bpf). Pure: builds instructions and their bytes, installs nothing. Assumes
 * a little-endian machine, which x86-64 and arm64 Linux are; holds no opcode that the two filters do not use.
 */

export type Arch = 'x64' | 'arm64'

/** One `struct sock_filter`; `jt` and `jf` count instructions from the next one on, `k` is unsigned 32 bit. */
export interface Instruction {
  readonly code: number
  readonly jt: number
  readonly jf: number
  readonly k: number
}

/** The opcodes (linux/bpf_common.h); all compare with `k`, never with the index register. */
export const OPCODE = {
  /** BPF_LD | BPF_W | BPF_ABS: a 32-bit word of seccomp_data. */
  load: 0x20,
  /** BPF_JMP | BPF_JEQ | BPF_K */
  jumpEqual: 0x15,
  /** BPF_JMP | BPF_JGE | BPF_K, unsigned */
  jumpGreaterEqual: 0x35,
  /** BPF_JMP | BPF_JSET | BPF_K: any bit of `k` is set. */
  jumpAnyBit: 0x45,
  /** BPF_ALU | BPF_AND | BPF_K */
  and: 0x54,
  /** BPF_RET | BPF_K */
  return: 0x06,
} as const

/** Filter answers (linux/seccomp.h). An errno is added to `errno`, whose low 16 bits are free. */
export const ANSWER = {
  /** The whole process: killing one thread would leave the others waiting for its locks. */
  killProcess: 0x80000000,
  errno: 0x00050000,
  allow: 0x7fff0000,
} as const

/** AUDIT_ARCH_X86_64 and AUDIT_ARCH_AARCH64 (linux/audit.h). */
export const AUDIT_ARCH = { x64: 0xc000003e, arm64: 0xc00000b7 } as const

/** First number of the x32 ABI, which shares AUDIT_ARCH_X86_64 and has the calls of x86-64 under other numbers. */
export const X32_SYSCALL_BIT = 0x40000000

/** Offsets in `struct seccomp_data`. */
export const OFFSET = { syscall: 0, arch: 4, instructionPointer: 8, arguments: 16 } as const

/** Bytes of one `struct sock_filter`. */
export const INSTRUCTION_LENGTH = 8

export function load(offset: number): Instruction {
  return { code: OPCODE.load, jt: 0, jf: 0, k: offset }
}

export function and(mask: number): Instruction {
  return { code: OPCODE.and, jt: 0, jf: 0, k: mask }
}

export function answer(value: number): Instruction {
  return { code: OPCODE.return, jt: 0, jf: 0, k: value }
}

/** @throws RangeError when a distance does not fit its 8 bits */
export function jump(code: number, k: number, jt: number, jf: number): Instruction {
  for (const distance of [jt, jf]) {
    if (!Number.isInteger(distance) || distance < 0 || distance > 255) {
      throw new RangeError(`a jump of ${distance} instructions does not fit 8 bits`)
    }
  }
  return { code, jt, jf, k }
}

/**
 * The start of every filter: another architecture's calls (int 0x80 on x86-64) and x32 are killed, because their
 * numbers mean other calls than the rest of the filter thinks. Leaves the syscall number in the accumulator.
 */
export function guard(arch: Arch): Instruction[] {
  const start = [
    load(OFFSET.arch),
    jump(OPCODE.jumpEqual, AUDIT_ARCH[arch], 1, 0),
    answer(ANSWER.killProcess),
    load(OFFSET.syscall),
  ]
  if (arch === 'arm64') return start
  return [
    ...start,
    jump(OPCODE.jumpGreaterEqual, X32_SYSCALL_BIT, 0, 1),
    answer(ANSWER.killProcess),
  ]
}

/** The array of `struct sock_filter` that the kernel (or `bwrap --seccomp`) takes. */
export function encodeProgram(instructions: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(instructions.length * INSTRUCTION_LENGTH)
  const view = new DataView(bytes.buffer)
  // Not the Writer: this is the kernel's structure in the machine's byte order, not a message of ours.
  for (const [index, { code, jt, jf, k }] of instructions.entries()) {
    const at = index * INSTRUCTION_LENGTH
    view.setUint16(at, code, true)
    view.setUint8(at + 2, jt)
    view.setUint8(at + 3, jf)
    view.setUint32(at + 4, k, true)
  }
  return bytes
}
