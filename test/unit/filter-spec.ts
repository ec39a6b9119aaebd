/**
 * What the two filters have to answer, written again from docs and kernel headers: numbers, constants and conditions
 * of its own, on whole 64-bit arguments. It imports nothing from the filter, so that one slip cannot be in both.
 */
import type { SeccompData } from './bpf-interpreter.ts'

export const ALLOW = 0x7fff_0000
export const KILL_PROCESS = 0x8000_0000
const errno = (code: number): number => 0x5_0000 + code

export const ARCHES = { x64: 0xc000_003e, arm64: 0xc000_00b7, i386: 0x4000_0003, arm: 0x4000_0028 }

type Judge = (args: readonly bigint[]) => number

const always =
  (answer: number): Judge =>
  () =>
    answer
const permit =
  (good: (args: readonly bigint[]) => boolean, otherwise = KILL_PROCESS): Judge =>
  (args) =>
    good(args) ? ALLOW : otherwise

const at = (args: readonly bigint[], index: number): bigint => args[index] ?? -1n
const anyOf = (value: bigint, ...values: readonly bigint[]): boolean => values.includes(value)

const PROT_NONE = 0n
const PROT_READ = 1n
const PROT_WRITE = 2n
const plainMemory = (prot: bigint): boolean =>
  anyOf(prot, PROT_NONE, PROT_READ, PROT_WRITE, PROT_READ | PROT_WRITE)

const MAP_PRIVATE = 0x02n
const MAP_FIXED = 0x10n
const MAP_ANONYMOUS = 0x20n
const MAP_NORESERVE = 0x4000n
const BASE = MAP_PRIVATE | MAP_ANONYMOUS

const WAIT = 0n
const WAKE = 1n
const WAIT_BITSET = 9n
const WAKE_BITSET = 10n
const modifiers = [0n, 128n, 256n, 384n]
const FUTEX = [WAIT, WAKE, WAIT_BITSET, WAKE_BITSET].flatMap((op) => modifiers.map((m) => op + m))

/** [x86-64 number, arm64 number, what to answer] */
const CALLS: readonly (readonly [number, number, Judge])[] = [
  /* read */ [0, 63, permit((a) => at(a, 0) === 3n)],
  /* write */ [1, 64, permit((a) => at(a, 0) === 3n, errno(11))],
  /* mmap */ [
    9,
    222,
    permit(
      (a) =>
        plainMemory(at(a, 2)) &&
        anyOf(
          at(a, 3),
          BASE,
          BASE + MAP_FIXED,
          BASE + MAP_NORESERVE,
          BASE + MAP_FIXED + MAP_NORESERVE,
        ),
    ),
  ],
  /* mprotect */ [10, 226, permit((a) => plainMemory(at(a, 2)))],
  /* munmap */ [11, 215, always(ALLOW)],
  /* brk */ [12, 214, always(ALLOW)],
  /* rt_sigprocmask */ [14, 135, always(ALLOW)],
  /* rt_sigreturn */ [15, 139, always(ALLOW)],
  /* sched_yield */ [24, 124, always(ALLOW)],
  /* mremap: 0 or MREMAP_MAYMOVE */ [25, 216, permit((a) => anyOf(at(a, 3), 0n, 1n))],
  /* madvise: DONTNEED, FREE, DONTFORK */ [
    28,
    233,
    permit((a) => anyOf(at(a, 2), 4n, 8n, 10n), errno(22)),
  ],
  /* nanosleep */ [35, 101, always(ALLOW)],
  /* getpid */ [39, 172, always(ALLOW)],
  /* exit */ [60, 93, always(ALLOW)],
  /* gettimeofday */ [96, 169, always(ALLOW)],
  /* futex */ [202, 98, permit((a) => anyOf(at(a, 1), ...FUTEX))],
  /* restart_syscall */ [219, 128, always(ALLOW)],
  /* clock_gettime: REALTIME to BOOTTIME */ [228, 113, permit((a) => at(a, 0) <= 7n)],
  /* clock_nanosleep: REALTIME, MONOTONIC; TIMER_ABSTIME */ [
    230,
    115,
    permit((a) => at(a, 0) <= 1n && at(a, 1) <= 1n),
  ],
  /* exit_group */ [231, 94, always(ALLOW)],
  /* rseq */ [334, 293, always(ALLOW)],
  /* close */ [3, 57, always(errno(9))],
  /* fstat */ [5, 80, always(errno(9))],
  /* fcntl */ [72, 25, always(errno(9))],
  /* newfstatat */ [262, 79, always(errno(9))],
  /* openat */ [257, 56, always(errno(13))],
  /* sched_getparam */ [143, 121, always(errno(38))],
  /* sched_getscheduler */ [145, 120, always(errno(38))],
  /* sched_getaffinity */ [204, 123, always(errno(38))],
  /* set_robust_list */ [273, 99, always(errno(38))],
  /* the probe */ [1023, 1023, always(errno(130))],
]

const JUDGES = {
  x64: new Map(CALLS.map(([number, , judge]) => [number, judge])),
  arm64: new Map(CALLS.map(([, number, judge]) => [number, judge])),
}

/** Where a 64-bit argument is tried: every bit alone, every constant above, each with its neighbours. */
export const EDGES: readonly bigint[] = edges()

function edges(): bigint[] {
  const bits = Array.from({ length: 64 }, (_, bit) => 1n << BigInt(bit))
  // mmap looks at a flag only together with the two that it demands.
  const flags = [MAP_FIXED, MAP_NORESERVE, ...bits].flatMap((bit) => [BASE | bit, BASE ^ bit])
  // The extras together; MAP_SHARED_VALIDATE; MAP_SHARED; PROT_GROWSDOWN.
  const others = [BASE + MAP_FIXED + MAP_NORESERVE, 0x03n, 0x21n, 0x1000003n]
  const small = Array.from({ length: 16 }, (_, value) => BigInt(value))
  const one = new Set([...bits, ...flags, ...others, ...small, ...FUTEX])
  const near = [...one].flatMap((value) => [value - 1n, value, value + 1n])
  // The same low half under other high halves: what a filter that looks at 32 bits only would let pass.
  const high = [...one]
    .filter((value) => value < 1n << 32n)
    .flatMap((value) => [1n << 32n, 0xffff_ffffn << 32n, 1n << 63n].map((half) => half + value))
  return [...new Set([...near, ...high].map((value) => BigInt.asUintN(64, value)))]
}

/** What the strict filter has to answer. */
export function strictAnswer(
  arch: 'x64' | 'arm64',
  { nr, arch: actual, args }: SeccompData,
): number {
  if (actual !== ARCHES[arch]) return KILL_PROCESS
  return JUDGES[arch].get(nr)?.(args) ?? KILL_PROCESS
}

/** What the outer filter has to answer. */
export function outerAnswer(arch: 'x64' | 'arm64', { nr, arch: actual }: SeccompData): number {
  if (actual !== ARCHES[arch]) return KILL_PROCESS
  if (arch === 'x64' && nr >= 0x4000_0000) return KILL_PROCESS
  return nr === 425 || nr === 426 || nr === 427 ? errno(38) : ALLOW
}
