/**
 * System calls that native code in a taken-over handler could try, with arguments that fail outside as well, but
 * otherwise: an unlocked twin of the handler must get `free`, the locked one `locked`. So a row cannot pass because
 * the call would have failed anyway. Numbers of x86-64. Without `locked` the filter must kill.
 */
import type { Argument } from '../hostile/kernel.ts'

export interface Attempt {
  readonly name: string
  readonly number: number
  readonly args: readonly Argument[]
  /** what an unlocked, unprivileged process gets: an errno's name, or `ok`; several, where kernels or their settings differ */
  readonly free: string
  readonly locked?: string
}

const PASSWD = Buffer.from('/etc/passwd\0')
const MISSING = Buffer.from('/nowhere/at/all\0')
/** Read by the kernel, never written. */
const ZEROS = Buffer.alloc(256)
/** Written by the kernel. */
const OUT = Buffer.alloc(256)
const NULL = 0
/** No descriptor. */
const NONE = -1
/** Not mapped by anybody. */
const BAD = 8

function row(
  name: string,
  number: number,
  args: readonly Argument[],
  free: string,
  locked?: string,
): Attempt {
  return locked === undefined ? { name, number, args, free } : { name, number, args, free, locked }
}

export const SYSCALL_ATTEMPTS: readonly Attempt[] = [
  // files: what the runtime asks in passing is answered by an errno, the rest kills
  row('read', 0, [NONE, OUT, 1], 'EBADF'),
  row('read of standard input', 0, [0, BAD, 1], 'ok'),
  row('write', 1, [99, ZEROS, 1], 'EBADF', 'EAGAIN'),
  row('write with high bits', 1, [0x1_0000_0063, ZEROS, 1], 'EBADF', 'EAGAIN'),
  row('open', 2, [PASSWD, 0, 0], 'ok'),
  row('close of standard input', 3, [0], 'ok', 'EBADF'),
  row('stat', 4, [PASSWD, OUT], 'ok'),
  row('fstat', 5, [1, BAD], 'EFAULT', 'EBADF'),
  row('lstat', 6, [PASSWD, OUT], 'ok'),
  row('lseek', 8, [NONE, 0, 0], 'EBADF'),
  row('ioctl', 16, [NONE, 0x5412, OUT], 'EBADF'),
  row('pread64', 17, [NONE, OUT, 1, 0], 'EBADF'),
  row('pwrite64', 18, [NONE, ZEROS, 1, 0], 'EBADF'),
  row('readv', 19, [NONE, ZEROS, 1], 'EBADF'),
  row('writev', 20, [NONE, ZEROS, 1], 'EBADF'),
  row('access', 21, [PASSWD, 0], 'ok'),
  row('pipe2', 293, [BAD, 0], 'EFAULT'),
  row('dup', 32, [NONE], 'EBADF'),
  row('dup2', 33, [NONE, 3], 'EBADF'),
  row('dup3', 292, [NONE, 3, 0], 'EBADF'),
  row('sendfile', 40, [NONE, NONE, NULL, 1], 'EBADF'),
  row('fcntl F_DUPFD', 72, [1, 0, 0], 'ok', 'EBADF'),
  row('truncate', 76, [MISSING, 0], 'ENOENT'),
  row('ftruncate', 77, [NONE, 0], 'EBADF'),
  row('getdents64', 217, [NONE, OUT, 256], 'EBADF'),
  row('getcwd', 79, [OUT, 256], 'ok'),
  row('chdir', 80, [MISSING], 'ENOENT'),
  row('fchdir', 81, [NONE], 'EBADF'),
  row('rename', 82, [MISSING, MISSING], 'ENOENT'),
  row('mkdir', 83, [MISSING, 0], 'ENOENT'),
  row('unlink', 87, [MISSING], 'ENOENT'),
  row('symlink', 88, [MISSING, MISSING], 'ENOENT'),
  row('readlink', 89, [MISSING, OUT, 256], 'ENOENT'),
  row('chmod', 90, [MISSING, 0], 'ENOENT'),
  row('chown', 92, [MISSING, 0, 0], 'ENOENT'),
  row('chroot', 161, [MISSING], 'ENOENT'),
  row('openat', 257, [-100, PASSWD, 0, 0], 'ok', 'EACCES'),
  row('newfstatat', 262, [-100, PASSWD, OUT, 0], 'ok', 'EBADF'),
  row('openat2', 437, [-100, PASSWD, ZEROS, 24], 'ok'),
  row('statx', 332, [-100, PASSWD, 0, 0, OUT], 'ok'),
  row('faccessat2', 439, [-100, PASSWD, 0, 0], 'ok'),
  row('name_to_handle_at', 303, [NONE, MISSING, ZEROS, ZEROS, 0], 'ENOENT'),
  // before 6.10 the privilege is asked for first, then for some releases the descriptor
  row('open_by_handle_at', 304, [NONE, BAD, 0], 'EFAULT|EBADF|EPERM'),
  row('memfd_create', 319, [BAD, 0], 'EFAULT'),
  row('inotify_init1', 294, [-1], 'EINVAL'),
  row('fanotify_init', 300, [-1, 0], 'EPERM'),
  row('eventfd2', 290, [0, -1], 'EINVAL'),
  row('signalfd4', 289, [NONE, BAD, 8, 0], 'EFAULT'),
  row('timerfd_create', 283, [-1, 0], 'EINVAL'),
  row('epoll_create1', 291, [-1], 'EINVAL'),
  row('epoll_ctl', 233, [NONE, 1, NONE, ZEROS], 'EBADF'),
  row('epoll_wait', 232, [0, OUT, 1, 0], 'EINVAL'),
  row('epoll_pwait', 281, [0, OUT, 1, 0, NULL, 8], 'EINVAL'),
  row('splice', 275, [NONE, NULL, NONE, NULL, 1, 0], 'EBADF'),
  row('vmsplice', 278, [NONE, ZEROS, 1, 0], 'EBADF'),
  row('copy_file_range', 326, [NONE, NULL, NONE, NULL, 1, 0], 'EBADF'),
  row('umask', 95, [0o22], 'ok'),
  // mounts and namespaces
  row('mount', 165, [BAD, BAD, BAD, 0, BAD], 'EFAULT'),
  row('umount2', 166, [MISSING, 0], 'ENOENT'),
  row('pivot_root', 155, [MISSING, MISSING], 'EPERM'),
  row('unshare', 272, [1], 'EINVAL'),
  row('setns', 308, [NONE, 0], 'EBADF'),
  row('open_tree', 428, [NONE, MISSING, 0], 'ENOENT'),
  row('move_mount', 429, [NONE, MISSING, NONE, MISSING, 0], 'EPERM'),
  row('fsopen', 430, [MISSING, 0], 'EPERM'),
  // network
  row('socket', 41, [-1, 0, 0], 'EAFNOSUPPORT'),
  row('socket with high bits', 41, [0x1_0000_ffff, 0, 0], 'EAFNOSUPPORT'),
  row('socketpair', 53, [1, 1, 0, BAD], 'EFAULT'),
  row('connect', 42, [NONE, ZEROS, 16], 'EBADF'),
  row('accept4', 288, [NONE, NULL, NULL, 0], 'EBADF'),
  row('sendto on the protocol socket', 44, [NONE, ZEROS, 1, 0, NULL, 0], 'EBADF'),
  row('recvfrom', 45, [NONE, OUT, 1, 0, NULL, NULL], 'EBADF'),
  row('sendmsg with descriptors', 46, [NONE, ZEROS, 0], 'EBADF'),
  row('recvmsg with descriptors', 47, [NONE, ZEROS, 0], 'EBADF'),
  row('shutdown', 48, [NONE, 2], 'EBADF'),
  row('bind', 49, [NONE, ZEROS, 16], 'EBADF'),
  row('listen', 50, [NONE, 1], 'EBADF'),
  row('getsockname', 51, [NONE, OUT, OUT], 'EBADF'),
  row('setsockopt', 54, [NONE, 1, 2, ZEROS, 4], 'EBADF'),
  // processes
  row('clone without sharing memory', 56, [0x800, 0, NULL, NULL, 0], 'EINVAL'),
  row('clone3', 435, [NULL, 0], 'EINVAL'),
  row('execve', 59, [MISSING, NULL, NULL], 'ENOENT'),
  row('execveat', 322, [NONE, MISSING, NULL, NULL, 0], 'ENOENT'),
  row('wait4', 61, [-1, NULL, 1, NULL], 'ECHILD'),
  row('kill of everybody', 62, [-1, 999], 'EINVAL'),
  row('tkill', 200, [0, 0], 'EINVAL'),
  row('tgkill', 234, [0, 0, 0], 'EINVAL'),
  row('rt_sigqueueinfo', 129, [1, 0, BAD], 'EFAULT'),
  row('ptrace', 101, [0x4206, 1, 0, 0], 'EPERM'),
  row('process_vm_readv', 310, [1, ZEROS, 1, ZEROS, 1, 0], 'ok'),
  row('process_vm_writev', 311, [1, ZEROS, 1, ZEROS, 1, 0], 'ok'),
  row('pidfd_open', 434, [-1, 0], 'EINVAL'),
  row('pidfd_send_signal', 424, [NONE, 0, NULL, 0], 'EBADF'),
  row('pidfd_getfd', 438, [NONE, 0, 0], 'EBADF'),
  row('prlimit64', 302, [0, 999, NULL, NULL], 'EINVAL'),
  row('setrlimit', 160, [999, ZEROS], 'EINVAL'),
  row('prctl', 157, [9999, 0, 0, 0, 0], 'EINVAL'),
  row('arch_prctl', 158, [0x9999, 0], 'EINVAL'),
  row('seccomp', 317, [99, 0, NULL], 'EINVAL'),
  row('setuid', 105, [0], 'EPERM'),
  row('setresuid', 117, [0, 0, 0], 'EPERM'),
  row('setgroups', 116, [1, ZEROS], 'EPERM'),
  row('capset', 126, [BAD, NULL], 'EFAULT'),
  row('personality', 135, [0xffff_ffff], 'ok'),
  row('setpriority', 141, [9, 0, 0], 'EINVAL'),
  row('sched_getaffinity', 204, [0, 8, OUT], 'ok', 'ENOSYS'),
  row('sched_getparam', 143, [0, OUT], 'ok', 'ENOSYS'),
  row('sched_getscheduler', 145, [0], 'ok', 'ENOSYS'),
  row('set_robust_list', 273, [NULL, 0], 'EINVAL', 'ENOSYS'),
  row('sched_setaffinity', 203, [0, 0, NULL], 'EINVAL'),
  row('setitimer', 38, [99, ZEROS, NULL], 'EINVAL'),
  row('timer_create', 222, [99, NULL, OUT], 'EINVAL'),
  row('rt_sigaction', 13, [999, NULL, NULL, 8], 'EINVAL'),
  row('sigaltstack', 131, [BAD, NULL], 'EFAULT'),
  row('gettid', 186, [], 'ok'),
  row('getppid', 110, [], 'ok'),
  row('getuid', 102, [], 'ok'),
  row('uname', 63, [BAD], 'EFAULT'),
  row('sysinfo', 99, [BAD], 'EFAULT'),
  row('getrandom', 318, [BAD, 1, 0], 'EFAULT'),
  // memory
  row('mmap executable', 9, [0, 4096, 5, 0x22, NONE, 0], 'ok'),
  row('mmap of a file', 9, [0, 4096, 1, 2, NONE, 0], 'EBADF'),
  row('mmap shared', 9, [0, 4096, 3, 0x21, NONE, 0], 'ok'),
  row('mmap with protection in high bits', 9, [0, 0, 0x1_0000_0001, 0x22, NONE, 0], 'EINVAL'),
  row('mprotect executable', 10, [1, 4096, 5], 'EINVAL'),
  row('mremap to a fixed place', 25, [1, 4096, 4096, 3, 1], 'EINVAL'),
  row('madvise of another kind', 28, [0, 0, 1], 'ok', 'EINVAL'),
  row('pkey_mprotect', 329, [1, 4096, 5, -1], 'EINVAL'),
  row('userfaultfd', 323, [-1], 'EINVAL'),
  row('futex with priorities', 202, [1, 6, 0, NULL, NULL, 0], 'EINVAL'),
  row('shmget', 29, [0, 0, 0o600], 'EINVAL'),
  row('shmat', 30, [-1, NULL, 0], 'EINVAL'),
  row('msgget', 68, [0x7777_7777, 0], 'ENOENT'),
  row('semget', 64, [0x7777_7777, 1, 0], 'ENOENT'),
  row('remap_file_pages', 216, [1, 0, 1, 0, 0], 'EINVAL'),
  // the kernel itself
  // kernel.io_uring_disabled
  row('io_uring_setup', 425, [1, BAD], 'EFAULT|EPERM'),
  row('io_uring_enter', 426, [NONE, 1, 0, 0, NULL, 0], 'EBADF'),
  row('io_uring_register', 427, [NONE, 0, NULL, 0], 'EINVAL'),
  // before 5.19 with kernel.unprivileged_bpf_disabled
  row('bpf', 321, [-1, ZEROS, 16], 'EINVAL|EPERM'),
  // Debian's and Ubuntu's kernel.perf_event_paranoid above 2
  row('perf_event_open', 298, [BAD, 0, -1, -1, 0], 'EFAULT|EACCES'),
  row('keyctl', 250, [9999], 'EOPNOTSUPP'),
  row('add_key', 248, [BAD, BAD, NULL, 0, 0], 'EFAULT'),
  row('delete_module', 176, [BAD, 0], 'EPERM|ENOSYS'),
  row('kexec_load', 246, [0, 0, NULL, 0], 'EPERM|ENOSYS'),
  row('reboot', 169, [0, 0, 0, NULL], 'EPERM'),
  row('swapon', 167, [MISSING, 0], 'EPERM'),
  row('syslog', 103, [99, NULL, 0], 'EINVAL|EPERM'),
  row('iopl', 172, [9], 'EINVAL|ENOSYS'),
  row('acct', 163, [MISSING], 'EPERM'),
  row('quotactl', 179, [-1, NULL, 0, NULL], 'EINVAL'),
  // not built, or not switched on
  row('landlock_create_ruleset', 444, [BAD, 8, 0], 'EFAULT|ENOSYS|EOPNOTSUPP'),
  row('clock_gettime of another process', 228, [-1, OUT], 'EINVAL'),
  row('clock_settime', 227, [99, ZEROS], 'EINVAL'),
  row('adjtimex', 159, [BAD], 'EFAULT'),
  row('lookup by the x32 table', 0x4000_0000 + 39, [], 'ENOSYS'),
  row('a number that no kernel has', 9999, [], 'ENOSYS'),
  row('a negative number', -1, [], 'ENOSYS'),
  row('the probe', 1023, [], 'ENOSYS', 'EOWNERDEAD'),
  // controls the other way round: what a handler needs works, locked or not
  row('getpid', 39, [], 'ok', 'ok'),
  row('sched_yield', 24, [], 'ok', 'ok'),
  row('mmap of memory', 9, [0, 4096, 3, 0x22, NONE, 0], 'ok', 'ok'),
  row('clock_gettime', 228, [1, OUT], 'ok', 'ok'),
]
