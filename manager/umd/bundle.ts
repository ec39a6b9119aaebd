/**
 * The loader: the handler's program is one file, read once, compared with its pinned SHA-256, and those same bytes
 * are later piped to the interpreter. The FFI binary that lock-down needs is pinned likewise and handed over as an
 * open descriptor. Nothing here runs what it reads.
 */
import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { FFI_BINARIES } from './ffi-binaries.ts'
import { SetupError } from './outcome.ts'

/** Where a handler's program lies and what it must hash to. */
export interface BundleSource {
  /** absolute path or file URL of one CommonJS file, as the build makes it */
  readonly path: string | URL
  /** lower-case hexadecimal SHA-256 of the file */
  readonly sha256: string
}

/** A loaded program: the bytes that were hashed, and the descriptor of the FFI binary. */
export interface Bundle {
  readonly program: Buffer
  readonly ffi: number
}

/** @throws {@link SetupError} layer `bundle`: not readable, or not the pinned bytes */
export function loadBundle(source: BundleSource): Bundle {
  const program = readPinned(source.path, source.sha256, 'the handler bundle')
  return { program, ffi: openFfi() }
}

export function unloadBundle(bundle: Bundle): void {
  closeSync(bundle.ffi)
}

function readPinned(path: string | URL, sha256: string, what: string): Buffer {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw new SetupError(
      'bundle',
      `${what} cannot be read (${codeOf(error)}); reinstall or run the build`,
    )
  }
  requirePin(bytes, sha256, what)
  return bytes
}

function requirePin(bytes: Uint8Array, sha256: string, what: string): void {
  const actual = createHash('sha256').update(bytes).digest('hex')
  if (actual !== sha256) throw new SetupError('bundle', `${what} differs from its pinned SHA-256`)
}

/** Opens the FFI binary for this machine: the descriptor that is hashed is the one that the handler loads. */
function openFfi(): number {
  const pin = FFI_BINARIES[process.arch === 'arm64' ? 'arm64' : 'x64']
  let descriptor: number
  try {
    const require = createRequire(import.meta.url)
    descriptor = openSync(require.resolve(pin.module), 'r')
  } catch (error) {
    throw new SetupError(
      'bundle',
      `the optional package ${pin.package} is missing (${codeOf(error)})`,
    )
  }
  try {
    if (!fstatSync(descriptor).isFile())
      throw new SetupError('bundle', 'the FFI binary is not a file')
    requirePin(readFileSync(descriptor), pin.sha256, 'the FFI binary')
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
  return descriptor
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
