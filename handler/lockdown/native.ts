/**
 * The handler's way to the kernel: one variadic C function, `syscall`, called through the FFI binary that the manager
 * opened, hashed and passed as a descriptor. Used before lock-down only, by trusted code that has seen no input.
 */
import { FFI_DESCRIPTOR } from '../../protocol/hello.ts'

/** The part of koffi's native interface that is used. */
interface Koffi {
  load(path: null): { func(prototype: string): (...args: unknown[]) => number }
  address(buffer: Uint8Array): number | bigint
  errno(): number
}

export interface Native {
  /**
   * @param third the call's third argument: a pointer, or null where the call takes none
   * @returns the result, or minus the error number
   */
  call(number: number, first: number, second: number, third: Uint8Array | null): number
  /** The address of a buffer that stays alive and does not move. */
  address(buffer: Uint8Array): bigint
}

/** @throws where the FFI binary cannot be loaded: layer `runtime` */
export function loadNative(): Native {
  const module: { exports: unknown } = { exports: {} }
  process.dlopen(module, `/proc/self/fd/${FFI_DESCRIPTOR}`)
  const koffi = module.exports as Koffi // the pinned binary's own interface
  const syscall = koffi.load(null).func('long syscall(long, long, long, void *, long, long, long)')
  return {
    call: (number, first, second, third) => {
      const result = syscall(number, first, second, third, 0, 0, 0)
      return result < 0 ? -koffi.errno() : result
    },
    address: (buffer) => BigInt(koffi.address(buffer)),
  }
}
