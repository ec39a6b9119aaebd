/**
 * The one reply that is expected next: what its frame's header may say, and what becomes of its body. Anything else is
 * thrown, and ends the handler. Trusted side; what is in a reply is opened by the request's own `open`.
 */
import { WireError } from '../../protocol/bytes.ts'
import {
  decodeReject,
  FIRST_DRIVER_CODE,
  FRAME_KIND,
  type Frame,
  type FrameHeader,
  REJECT_CODE,
  REJECT_LENGTH,
} from '../../protocol/frame.ts'
import { Tainted } from '../../protocol/tainted.ts'
import type { Job, Request } from './job.ts'
import { type Outcome, Violation } from './outcome.ts'

/** What a driver allows its handlers to reply. */
export interface ReplyRules {
  /** largest reply to a request, by its verb and length */
  readonly replyCap: (verb: number, requestLength: number) => number
  /** the driver's own codes, beside the library's */
  readonly rejectCodes: ReadonlySet<number>
}

const LIBRARY_CODES: ReadonlySet<number> = new Set(Object.values(REJECT_CODE))

/**
 * How long a body the frame may announce that answers `request`, which was sent under the number `id`.
 *
 * @throws {@link WireError} for any frame but a reply or a refusal of that number and verb
 */
export function bodyCap(
  header: FrameHeader,
  id: number,
  request: Request<unknown>,
  rules: ReplyRules,
): number {
  if (header.id !== id || header.verb !== request.verb) throw new WireError('order', 6)
  if (header.kind === FRAME_KIND.reject) return REJECT_LENGTH
  if (header.kind !== FRAME_KIND.reply) throw new WireError('order', 5)
  return rules.replyCap(header.verb, request.body.length)
}

/**
 * Opens the frame whose header {@link bodyCap} let pass. Where the request's own check fails by any other error than a
 * {@link Violation} or a {@link WireError}, that error is the job's end.
 *
 * @throws {@link Violation} for a reply that is not accepted, or for a refusal outside the rules
 */
export function openReply(frame: Frame, job: Job, rules: ReplyRules): Outcome<unknown> {
  const { request } = job
  if (frame.kind === FRAME_KIND.reply) {
    try {
      return { status: 'ok', value: request.open(new Tainted(frame.body)) }
    } catch (error) {
      if (error instanceof Violation || error instanceof WireError) throw error
      job.fail(error)
      throw new Violation('its reply could not be checked')
    }
  }
  const { code, offset } = decodeReject(frame.body)
  const known = code < FIRST_DRIVER_CODE ? LIBRARY_CODES : rules.rejectCodes
  if (!known.has(code)) throw new Violation('a refusal with a code outside the table')
  if (offset > request.body.length) throw new Violation('a refusal beyond the end of the request')
  return { status: 'rejected', code, offset }
}
