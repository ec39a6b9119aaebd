/** Small packages signed by throw-away keys, for judgements through the cage. */
import type { RpmVerdict } from '../../manager/index.ts'
import { certificateBytes, makeKey, signDetached } from '../support/openpgp-writer.ts'
import { concat, text } from './build.ts'
import { type Entry, header, make, packageFile } from './rpm-build.ts'
import { hex } from './rpm-read.ts'

export const alice = makeKey('ed25519')
export const bob = makeKey('p256')
export const PAYLOAD = text('payload')
export const ENTRIES = [make.string(1000, 'name'), make.strings(5092, hex('sha256', PAYLOAD))]
export const MAIN = header('header', ENTRIES)
export const SIGNED = signDetached(alice, MAIN)
export const fileOf = (...entries: readonly Entry[]): Uint8Array =>
  packageFile({ signatures: header('signatures', entries), header: MAIN, payload: PAYLOAD })
export const GOOD = fileOf(
  make.bin(267, SIGNED),
  make.bin(1005, signDetached(bob, concat(MAIN, PAYLOAD))),
)

export const CERTIFICATES = [certificateBytes(alice), certificateBytes(bob)]

/** `kind code...` */
export const tell = (verdict: RpmVerdict): string =>
  [verdict.kind, ...('reasons' in verdict ? verdict.reasons : []).map(({ code }) => code)].join(' ')
