/**
 * Why a packet cannot be used: thrown inside this folder, a value outside. Trusted side. Not an Error on purpose: a
 * hostile input makes a million of them, and a stack trace for each costs seconds of the manager's time (C5).
 */
import type { FlawedPacket } from '../openpgp/model.ts'

export class Fault {
  readonly reason: FlawedPacket['reason']
  /** what was expected, lower case, no input octet */
  readonly detail: string
  /** octets from the start of the input */
  readonly offset: number

  constructor(reason: FlawedPacket['reason'], detail: string, offset: number) {
    this.reason = reason
    this.detail = detail
    this.offset = offset
  }
}

/** What a reading made, or the fault that ended it. Anything else that is thrown is our own mistake. */
export function attempt<T>(read: () => T): T | Fault {
  try {
    return read()
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
}
