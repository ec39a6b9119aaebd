/**
 * The system call numbers that the strict filter names, per architecture. Handler side; data only.
 * Sources: asm/unistd_64.h (x86-64) and asm-generic/unistd.h (arm64). What is not listed needs no number: the
 * filter kills it.
 */
export const SYSCALLS = {
  read: { x64: 0, arm64: 63 },
  write: { x64: 1, arm64: 64 },
  close: { x64: 3, arm64: 57 },
  fstat: { x64: 5, arm64: 80 },
  mmap: { x64: 9, arm64: 222 },
  mprotect: { x64: 10, arm64: 226 },
  munmap: { x64: 11, arm64: 215 },
  brk: { x64: 12, arm64: 214 },
  rt_sigprocmask: { x64: 14, arm64: 135 },
  rt_sigreturn: { x64: 15, arm64: 139 },
  sched_yield: { x64: 24, arm64: 124 },
  mremap: { x64: 25, arm64: 216 },
  madvise: { x64: 28, arm64: 233 },
  nanosleep: { x64: 35, arm64: 101 },
  getpid: { x64: 39, arm64: 172 },
  exit: { x64: 60, arm64: 93 },
  fcntl: { x64: 72, arm64: 25 },
  gettimeofday: { x64: 96, arm64: 169 },
  sched_getparam: { x64: 143, arm64: 121 },
  sched_getscheduler: { x64: 145, arm64: 120 },
  futex: { x64: 202, arm64: 98 },
  sched_getaffinity: { x64: 204, arm64: 123 },
  restart_syscall: { x64: 219, arm64: 128 },
  clock_gettime: { x64: 228, arm64: 113 },
  clock_nanosleep: { x64: 230, arm64: 115 },
  exit_group: { x64: 231, arm64: 94 },
  openat: { x64: 257, arm64: 56 },
  newfstatat: { x64: 262, arm64: 79 },
  set_robust_list: { x64: 273, arm64: 99 },
  rseq: { x64: 334, arm64: 293 },
  /** No call at all: protocol/hello's PROBE_SYSCALL, far above the last number of any kernel. */
  probe: { x64: 1023, arm64: 1023 },
} as const

export type SyscallName = keyof typeof SYSCALLS
