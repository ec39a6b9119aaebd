/** What the tests of packages share: asking without what differs from run to run, and feeding octets in pieces. */
import { readdirSync, readlinkSync } from 'node:fs'
import type { Airlock, RpmJudgeInput, RpmVerdict, UnixSeconds } from '../../manager/index.ts'
import { certificateBytes, makeKey } from '../support/openpgp-writer.ts'

/** One reference time for all runs: the answers of the manifests are of then, and the key of one expires in 2030. */
export const NOW = (Date.parse('2026-11-20T00:00:00Z') / 1000) as UnixSeconds // whole seconds: a whole date

/** The certificate of a key that signed nothing. */
export function strangerCertificate(): Uint8Array {
  return certificateBytes(makeKey('ed25519'), { userIds: ['Stranger <stranger@example.org>'] })
}

/** The verdict now, without the report on the cage. */
export async function judge(airlock: Airlock, input: RpmJudgeInput): Promise<RpmVerdict> {
  const { cage: _, ...verdict } = await airlock.judgeRpm({ at: NOW, ...input })
  return verdict
}

/** The octets, `size` at a time. */
export async function* chunks(octets: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < octets.length; at += size) yield octets.subarray(at, at + size)
}

/** The codes of a refusal's reasons; empty for any other verdict. */
export function codesOf(verdict: RpmVerdict): readonly string[] {
  return 'reasons' in verdict ? verdict.reasons.map(({ code }) => code) : []
}

/** A verdict in a few words: `good`, `bad: digest-mismatch`. */
export function shortly(verdict: RpmVerdict): string {
  const [first] = codesOf(verdict)
  return first === undefined ? verdict.kind : `${verdict.kind}: ${first}`
}

/** Files below a directory that this process has open. */
export function openFiles(directory: string): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${descriptor}`)
      return target.startsWith(directory) ? [target] : []
    } catch {
      return [] // the one that the listing itself had open
    }
  })
}
