/**
 * Real cleartext-signed messages: every row of the manifests against the answer that it must get, and a table of
 * agreement. What differs is explained in docs/differences.md.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Airlock } from '../../manager/airlock.ts'
import { KeyringError } from '../../manager/errors.ts'
import type { Input } from '../../manager/input.ts'
import type { Keyring } from '../../manager/keyring/keyring.ts'
import type { UnixSeconds } from '../../manager/openpgp/model.ts'
import { Agreement, type Row, rowsOf, vectorsDirectory } from '../vectors/manifest.ts'

const TODAY = (Date.parse('2026-11-20T00:00:00Z') / 1000) as UnixSeconds
const DIRECTORY = vectorsDirectory('cleartext vectors')

/**
 * Rows whose answer here is another than the manifest expects, with the reason code that says why; docs/differences.md has
 * the explanation.
 */
const DIFFERENT: ReadonlyMap<string, string> = new Map([
  ['sequoia-2.2: InRelease.v3', 'version-refused'],
])

interface Answer {
  readonly kind: string
  readonly codes: readonly string[]
  readonly notes: readonly string[]
  readonly text: Uint8Array | undefined
  /** what the first signature states */
  readonly created: UnixSeconds | undefined
}

async function* chunks(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += length) yield bytes.subarray(from, from + length)
}

/** What a row must be answered with, or undefined where any answer will do. */
function expected({ must, expected, notes }: Row): string | undefined {
  if (must === 'unknown') return undefined
  if (must === 'reject') return 'not good'
  // the documented answers to the disputed classes: weak material is refused, text outside the frame is a note
  if (must === 'policy' && expected === 'weak') return 'not good'
  if (must === 'policy' && expected === 'malformed') {
    return notes.includes('text-outside-cleartext-frame') ? 'good' : 'not good'
  }
  return 'good'
}

describe.skipIf(DIRECTORY === undefined)('C1: cleartext-signed messages of others', () => {
  let airlock: Airlock
  const agreement = new Agreement()
  const COLUMNS = ['accept', 'accept-at-signing-time', 'reject', 'policy', 'unknown']
  beforeAll(async () => {
    airlock = await Airlock.open()
  })
  afterAll(async () => {
    await airlock[Symbol.asyncDispose]()
    process.stdout.write(
      `cleartext rows that agree with the manifests\n${agreement.table(COLUMNS)}`,
    )
  })

  /** The keys that can be loaded: a set's keys may hold one that cannot. */
  async function keysOf({ keys }: Row): Promise<Keyring | undefined> {
    const usable: { path: string }[] = []
    for (const path of keys) {
      try {
        await airlock.loadKeyring([{ path }])
        usable.push({ path })
      } catch (error) {
        if (!(error instanceof KeyringError)) throw error
      }
    }
    return usable.length === 0 ? undefined : airlock.loadKeyring(usable)
  }

  async function judge(keyring: Keyring, message: Input, at: UnixSeconds): Promise<Answer> {
    const verdict = await airlock.judgeCleartext({ keyring, message, at })
    const created = verdict.signatures[0]?.created
    return verdict.kind === 'good'
      ? {
          kind: 'good',
          codes: [],
          notes: verdict.notes.map(({ code }) => code),
          text: verdict.text,
          created,
        }
      : {
          kind: verdict.kind,
          codes: verdict.reasons.map(({ code }) => code),
          notes: [],
          text: undefined,
          created,
        }
  }

  const rows = DIRECTORY === undefined ? [] : rowsOf(DIRECTORY, 'cleartext')
  it('there are rows, and docs/differences.md explains those that differ, and no other', () => {
    expect(rows.length).toBeGreaterThan(30)
    const page = readFileSync(new URL('../../docs/differences.md', import.meta.url), 'utf8')
    const part = page.split('\n## ').find((one) => one.startsWith('Cleartext')) ?? ''
    const found = [...part.matchAll(/^\| (\S+) \| (\S+) \| (?:accept|reject)/gm)]
    expect(found.map(([, set, name]) => `${set}: ${name}`)).toEqual([...DIFFERENT.keys()])
  })

  it.each(rows.map((row) => [`${row.set}: ${row.name}`, row] as const))('%s', async (name, row) => {
    const keyring = await keysOf(row)
    const wanted = expected(row)
    if (keyring === undefined) {
      // no key of the row can be used, so nothing can be good
      agreement.count(row.set, row.must, wanted !== 'good')
      expect(wanted).not.toBe('good')
      return
    }
    const bytes = readFileSync(row.file)
    let at = TODAY
    let answer = await judge(keyring, bytes, at)
    if (row.must === 'accept-at-signing-time') {
      expect(answer.kind).toBe('untrusted')
      at = answer.created ?? TODAY
      answer = await judge(keyring, bytes, at)
    }
    const isGood = answer.kind === 'good'
    const agrees = wanted === undefined || (wanted === 'good') === isGood
    agreement.count(row.set, row.must, agrees)
    const known = DIFFERENT.get(name)
    if (known !== undefined) expect(answer.codes).toContain(known)
    else expect(`${isGood ? 'good' : 'not good'} ${answer.codes}`).toMatch(wanted ?? '')
    if (row.notes.includes('text-outside-cleartext-frame')) {
      expect(answer.notes).toContain('text-outside')
      const strict = await airlock.judgeCleartext({ keyring, message: bytes, at, strict: true })
      expect(strict.kind).toBe('unusable')
      expect(answer.text?.length).toBeLessThan(bytes.length)
    }
    // from a file, in two chunks and byte by byte
    const half = Math.ceil(bytes.length / 2)
    for (const message of [{ path: row.file }, chunks(bytes, half), chunks(bytes, 1)]) {
      expect(await judge(keyring, message, at)).toEqual(answer)
    }
  })
})
