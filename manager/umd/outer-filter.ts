/**
 * The filter that bubblewrap installs before it executes the runtime (`--seccomp FD`). Manager side; pure.
 * It exists for one thing that a filter put on later cannot do: Node >= 22 opens io_uring rings while it boots,
 * and a ring runs calls that no filter sees. With ENOSYS libuv falls back to epoll. Everything else is allowed
 * here, because the runtime has still to boot; the strict filter (handler/lockdown) comes after that.
 */
import {
  ANSWER,
  type Arch,
  answer,
  encodeProgram,
  guard,
  type Instruction,
  jump,
  OPCODE,
} from '../../protocol/bpf.ts'

/** io_uring_setup, io_uring_enter, io_uring_register: the same numbers on every architecture. */
const IO_URING = [425, 426, 427] as const
const ENOSYS = 38

export function outerProgram(arch: Arch): Instruction[] {
  return [
    ...guard(arch),
    ...IO_URING.flatMap((number) => [
      jump(OPCODE.jumpEqual, number, 0, 1),
      answer(ANSWER.errno + ENOSYS),
    ]),
    answer(ANSWER.allow),
  ]
}

/** The bytes for bubblewrap's `--seccomp` descriptor. */
export function outerFilter(arch: Arch): Uint8Array {
  return encodeProgram(outerProgram(arch))
}
