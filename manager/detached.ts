/**
 * Detached signatures from input to verdict: the signature file is read whole, under a cap, and parsed in the cage; the data
 * is read once, in memory or as a stream, and the verdict is about the bytes that were read. Trusted side.
 */
import { isSharedArrayBuffer } from 'node:util/types'
import { OPENPGP_LIMITS } from '../protocol/limits.ts'
import { InputError } from './errors.ts'
import { discard, heed, type Input, readChunks, readWhole } from './input.ts'
import { failureReason, type Judging } from './judging.ts'
import { refusedWhole } from './openpgp/count.ts'
import { judgeDetachedLater } from './openpgp/detached.ts'
import { DetachedStream } from './openpgp/detached-stream.ts'
import { JUDGE_LIMITS } from './openpgp/limits.ts'
import type { PacketSequence } from './openpgp/model.ts'
import { type Reason, reason } from './openpgp/reasons.ts'
import type { Verdict } from './openpgp/verdict.ts'
import { readOpenPgp } from './openpgp-driver.ts'
import { signatureFile } from './signature-file.ts'

/** A detached signature and its data; a caller's own pairs may say more. */
export interface DetachedPair {
  readonly signature: Input
  readonly data: Input
}

/** @throws {@link InputError} if an input cannot be read, SetupError; never for a signature */
export async function judgeDetached(
  { signature, data }: DetachedPair,
  judging: Judging,
): Promise<Verdict> {
  const { terms, signal } = judging
  heed(data)
  const inMemory = ownData(data)
  let isBegun = false
  try {
    const read = await readSignatures(signature, judging)
    if ('code' in read) return refusedWhole(read, [], terms)
    if (inMemory !== undefined) {
      return await new Promise((resolve) => judgeDetachedLater(read, inMemory, terms, resolve))
    }
    const stream = new DetachedStream(read, terms)
    if (stream.settled !== undefined) return stream.settled
    isBegun = true
    for await (const chunk of readChunks(data, signal)) stream.update(chunk)
    return stream.finish()
  } finally {
    if (!isBegun) discard(data)
  }
}

/** A copy of data in memory that is small enough to be judged there: the caller's array may change meanwhile. */
function ownData(data: Input): Uint8Array | undefined {
  if (!(data instanceof Uint8Array) || isSharedArrayBuffer(data.buffer)) return undefined
  return data.length <= JUDGE_LIMITS.maxInMemory ? new Uint8Array(data) : undefined
}

/** The packets of a signature file, or the one reason why there are none. */
async function readSignatures(
  signature: Input,
  judging: Judging,
): Promise<PacketSequence | Reason> {
  let bytes: Uint8Array
  try {
    bytes = await readWhole(signature, OPENPGP_LIMITS.maxSignatureFile, judging.signal)
  } catch (error) {
    if (error instanceof InputError && error.code === 'too-large') {
      return reason('too-large', 'signature file')
    }
    throw error
  }
  const reading = await readOpenPgp(judging.driver, bytes, judging)
  if (reading.status === 'failed') return failureReason(reading.failure)
  return signatureFile(reading)
}
