/**
 * The hello: the handler's first frame, sent after its lock-down and before it has read any input. The manager
 * believes none of it where it can look itself (manager/umd/proof.ts); a handler whose lock-down failed says
 * which layer and why, so that the person is told.
 *
 * ```
 * offset size field
 *      0    1 layer        0 locked, else the layer that failed (LAYER)
 *      1    1 reserved     0
 *      2    2 errno        of the failed step; 0 when locked
 *      4    2 probeErrno   what the probe system call answered
 *      6    2 descriptors  how many descriptors are open
 *      8    2 writableExecutable  mappings that are writable and executable
 *     10    2 reserved     0
 * ```
 */
import { Reader, WireError, type Writer } from './bytes.ts'

export const HELLO_LENGTH = 12

/** The layers of the cage, in the order in which they are put on. Names are public (doctor, errors). */
export const LAYER = {
  platform: 1,
  runtime: 2,
  descriptors: 3,
  rlimits: 4,
  'no-new-privileges': 5,
  filter: 6,
  probe: 7,
  privileges: 8,
  memory: 9,
  namespaces: 10,
  proc: 11,
  spawn: 12,
  bundle: 13,
} as const
export type Layer = keyof typeof LAYER

const CODES: ReadonlyMap<number, Layer> = new Map(
  (Object.keys(LAYER) as Layer[]).map((name) => [LAYER[name], name]),
)

/** The name of a layer's code, or undefined for a number outside the table. */
export function layerName(code: number): Layer | undefined {
  return CODES.get(code)
}

export interface Hello {
  /** undefined when locked */
  readonly failed: Layer | undefined
  readonly errno: number
  readonly probeErrno: number
  readonly descriptors: number
  readonly writableExecutable: number
}

export function encodeHello(writer: Writer, hello: Hello): void {
  writer
    .u8(hello.failed === undefined ? 0 : LAYER[hello.failed])
    .u8(0)
    .u16(hello.errno)
  writer.u16(hello.probeErrno).u16(hello.descriptors).u16(hello.writableExecutable).u16(0)
}

/** @throws {@link WireError} `value` for an unknown layer or a reserved octet that is not 0, `short`, `trailing` */
export function decodeHello(body: Uint8Array): Hello {
  const reader = new Reader(body)
  const code = reader.u8()
  const failed = code === 0 ? undefined : layerName(code)
  if (code !== 0 && failed === undefined) throw new WireError('value', 0)
  if (reader.u8() !== 0) throw new WireError('value', 1)
  const errno = reader.u16()
  const probeErrno = reader.u16()
  const descriptors = reader.u16()
  const writableExecutable = reader.u16()
  if (reader.u16() !== 0) throw new WireError('value', 10)
  reader.end()
  if (failed === undefined && errno !== 0) throw new WireError('value', 2)
  return { failed, errno, probeErrno, descriptors, writableExecutable }
}

/** The unused system call that our filter, and no other, answers with {@link PROBE_ERRNO}. */
export const PROBE_SYSCALL = 1023
/** EOWNERDEAD: no filter in use answers it, and no kernel returns it for an unknown number. */
export const PROBE_ERRNO = 130

/** The descriptor of the protocol socket in the handler; the only one open after lock-down. */
export const PROTOCOL_DESCRIPTOR = 3
/** The descriptor through which the FFI binary reaches the handler, closed before lock-down. */
export const FFI_DESCRIPTOR = 5
