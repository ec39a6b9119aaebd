/**
 * Any system call with any arguments, for programs that attack: what native code in a handler could do. Loaded before
 * lock-down, from the same descriptor as the product's own, and left loaded.
 */
import { FFI_DESCRIPTOR } from '../../protocol/hello.ts'

export type Argument = number | bigint | Uint8Array

export interface Kernel {
  /** The result, or minus the error number. */
  call(number: number, ...args: Argument[]): number
}

interface Koffi {
  load(path: null): { func(prototype: string): (...args: unknown[]) => number | bigint }
  address(buffer: Uint8Array): number | bigint
  errno(): number
}

export function loadKernel(): Kernel {
  const module: { exports: unknown } = { exports: {} }
  process.dlopen(module, `/proc/self/fd/${FFI_DESCRIPTOR}`)
  const koffi = module.exports as Koffi // the pinned binary's own interface
  const syscall = koffi.load(null).func('long syscall(long, long, long, long, long, long, long)')
  return {
    call: (number, ...args) => {
      const raw = args.map((one) => (one instanceof Uint8Array ? BigInt(koffi.address(one)) : one))
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = raw
      const result = Number(syscall(number, a, b, c, d, e, f))
      return result === -1 ? -koffi.errno() : result
    },
  }
}
