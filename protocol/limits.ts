/**
 * Every bound of the project in one table, each with its reason. Both sides import it; nothing here
 * defaults to "off". Sizes are in bytes, times in milliseconds.
 */

/** Bounds of the frame layer, which knows no message format. */
export const FRAME_LIMITS = {
  /** Largest body that any driver may configure: what the 64 MiB driver test needs, with room for its header. */
  maxBody: 83_886_080,
  /** Requests that may be in flight to one handler: enough to keep both processes busy (measured). */
  maxInFlight: 128,
  /** Request bytes in flight to one handler: two largest OpenPGP requests, so memory stays flat. */
  maxInFlightBytes: 33_554_432,
  /** Requests waiting in a driver before `request` makes its caller wait. */
  maxQueued: 1024,
} as const

/** How long each step of a handler's life may take. A step that is late is ended by SIGKILL. */
export const DEADLINES = {
  /** From spawn to the hello frame: one Node start (about 50 ms), with room for a machine under load. */
  hello: 15_000,
  /** For the handler to take the bytes of the first request in line: it reads before all else. */
  write: 10_000,
  /** From first in line to the whole reply: 16 MiB of packets take about 2 s without a JIT. */
  read: 15_000,
  /** From the end of the request stream to the handler's exit. */
  exit: 2_000,
} as const

/** What one handler process may use. Enforced by the kernel (setrlimit), proven from /proc/PID/limits. */
export const HANDLER_LIMITS = {
  /** RLIMIT_DATA for a driver with 16 MiB requests: about 45 MiB of runtime, request, reply, slack. */
  data: 134_217_728,
  /** RLIMIT_NOFILE: the protocol socket is descriptor 3 and nothing is opened after it. */
  descriptors: 4,
  /** V8 heap, `--max-old-space-size` in MiB: parsers keep offsets, not copies. */
  heapMiB: 48,
  /** V8 young generation, `--max-semi-space-size` in MiB: keeps the resident set of idle handlers small. */
  semiSpaceMiB: 1,
} as const

/** Supervision: when handlers are replaced, and how failures are slowed down. */
export const POOL_LIMITS = {
  /** Requests that one handler serves before it is replaced by a fresh one. */
  recycleAfter: 20_000,
  /** A handler without work is ended after this long. */
  idle: 30_000,
  /** First delay after a handler failed on a source's input; doubles with each failure. */
  backoffFirst: 10,
  /** Longest delay between two restarts for one source: about four starts a second. */
  backoffMax: 250,
  /** Failures in a row after which a source's requests run one at a time, apart from all others. */
  breakerAfter: 5,
  /** How long without a failure until a source is back among the others. */
  breakerCalm: 10_000,
  /** Handlers that fail to start in a row before the driver stops trying for `breakerCalm`. */
  setupFailures: 3,
  /** Sources whose failures are remembered; the calmest is forgotten first. */
  sources: 1024,
} as const

/** Bounds of the OpenPGP driver. Beyond one the answer is `too-large` or `malformed`, never a cut. */
export const OPENPGP_LIMITS = {
  /** A key file, an armored text, a signature file. */
  maxRequest: 16_777_216,
  /**
   * A reply to it: it names each packet in 14 bytes and each part of one in 10, so this is what bounds the packets of an
   * input: about 100,000 signatures, or 500,000 packets that cannot be read. More is `too-large`.
   */
  maxReply: 8_388_608,
  /** One certificate: the largest seen in distribution keyrings is below 1 MiB. */
  maxCertificate: 8_388_608,
  /** A detached signature file: a post-quantum signature takes up to 30 KiB, with an embedded one 60 KiB. */
  maxSignatureFile: 1_048_576,
  /** Largest multiprecision integer, in bits: RSA-16384, as GnuPG's own bound. */
  maxMpiBits: 16_384,
  /** Octets of one base64 line: a multiple of 4 below RFC 5322's 998; keeps out polyglots of one long line. */
  maxArmorLine: 996,
  /** Hashed subpackets that one signature may hold; real ones have below 30. */
  maxSubpackets: 256,
} as const

/** Bounds of RPM packages. Beyond one the answer is `too-large`; a claimed size alone takes no memory. */
export const RPM_LIMITS = {
  /**
   * Signature header or main header, magic to end of store: one request. rpm allows 64 and 256 MiB; a header of 16 MiB
   * holds about 80,000 files.
   */
  maxHeader: 16_777_216,
  /** Entries of a signature header, as rpm's own bound (lib/header.cc). */
  maxSignatureEntries: 32,
  /** Entries of a main header, likewise. */
  maxHeaderEntries: 65_535,
  /** Values of one entry that is not of type BIN, likewise. */
  maxValues: 1_048_575,
  /** Octets of one signature of a package: as of a signature that embeds another (post-quantum ones take 30 KiB). */
  maxSignature: 131_072,
  /** Signatures of one package that are judged: real ones have two, rpm 6 writes one or two more. */
  maxSignatures: 32,
  /**
   * Octets of all paths of a package together: a header states a directory once and names it for many files, so that 16 MiB
   * could mean a terabyte. Real ones have below 16 MiB.
   */
  maxPaths: 33_554_432,
  /** Octets of one path, and of a name, a version and the like: Linux' PATH_MAX. */
  maxText: 4096,
} as const

/**
 * The largest reply that a request of the OpenPGP driver may get: a function of its length, so that a small request
 * cannot make the manager take a large reply. An item of 14 bytes names at least 2 bytes of input.
 *
 * @param requestLength bytes of the request's body
 * @returns bytes of the largest reply body
 */
export function openpgpReplyCap(requestLength: number): number {
  return 256 + 16 * requestLength
}
