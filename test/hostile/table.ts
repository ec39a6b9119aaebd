/** Every hostile handler and exactly what the caller of its victim request is told. */
import type { Outcome } from '../../manager/umd/index.ts'

/** Milliseconds that a request may take whose sin waits for ever: it waits so long, twice. The others have the usual ones. */
export const DEADLINE = 1000

type Expected = Exclude<Outcome<never>, { status: 'ok' | 'rejected' | 'setup-failed' }>

const violation = (detail: string): Expected => ({ status: 'violation', detail })
const exit = (exitCode: number): Expected => ({ status: 'crashed', signal: undefined, exitCode })
const late: Expected = { status: 'timeout', step: 'read', milliseconds: DEADLINE }
const killedByFilter: Expected = { status: 'crashed', signal: 'SIGSYS', exitCode: undefined }

/** The answer to the victim is refused or missing; an honest input gets its answer afterwards. */
export const SINS: Readonly<Record<string, Expected>> = {
  'wrong-magic': violation('frame: value at byte 0'),
  'wrong-version': violation('frame: value at byte 4'),
  'unknown-kind': violation('frame: value at byte 5'),
  'managers-kind': violation('frame: order at byte 5'),
  'wrong-verb': violation('frame: order at byte 6'),
  'reserved-not-zero': violation('frame: value at byte 7'),
  'forged-id': violation('frame: order at byte 6'),
  'stale-id': violation('frame: order at byte 6'),
  'next-id': violation('frame: order at byte 6'),
  'length-above-cap': violation('frame: size at byte 12'),
  'length-maximal': violation('frame: size at byte 12'),
  'long-refusal': violation('frame: size at byte 12'),
  'short-refusal': violation('frame: short at byte 2'),
  'hello-after-go': violation('frame: order at byte 6'),
  'output-flood': violation('expected the request back'),
  'half-header': late,
  'half-frame-then-silence': late,
  'endless-loop': late,
  'half-frame-then-exit': exit(0),
  'exit-0': exit(0),
  'exit-1': exit(1),
  'closed-socket': exit(9),
  exception: killedByFilter,
  'stack-overflow': killedByFilter,
  abort: killedByFilter,
  'forbidden-syscall': killedByFilter,
  'endless-buffers': killedByFilter,
  'endless-objects': killedByFilter,
}

/** The victim's own answer was complete and true; what came behind it ends the handler. */
export const AFTERTHOUGHTS: readonly string[] = [
  'double-reply',
  'trailing-byte',
  'reply-while-idle',
]

/** Handlers that never get an input: the layer and the words that the caller is told. */
export const BAD_HELLOS: Readonly<Record<string, readonly [layer: string, cause: RegExp]>> = {
  'hello-twice': ['spawn', /first frame is not a hello \(order at byte 0\)/],
  'hello-and-a-half': ['spawn', /first frame is not a hello \(trailing at byte 12\)/],
  'hello-of-a-failed-layer': ['memory', /could not put this layer on/],
  'hello-of-an-unknown-layer': ['spawn', /first frame is not a hello \(value at byte 0\)/],
  'hello-with-reserved-bits': ['spawn', /first frame is not a hello \(value at byte 10\)/],
  'hello-too-long': ['spawn', /first frame is not a hello \(size at byte 12\)/],
  'hello-of-garbage': ['spawn', /first frame is not a hello \(value at byte 0\)/],
  'reply-for-hello': ['spawn', /first frame is not a hello \(order at byte 5\)/],
  'exit-before-hello': ['runtime', /ended before its hello/],
}
