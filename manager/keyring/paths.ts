/** Paths as the kernel has them, bytes: names in a directory need not be UTF-8. Trusted side, pure. */

const SLASH: Uint8Array = Uint8Array.of(0x2f)
const DOT = 0x2e

/** The bytes of a path that a caller named. */
export function pathBytes(path: string | Uint8Array): Buffer {
  return Buffer.from(path)
}

/**
 * The same without slashes and dots at its end, which would be the directory behind a symbolic link: it is the link that is
 * to be looked at.
 */
export function directoryBytes(path: string | Uint8Array): Buffer {
  const bytes = pathBytes(path)
  let end = bytes.length
  const isAt = (octet: number | undefined, from: number): boolean => bytes[end - from] === octet
  while ((end > 1 && isAt(SLASH[0], 1)) || (end > 2 && isAt(DOT, 1) && isAt(SLASH[0], 2))) end -= 1
  return bytes.subarray(0, end)
}

/** An entry of a directory. */
export function entryOf(directory: Uint8Array, name: string | Uint8Array): Buffer {
  return Buffer.concat([directory, SLASH, Buffer.from(name)])
}
