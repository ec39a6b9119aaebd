/**
 * Cleartext-signed messages from input to verdict: the message is read whole, under a cap, parsed in the cage, and its
 * framed text is returned with a good verdict and never without one. Exactly one message; text outside the frame is a note,
 * or a refusal where the caller is strict. A detached signature is no cleartext message, and the other way round
 * (signature-file.ts).
 */
import { OPENPGP_LIMITS } from '../protocol/limits.ts'
import { VERB } from '../protocol/messages.ts'
import { InputError } from './errors.ts'
import { type Input, readWhole } from './input.ts'
import { failureReason, type JudgeOptions, type Judging } from './judging.ts'
import { judgeText } from './openpgp/cleartext.ts'
import { refusedWhole } from './openpgp/count.ts'
import type { PacketSequence } from './openpgp/model.ts'
import { type Reason, reason } from './openpgp/reasons.ts'
import type { GoodVerdict, RefusedVerdict } from './openpgp/verdict.ts'
import { ask, readOpenPgp } from './openpgp-driver.ts'
import { type CleartextMessage, isBinary, openCleartext } from './sanitise/index.ts'

/** A cleartext-signed message to judge. */
export interface CleartextInput extends JudgeOptions {
  readonly message: Input
  /** refuse text outside the signed frame; default: a note */
  readonly strict?: boolean
}

/** A good verdict with what it is about. */
export interface GoodCleartext extends GoodVerdict {
  /**
   * the signed text and nothing else: dash-escapes undone, trailing blanks dropped, each line with its own line end. The
   * signatures cover it with line ends as CR LF, and not the last line end (RFC 9580 section 7)
   */
  readonly text: Uint8Array
}

/** The verdict on a cleartext-signed message: only a good one has a text. */
export type CleartextVerdict = GoodCleartext | RefusedVerdict

/** @throws {@link InputError} if the message cannot be read; never for a signature */
export async function judgeCleartext(
  input: Input,
  isStrict: boolean,
  judging: Judging,
): Promise<CleartextVerdict> {
  const { terms } = judging
  const read = await readMessage(input, judging)
  if ('code' in read) return refusedWhole(read, [], terms)
  const { message, sequence } = read
  const stray = message.outside[0]
  if (stray !== undefined && isStrict) {
    const why = reason('trailing-data', 'text outside the signed frame', stray.offset)
    return refusedWhole(why, [], terms)
  }
  const notes = stray === undefined ? [] : (['text-outside'] as const)
  const verdict = await judgeText(sequence, message, terms, notes)
  return verdict.kind === 'good' ? { ...verdict, text: message.framed } : verdict
}

interface ReadMessage {
  readonly message: CleartextMessage
  readonly sequence: PacketSequence
}

/** The message and its signature packets, or the one reason why there are none. */
async function readMessage(input: Input, judging: Judging): Promise<ReadMessage | Reason> {
  const { driver, signal } = judging
  let bytes: Uint8Array
  try {
    bytes = await readWhole(input, OPENPGP_LIMITS.maxRequest, signal)
  } catch (error) {
    if (!(error instanceof InputError) || error.code !== 'too-large') throw error
    return reason(
      'too-large',
      `a cleartext message of more than ${OPENPGP_LIMITS.maxRequest} bytes`,
    )
  }
  const outcome = await ask(driver, VERB.cleartext, bytes, judging, openCleartext)
  if (outcome.status !== 'ok') return failureReason(outcome)
  const { message, stop } = outcome.value
  if (message === undefined) return reason('malformed', stop.detail, stop.offset)
  const { data, place } = message.signature
  if (data.length === 0) return reason('no-signature')
  // armor inside of armor is nothing that anybody writes
  if (!isBinary(data)) return reason('malformed', 'expected packets in the armor', place.offset)
  const reading = await readOpenPgp(driver, data, judging)
  if (reading.status === 'failed') return failureReason(reading.failure)
  const part = reading.status === 'read' ? reading.parts[0] : undefined
  if (part === undefined) return reason('malformed', 'expected packets in the armor', place.offset)
  return { message, sequence: part.sequence }
}
