/**
 * The handler's loop: blocking reads, parse, blocking writes. No event loop: after lock-down the runtime's own
 * input and output would be killed by the filter. Requests are answered in order; replies are gathered and written
 * when no whole request is left in the buffer.
 */
import { readSync, writeSync } from 'node:fs'
import { WireError, Writer } from '../../protocol/bytes.ts'
import {
  encodeFrameHeader,
  encodeReject,
  FRAME_KIND,
  type Frame,
  type FrameHeader,
  FrameSplitter,
  REJECT_CODE,
  REJECT_LENGTH,
} from '../../protocol/frame.ts'
import { encodeHello, HELLO_LENGTH, PROTOCOL_DESCRIPTOR } from '../../protocol/hello.ts'
import { FRAME_LIMITS } from '../../protocol/limits.ts'
import { lockDown } from '../lockdown/lockdown.ts'

/**
 * Answers one request: appends the reply to `reply`, or returns its bytes. The request is a view that is valid during
 * the call only.
 */
export type Answer = (request: Uint8Array, reply: Writer, verb: number) => Uint8Array | undefined

/** Thrown by an {@link Answer} to refuse an input by a code of its driver, at an offset of the request. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: number
  readonly offset: number

  constructor(code: number, offset = 0) {
    super(`refused with code ${code} at byte ${offset}`)
    this.code = code
    this.offset = offset
  }
}

/** Exit codes, for whoever looks at a dead handler; none carries an input's bytes. */
const EXIT = { endOfFile: 0, lockDown: 64, protocol: 65, writeFailed: 66, crash: 70 } as const

/** The manager is gone, or no longer reads. */
class WriteFailed extends Error {}

const READ_BUFFER = 65_536
/** Replies are written when this much has gathered, even if more requests are at hand. */
const WRITE_BUFFER = 65_536
/** Milliseconds after which gathered replies are written: the manager's deadline is for one request, not for many. */
const WRITE_AFTER = 5

/**
 * Locks this process down and serves until end of file. Never returns.
 *
 * @param answer one function for all requests, or one per verb
 */
export function serve(answer: Answer | ReadonlyMap<number, Answer>): never {
  const limits = parseLimits(process.argv)
  const loop = new Loop(
    typeof answer === 'function' ? () => answer : (verb) => answer.get(verb),
    limits,
  )
  const { hello, exit: exitAtOnce } = lockDown(limits.data)
  const frame = new Writer(64)
  encodeFrameHeader(frame, { kind: FRAME_KIND.hello, verb: 0, id: 0, length: HELLO_LENGTH })
  encodeHello(frame, hello)
  writeAll(frame.view())
  if (hello.failed !== undefined) exit(EXIT.lockDown)
  let code: number
  try {
    code = loop.run()
  } catch {
    code = EXIT.crash
  }
  exitAtOnce(code)
  return exit(code)
}

interface Limits {
  readonly data: number
  readonly maxRequest: number
  readonly maxReply: number
}

/** The manager's numbers, behind the program's name on the command line. */
function parseLimits(argv: readonly string[]): Limits {
  const [data = Number.NaN, maxRequest = Number.NaN, maxReply = Number.NaN] = argv
    .slice(2)
    .map(Number)
  if (![data, maxRequest, maxReply].every((value) => Number.isSafeInteger(value) && value > 0)) {
    exit(EXIT.lockDown)
  }
  return { data, maxRequest, maxReply }
}

class Loop {
  readonly #answerFor: (verb: number) => Answer | undefined
  readonly #limits: Limits
  readonly #input = Buffer.allocUnsafeSlow(READ_BUFFER)
  readonly #output = new Writer(WRITE_BUFFER * 2)
  readonly #reply = new Writer(WRITE_BUFFER)
  readonly #splitter = new FrameSplitter((header) => this.#cap(header))
  #gone = false
  #writtenAt = 0

  constructor(answerFor: (verb: number) => Answer | undefined, limits: Limits) {
    this.#answerFor = answerFor
    this.#limits = limits
  }

  /** Serves until end of file. @returns the exit code; @throws what the parser throws and does not know */
  run(): number {
    // no stack traces: half the cost of a refusal, and nothing here reads them
    Error.stackTraceLimit = 0
    for (;;) {
      const count = readSome(this.#input)
      if (count === 0) return EXIT.endOfFile
      try {
        this.#splitter.push(this.#input.subarray(0, count), (frame) => this.#serve(frame))
        this.#flush()
      } catch (error) {
        if (error instanceof WriteFailed) return EXIT.writeFailed
        this.#flush() // the requests before this one have their answers
        if (error instanceof WireError) return EXIT.protocol
        throw error
      }
    }
  }

  #cap(header: FrameHeader): number {
    if (!this.#gone) {
      if (header.kind !== FRAME_KIND.go) throw new WireError('order', 5)
      return 0
    }
    if (header.kind !== FRAME_KIND.request) throw new WireError('order', 5)
    return Math.min(this.#limits.maxRequest, FRAME_LIMITS.maxBody)
  }

  #serve(frame: Frame): void {
    if (frame.kind === FRAME_KIND.go) {
      this.#gone = true
      return
    }
    const reject = this.#parse(frame)
    const { verb, id } = frame
    if (reject === undefined) {
      const body = this.#reply.view()
      encodeFrameHeader(this.#output, { kind: FRAME_KIND.reply, verb, id, length: body.length })
      if (body.length < WRITE_BUFFER) this.#output.bytes(body)
      else {
        this.#flush()
        writeAll(body)
      }
    } else {
      encodeFrameHeader(this.#output, { kind: FRAME_KIND.reject, verb, id, length: REJECT_LENGTH })
      encodeReject(this.#output, reject)
    }
    const isDue = Date.now() - this.#writtenAt >= WRITE_AFTER
    if (isDue || this.#output.length >= WRITE_BUFFER) this.#flush()
  }

  /** Fills the reply, or tells why there is none. An error that is not ours ends the process: a crash, said as such. */
  #parse(frame: Frame): { code: number; offset: number } | undefined {
    const answer = this.#answerFor(frame.verb)
    if (answer === undefined) return { code: REJECT_CODE.unknownVerb, offset: 0 }
    this.#reply.reset()
    try {
      const bytes = answer(frame.body, this.#reply, frame.verb)
      if (bytes !== undefined) this.#reply.bytes(bytes)
    } catch (error) {
      if (error instanceof Refusal) return { code: error.code, offset: error.offset }
      if (error instanceof RangeError) return { code: REJECT_CODE.outOfMemory, offset: 0 }
      throw error
    }
    if (this.#reply.length <= this.#limits.maxReply) return undefined
    return { code: REJECT_CODE.replyTooLarge, offset: 0 }
  }

  #flush(): void {
    if (this.#output.length > 0) writeAll(this.#output.view())
    this.#output.reset()
    this.#writtenAt = Date.now()
  }
}

function readSome(buffer: Uint8Array): number {
  try {
    return readSync(PROTOCOL_DESCRIPTOR, buffer, 0, buffer.length, null)
  } catch {
    return 0 // the manager is gone: end of file
  }
}

function writeAll(bytes: Uint8Array): void {
  let at = 0
  try {
    while (at < bytes.length) {
      at += writeSync(PROTOCOL_DESCRIPTOR, bytes, at, bytes.length - at)
    }
  } catch {
    throw new WriteFailed()
  }
}

/** The way out while nothing is locked; without the runtime's own clean-up where possible. */
function exit(code: number): never {
  const raw: unknown = Reflect.get(process, 'reallyExit')
  if (typeof raw === 'function') Reflect.apply(raw, process, [code])
  return process.exit(code)
}
