/**
 * From an input to the two headers of a package: the manager cuts the file by the sizes that headers state, the cage parses
 * both headers, and what comes back is clean or one reason. Trusted side. The payload stays in the reader.
 */
import { RPM_LIMITS } from '../../protocol/limits.ts'
import { VERB } from '../../protocol/messages.ts'
import { failureReason } from '../judging.ts'
import { type Reason, reason } from '../openpgp/reasons.ts'
import { type Asking, ask } from '../openpgp-driver.ts'
import { attempt, Fault } from '../sanitise/fault.ts'
import { openRpmHeader, openRpmSignatures } from '../sanitise/rpm-header.ts'
import {
  checkLead,
  checkPadding,
  INTRO_LENGTH,
  LEAD_LENGTH,
  paddingLength,
  readIntro,
} from '../sanitise/rpm-package.ts'
import type { Driver } from '../umd/driver.ts'
import type { RpmHeader, RpmHeaderReading } from './model.ts'
import type { PackageReader } from './package-reader.ts'
import {
  type StatedDigest,
  type StatedSignatures,
  statedInHeader,
  statedInSignatures,
} from './stated.ts'
import type { Turn } from './turns.ts'

/** A package whose headers were read; places count from its start. */
export interface OpenPackage {
  readonly stated: StatedSignatures
  /** where the signature header begins */
  readonly signaturesAt: number
  readonly header: RpmHeader
  readonly headerAt: number
  /** digests of the payload that the main header states */
  readonly payloadDigests: readonly StatedDigest[]
}

/**
 * Octets of a header from which on a package waits until those in front of it are judged, payload and all: below it as many
 * as are under way take less than the bound of a batch (docs/verification.md).
 */
const LARGE = 1_048_576

/**
 * The headers, or the one reason why there are none.
 *
 * @param turn awaited before memory is taken for a large header; released where none is
 * @throws InputError, SetupError
 */
export async function openPackage(
  reader: PackageReader,
  driver: Driver,
  asking: Asking,
  turn: Turn,
): Promise<OpenPackage | Reason> {
  const lead = await reader.take(LEAD_LENGTH)
  const led = attempt(() => checkLead(lead))
  if (led instanceof Fault) return reason('not-an-rpm', led.detail, led.offset)

  const signaturesAt = reader.offset
  const signatures = await takeHeader(reader, RPM_LIMITS.maxSignatureEntries, turn)
  if ('code' in signatures) return signatures
  const paddingAt = reader.offset
  const padding = await reader.take(paddingLength(signatures.octets.length))
  const padded = attempt(() => checkPadding(padding, paddingAt))
  if (padded instanceof Fault) return malformed(padded, 0)
  const headerAt = reader.offset
  const main = await takeHeader(reader, RPM_LIMITS.maxHeaderEntries, turn)
  if ('code' in main) return main
  if (Math.max(signatures.octets.length, main.octets.length) <= LARGE) turn.release()

  const [first, second] = await Promise.all([
    ask(driver, VERB.rpmSignatures, signatures.octets, asking, openRpmSignatures),
    ask(driver, VERB.rpmHeader, main.octets, asking, openRpmHeader),
  ])
  if (first.status !== 'ok') return failureReason(first)
  if (second.status !== 'ok') return failureReason(second)
  const stated = claimsOf(first.value, signaturesAt, statedInSignatures)
  if ('code' in stated) return stated
  if (stated.claims === 'too-many') return reason('too-large', 'more signatures than are judged')
  const described = claimsOf(second.value, headerAt, statedInHeader)
  if ('code' in described) return described
  return {
    stated: stated.claims,
    signaturesAt,
    header: described.header,
    headerAt,
    payloadDigests: described.claims,
  }
}

function malformed({ detail, offset }: Fault, base: number): Reason {
  return reason('rpm-malformed', detail, base + offset)
}

/** A whole header, by the counts in its first octets; nothing is taken by a count above its limit. */
async function takeHeader(
  reader: PackageReader,
  mostEntries: number,
  turn: Turn,
): Promise<{ readonly octets: Uint8Array } | Reason> {
  const at = reader.offset
  const intro = await reader.take(INTRO_LENGTH)
  if (intro.length < INTRO_LENGTH) return ended(reader)
  const sizes = attempt(() => readIntro(intro))
  if (sizes instanceof Fault) return malformed(sizes, at)
  const { entries, storeLength } = sizes
  const length = INTRO_LENGTH + 16 * entries + storeLength
  if (entries > mostEntries) {
    return reason('too-large', `a header of more than ${mostEntries} entries`, at)
  }
  if (length > RPM_LIMITS.maxHeader) {
    return reason('too-large', `a header of more than ${RPM_LIMITS.maxHeader} bytes`, at)
  }
  if (length > LARGE) await turn.ready
  const octets = await reader.take(length, intro)
  return octets.length < length ? ended(reader) : { octets }
}

function ended(reader: PackageReader): Reason {
  return reason('rpm-malformed', 'the file ends within a header', reader.offset)
}

/** What a header states, by the table of tags; `base` is where it begins in the package. */
function claimsOf<T>(
  reading: RpmHeaderReading,
  base: number,
  read: (header: RpmHeader) => T,
): { readonly header: RpmHeader; readonly claims: T } | Reason {
  if (reading.status === 'malformed') {
    return reason('rpm-malformed', reading.detail, base + reading.offset)
  }
  const { header } = reading
  const claims = attempt(() => read(header))
  return claims instanceof Fault ? malformed(claims, base) : { header, claims }
}
