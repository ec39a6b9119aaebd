/**
 * The strict filter as data: what a locked handler may ask of the kernel. Handler side; no code runs here.
 *
 * It is made for one program: a blocking readSync/writeSync loop on one descriptor, in a runtime without a JIT and
 * without worker threads, all other descriptors closed, the resource limits set. What has no row kills the process;
 * so does a call whose arguments break its row's rules, unless the row says `otherwise`. An errno is answered only
 * where the runtime is known to ask in passing and to live with that answer. (epoll is not among them: Node's
 * platform thread, which a stop and continue wakes from its wait on a closed epoll, aborts at every errno.)
 *
 * Arguments are registers of 64 bits. Every rule compares all 64, also where the kernel cuts the argument to an int
 * (descriptors, futex operations, advices, clocks): every row with rules permits, so a value with high bits that
 * is not in its list is refused, and nothing can pass by being cut to a permitted value - or to a forbidden one.
 */
import { PROBE_ERRNO } from '../../protocol/hello.ts'
import type { SyscallName } from './syscalls.ts'

const EBADF = 9
const EAGAIN = 11
const EACCES = 13
const EINVAL = 22
const ENOSYS = 38

export type Action = 'allow' | 'kill' | { readonly errno: number }

/** One argument (0-5) must be one of a list of values. */
export interface ListRule {
  readonly argument: number
  readonly oneOf: readonly number[]
  /** Bits that are cleared before the comparison: modifiers that may come with every value. */
  readonly ignoring?: number
}

/** One argument (0-5) must have no bit outside `within`, known or unknown. */
export interface BitsRule {
  readonly argument: number
  readonly within: number
  /** Bits of `within` that must all be set. */
  readonly required?: number
}

export type Rule = ListRule | BitsRule

export interface Row {
  readonly syscall: SyscallName
  readonly action: Action
  /** All must hold. */
  readonly when?: readonly Rule[]
  /** The answer when a rule does not hold; killed if not given. */
  readonly otherwise?: Action
  readonly reason: string
}

/** PROT_READ | PROT_WRITE. PROT_EXEC is 4. */
const READ_WRITE = 0x3
/** MAP_PRIVATE | MAP_ANONYMOUS: without them memory is shared or comes from a file. */
const PRIVATE_ANONYMOUS = 0x22
/** MAP_FIXED | MAP_NORESERVE: V8 decommits by mapping over its own pages, and reserves before it commits. */
const MAP_EXTRAS = 0x4010
/** FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME */
const FUTEX_MODIFIERS = 0x180

/** In the order of the comparisons: the most frequent calls first. */
export const FILTER: readonly Row[] = [
  {
    syscall: 'read',
    action: 'allow',
    when: [{ argument: 0, oneOf: [3] }],
    reason: 'requests; nothing else is open, and nothing in the runtime reads after lock-down',
  },
  {
    syscall: 'write',
    action: 'allow',
    when: [{ argument: 0, oneOf: [3] }],
    otherwise: { errno: EAGAIN },
    reason: 'replies; the collector pokes a closed eventfd, where libuv survives EAGAIN only',
  },
  {
    syscall: 'futex',
    action: 'allow',
    // The priority-inheriting operations, WAKE_OP and the requeues are left out: glibc >= 2.25 has no use for them.
    when: [{ argument: 1, oneOf: [0, 1, 9, 10], ignoring: FUTEX_MODIFIERS }],
    reason: 'locks between the threads that exist: WAIT, WAKE, WAIT_BITSET, WAKE_BITSET',
  },
  {
    syscall: 'madvise',
    action: 'allow',
    when: [{ argument: 2, oneOf: [4, 8, 10] }],
    otherwise: { errno: EINVAL },
    reason: 'DONTNEED, FREE, DONTFORK by V8 and malloc; others are hints that a kernel may refuse',
  },
  {
    syscall: 'mprotect',
    action: 'allow',
    // The kernel takes prot as unsigned long here and in mmap.
    when: [{ argument: 2, within: READ_WRITE }],
    reason: 'V8 commits and decommits heap pages; never executable, never GROWSDOWN',
  },
  {
    syscall: 'mmap',
    action: 'allow',
    // The descriptor and the offset are not compared: MAP_ANONYMOUS without MAP_HUGETLB ignores them.
    when: [
      { argument: 2, within: READ_WRITE },
      { argument: 3, within: PRIVATE_ANONYMOUS + MAP_EXTRAS, required: PRIVATE_ANONYMOUS },
    ],
    reason: 'heap growth: private, anonymous, not executable; RLIMIT_DATA bounds the sum',
  },
  { syscall: 'munmap', action: 'allow', reason: 'heap shrinking' },
  {
    syscall: 'mremap',
    action: 'allow',
    when: [{ argument: 3, within: 0x1 }],
    reason: 'realloc of large blocks: MAYMOVE, never FIXED or DONTUNMAP',
  },
  { syscall: 'brk', action: 'allow', reason: 'malloc of small blocks; bounded by RLIMIT_DATA' },
  { syscall: 'getpid', action: 'allow', reason: 'V8 asks when it maps; the manager trusts no pid' },
  { syscall: 'sched_yield', action: 'allow', reason: 'spin locks of V8 and malloc' },
  {
    syscall: 'clock_gettime',
    action: 'allow',
    // 0 REALTIME to 7 BOOTTIME. Above are alarm clocks; negative numbers are devices and other processes.
    when: [{ argument: 0, within: 0x7 }],
    reason: 'time: a call where the vDSO cannot answer (thread time, some virtual machines)',
  },
  {
    syscall: 'gettimeofday',
    action: 'allow',
    reason: "V8's wall clock; a call only where the machine's clock is none that the vDSO can read",
  },
  {
    syscall: 'clock_nanosleep',
    action: 'allow',
    when: [
      { argument: 0, oneOf: [0, 1] },
      { argument: 1, within: 0x1 },
    ],
    reason: 'short sleeps while a lock is contended: REALTIME or MONOTONIC, relative or absolute',
  },
  { syscall: 'nanosleep', action: 'allow', reason: 'the same before glibc 2.31 (RHEL 8)' },
  {
    syscall: 'restart_syscall',
    action: 'allow',
    reason: 'the kernel makes a stopped and continued thread resume its wait by it',
  },
  {
    syscall: 'rt_sigprocmask',
    action: 'allow',
    reason:
      'glibc blocks signals around exit and abort; a mask of its own reaches no other process',
  },
  {
    syscall: 'rt_sigreturn',
    action: 'allow',
    reason: 'end of a signal handler that the runtime installed at boot',
  },
  {
    syscall: 'rseq',
    action: 'allow',
    reason: 'a boot thread that runs for the first time only now registers itself, or glibc aborts',
  },
  { syscall: 'exit', action: 'allow', reason: 'end of a thread' },
  { syscall: 'exit_group', action: 'allow', reason: 'end of the process, at end of file' },

  { syscall: 'probe', action: { errno: PROBE_ERRNO }, reason: 'the proof that this filter is on' },
  {
    syscall: 'openat',
    action: { errno: EACCES },
    reason: 'malloc asks for overcommit_memory, glibc for cpu/online, minutes after lock-down',
  },
  {
    syscall: 'newfstatat',
    action: { errno: EBADF },
    reason: 'Node looks at descriptors 0 to 2 when it ends, and aborts at any other errno',
  },
  { syscall: 'fstat', action: { errno: EBADF }, reason: 'the same before glibc 2.33' },
  {
    syscall: 'fcntl',
    action: { errno: EBADF },
    reason: 'in passing, as fstat; nothing but 3 is open',
  },
  {
    syscall: 'close',
    action: { errno: EBADF },
    reason: 'in passing; descriptor 3 stays open as well',
  },
  {
    syscall: 'sched_getaffinity',
    action: { errno: ENOSYS },
    reason: 'malloc counts processors for its arenas, and has a default',
  },
  {
    syscall: 'sched_getparam',
    action: { errno: ENOSYS },
    reason: 'pthread_getattr_np, in passing',
  },
  {
    syscall: 'sched_getscheduler',
    action: { errno: ENOSYS },
    reason: 'pthread_getattr_np, in passing',
  },
  {
    syscall: 'set_robust_list',
    action: { errno: ENOSYS },
    reason: 'first step of a boot thread that starts late (see rseq); glibc ignores the answer',
  },
]
