/** What a frame from a handler answers to a job: opened by the request's own check, or a refusal by a known code. Trusted side. */
import {
  decodeReject,
  FIRST_DRIVER_CODE,
  FRAME_KIND,
  type Frame,
  REJECT_CODE,
} from '../../protocol/frame.ts'
import { Tainted } from '../../protocol/tainted.ts'
import type { Job } from './job.ts'
import { type Outcome, Violation } from './outcome.ts'

const LIBRARY_CODES: ReadonlySet<number> = new Set(Object.values(REJECT_CODE))

/** What becomes of the answer to an aborted request: nothing. */
const DROPPED: Outcome<never> = { status: 'rejected', code: 0, offset: 0 }

/**
 * @param rejectCodes the driver's own, beside the library's
 * @throws {@link Violation} from the request's own check, or for a refusal that cannot be one
 */
export function openAnswer(
  { request, done }: Job,
  frame: Frame,
  rejectCodes: ReadonlySet<number>,
): Outcome<unknown> {
  // the bytes of an aborted request may be the caller's again: nothing is compared with them
  if (done) return DROPPED
  if (frame.kind === FRAME_KIND.reply) {
    return { status: 'ok', value: request.open(new Tainted(frame.body)) }
  }
  const { code, offset } = decodeReject(frame.body)
  const known = code < FIRST_DRIVER_CODE ? LIBRARY_CODES : rejectCodes
  if (!known.has(code)) throw new Violation('a refusal with a code outside the table')
  if (offset > request.body.length) throw new Violation('a refusal beyond the end of the request')
  return { status: 'rejected', code, offset }
}
