/** What `pgp-airlock key` tells at its end, and how it tells what stopped it. */
import { InputError, KeyringError } from '../errors.ts'
import { type StoreCode, StoreError } from '../keyring/store-error.ts'
import type { StopCode } from '../stop-codes.ts'
import { SetupError } from '../umd/outcome.ts'
import { EXIT, type ExitCode } from './exit.ts'
import { nameJson, nameOfPath, shownName } from './names.ts'
import { clean, type Paint } from './text.ts'

/** What a command found out: a JSON document without its schema, the same for a person, and the exit code. */
export interface KeyResult {
  readonly exitCode: ExitCode
  readonly document: object
  /** for standard output; bytes are written as they are */
  readonly text: string | Uint8Array
  /** for standard error */
  readonly remark?: string
}

/** A keyring that is not usable is usage; what was read and refused is judged; the rest could not be decided. */
const STORE_EXIT = {
  'store-foreign': EXIT.usage,
  'store-writable': EXIT.usage,
  'store-link': EXIT.usage,
  'store-stray': EXIT.usage,
  'store-name': EXIT.usage,
  'store-damaged': EXIT.usage,
  'store-not-a-store': EXIT.usage,
  'store-busy': EXIT.undecided,
  'store-lock-failed': EXIT.undecided,
  'store-too-large': EXIT.notGood,
  'store-collision': EXIT.notGood,
  'store-io': EXIT.undecided,
} as const satisfies Record<StoreCode, ExitCode>

type Known = InputError | KeyringError | StoreError | SetupError

function isKnown(error: unknown): error is Known {
  return (
    error instanceof InputError ||
    error instanceof KeyringError ||
    error instanceof StoreError ||
    error instanceof SetupError
  )
}

/** @param isImport what could not be read was to be imported; else it is the keyring */
function exitOf(error: Known, isImport: boolean): ExitCode {
  if (error instanceof SetupError) return EXIT.undecided
  if (error instanceof StoreError) return STORE_EXIT[error.code]
  if (error instanceof KeyringError && error.code === 'keyring-handler-failed')
    return EXIT.undecided
  if (!isImport) return EXIT.usage
  return error instanceof InputError ? EXIT.undecided : EXIT.notGood
}

/** An error that has a code, as a result; others are thrown again. */
export function stopped(error: unknown, isImport: boolean, paint: Paint): KeyResult {
  if (!isKnown(error)) throw error
  const file =
    error instanceof SetupError || error.path === undefined ? undefined : nameOfPath(error.path)
  const offset = error instanceof KeyringError ? error.offset : undefined
  const where = offset === undefined ? '' : ` at byte ${offset}`
  const why = `      because: ${clean(error.message)}${where} (${error.code})\n`
  return {
    exitCode: exitOf(error, isImport),
    document: {
      error: {
        code: error.code,
        text: error.message,
        ...(offset === undefined ? {} : { offset }),
        ...(file === undefined ? {} : nameJson('file', file)),
      },
    },
    text: '',
    remark: `${paint.bad('error')}${file === undefined ? '' : ` ${shownName(file)}`}\n${why}`,
  }
}

/** Not done, for a reason that a person reads. */
export function refused(code: StopCode, text: string, document: object, paint: Paint): KeyResult {
  return {
    exitCode: EXIT.notGood,
    document: { ...document, error: { code, text } },
    text: '',
    remark: `${paint.bad('refused')}\n      because: ${text} (${code})\n`,
  }
}
