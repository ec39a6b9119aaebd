/** What can be found of a package, for the rules of decide.ts: verdicts and digests that nobody computed. */
import type { Fingerprint } from '../../manager/openpgp/model.ts'
import { REASONS, type ReasonCode, reason } from '../../manager/openpgp/reasons.ts'
import type { GoodSignature, SignatureVerdict } from '../../manager/openpgp/verdict.ts'
import { RpmContents } from '../../manager/rpm/contents.ts'
import type { RpmFindings } from '../../manager/rpm/decide.ts'
import type { RpmDigest, RpmSignature } from '../../manager/rpm/verdict.ts'
import { day } from './openpgp-make.ts'
import { make } from './rpm-build.ts'
import { opened } from './rpm-read.ts'

const AT = day(30)
export const CONTENTS: RpmContents = new RpmContents(
  opened('header', [make.string(1000, 'name')]),
  0,
)

/** Fingerprints of certificates by a letter. */
export const signer = (letter: string): Fingerprint => letter.repeat(40) as Fingerprint // hexadecimal digits of the right length

/** How a signature can stand: good by a certificate, or refused for a reason, or not asked for. */
export type Standing = `good ${string}` | ReasonCode | 'not asked'

function goodBy(letter: string): GoodSignature {
  return {
    kind: 'good',
    place: { offset: 112, length: 9 },
    signingKey: signer(letter),
    primaryKey: signer(letter),
    created: AT,
    expires: undefined,
    version: 4,
    mode: 'binary',
    // by the letter, so that demands can tell them apart
    algorithm: { id: letter === 'a' ? 1 : 22, name: 'x' },
    hash: { id: 8, name: 'SHA256' },
    digest: { algorithm: 'SHA256', hex: '' },
    judgedAt: AT,
    notes: [],
  }
}

function verdictOf(standing: Standing): SignatureVerdict | undefined {
  if (standing === 'not asked') return undefined
  const letter = /^good (.)$/.exec(standing)?.[1]
  if (letter !== undefined) return goodBy(letter)
  const code = standing as ReasonCode // the only form that is left
  return {
    kind: REASONS[code].kind,
    place: { offset: 112, length: 9 },
    reasons: [reason(code)],
    issuers: [],
    created: undefined,
    candidates: [],
    judgedAt: AT,
  }
}

export function signature(covers: RpmSignature['covers'], standing: Standing): RpmSignature {
  return { tag: 'TAG', covers, stated: undefined, verdict: verdictOf(standing) }
}

export function digest(
  covers: RpmDigest['covers'],
  state: RpmDigest['state'],
  algorithm: RpmDigest['algorithm'] = 'SHA256',
): RpmDigest {
  return { tag: 'TAG', covers, algorithm, state, expected: '', actual: undefined }
}

export function findings(
  signatures: readonly RpmSignature[],
  digests: readonly RpmDigest[],
  notes: RpmFindings['notes'] = [],
): RpmFindings {
  return { signatures, digests, notes, isPayloadEmpty: false, contents: CONTENTS, judgedAt: AT }
}
