/**
 * Real detached signatures and keyrings, each with the answer that it must get: read whole, in two chunks and byte by
 * byte. Where the answer is another one, docs/differences.md says who is right and why; that page and this test must
 * agree. Vectors stay where they are: nothing of them is kept here. (C1, C2, C3)
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  Airlock,
  type Keyring,
  KeyringError,
  type UnixSeconds,
  type Verdict,
} from '../../manager/index.ts'
import { Agreement, documented, type Row, rowsOf, vectorsDirectory } from './manifest.ts'

const directory = vectorsDirectory('vectors/detached')
const MUSTS = ['accept', 'accept-at-signing-time', 'reject', 'policy', 'unknown'] as const
const KEYRING_MUSTS = ['load', 'reject', 'load-without-bad-parts', 'policy', 'unknown'] as const

/** Data up to this size is fed byte by byte as well. */
const SMALL = 65_536
/** One reference time for all runs: the answers of the manifests are of then, and the keys of some expire from 2030 on. */
const NOW = (Date.parse('2026-11-20T00:00:00Z') / 1000) as UnixSeconds // whole seconds: a whole date

let airlock: Airlock

beforeAll(async () => {
  if (directory !== undefined) airlock = await Airlock.open()
})
afterAll(async () => {
  await airlock?.[Symbol.asyncDispose]()
})

type Answer = 'accept' | 'accept-at-signing-time' | 'reject'

const keyrings = new Map<string, Promise<Keyring | undefined>>()

/** The row's keys, or undefined where they are no keyring: then nothing is accepted. */
function keyringOf({ keys }: Row): Promise<Keyring | undefined> {
  const name = keys.join(' ')
  const known = keyrings.get(name)
  if (known !== undefined) return known
  const loaded = airlock.loadKeyring(keys.map((path) => ({ path }))).catch((error: unknown) => {
    if (error instanceof KeyringError) return undefined
    throw error
  })
  keyrings.set(name, loaded)
  return loaded
}

async function* chunks(data: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size)
}

/** The verdict, the same however the data comes. */
async function judge(row: Row, keyring: Keyring, at: UnixSeconds): Promise<Verdict> {
  const signature = new Uint8Array(readFileSync(row.file))
  const data = new Uint8Array(readFileSync(row.data))
  const ask = async (how: Uint8Array | AsyncIterable<Uint8Array>): Promise<Verdict> => {
    const { cage: _, ...verdict } = await airlock.judgeDetached({
      keyring,
      signature,
      data: how,
      at,
    })
    return verdict
  }
  const whole = await ask(data)
  expect(await ask(chunks(data, Math.max(1, data.length >>> 1)))).toEqual(whole)
  if (data.length < SMALL) expect(await ask(chunks(data, 1))).toEqual(whole)
  return whole
}

interface Judged {
  readonly answer: Answer
  readonly now: Verdict | undefined
}

async function answerTo(row: Row): Promise<Judged> {
  const keyring = await keyringOf(row)
  if (keyring === undefined) return { answer: 'reject', now: undefined }
  const now = await judge(row, keyring, NOW)
  if (now.kind === 'good') return { answer: 'accept', now }
  const stated = now.signatures.flatMap(({ created }) => (created === undefined ? [] : [created]))
  if (stated.length === 0) return { answer: 'reject', now }
  // Math.max of such times is such a time
  const then = await judge(row, keyring, Math.max(...stated) as UnixSeconds)
  return { answer: then.kind === 'good' ? 'accept-at-signing-time' : 'reject', now }
}

/** What this project decided for the classes that may be answered either way (docs/verification.md). */
function isDecided(row: Row, { answer, now }: Judged): boolean {
  const { weak, notes } = row
  if (weak !== '') return answer === 'reject'
  if (notes.includes('left16')) return answer === 'reject'
  if (notes.includes('CLASS mpi-bitlen')) return answer !== 'reject'
  if (!notes.includes('CLASS selfsig-not-live-at-signing')) return false
  if (now === undefined) return false
  if (now.kind === 'good') return true
  // not by a self-signature that holds now either: hashed by SHA-1, expired, or revoked
  const codes = now.reasons.map(({ code }) => code)
  return codes.some((code) => ['key-not-bound', 'key-expired', 'key-revoked'].includes(code))
}

function agrees(row: Row, judged: Judged): boolean {
  switch (row.must) {
    case 'accept':
    case 'accept-at-signing-time':
      return judged.answer === row.must
    case 'reject':
      // not at any time: at the time it states it may be older than what is against it
      return judged.answer !== 'accept'
    case 'policy':
      return isDecided(row, judged)
    case 'unknown':
      return true
    default:
      throw new Error(`a row must be ${row.must}, which this test does not know`)
  }
}

const sets = (rows: readonly Row[]): readonly string[] => [...new Set(rows.map(({ set }) => set))]

describe.skipIf(directory === undefined)('C1: detached signatures', { timeout: 600_000 }, () => {
  const rows = directory === undefined ? [] : rowsOf(directory, 'detached')
  const agreement = new Agreement()
  const differences = new Map<string, string>()
  const reasons: string[] = []

  test.each(sets(rows))('%s', async (set) => {
    for (const row of rows.filter((one) => one.set === set)) {
      const judged = await answerTo(row)
      const isSame = agrees(row, judged)
      agreement.count(set, row.must, isSame)
      if (isSame) continue
      differences.set(`${set} ${row.name}`, judged.answer)
      const { now } = judged
      const why =
        now === undefined || now.kind === 'good' ? '' : now.reasons.map(({ text }) => text)
      reasons.push(`${set} ${row.name}: must ${row.must}, is ${judged.answer} ${why}`)
    }
  })

  test('differ only where docs/differences.md says why', () => {
    console.info(`${agreement.table(MUSTS)}\n${reasons.join('\n')}`)
    expect(rows.length).toBeGreaterThan(0)
    expect(differences).toEqual(documented('Detached signatures'))
  })
})

describe.skipIf(directory === undefined)('C2: keyrings', { timeout: 600_000 }, () => {
  const rows = directory === undefined ? [] : rowsOf(directory, 'keyring')
  const agreement = new Agreement()
  const differences = new Map<string, string>()
  const reasons: string[] = []

  test.each(sets(rows))('%s', async (set) => {
    for (const { name, must, file } of rows.filter((one) => one.set === set)) {
      const refused = await airlock.loadKeyring([{ path: file }]).then(
        () => undefined,
        (error: unknown) => error,
      )
      if (refused !== undefined && !(refused instanceof KeyringError)) throw refused
      const answer = refused === undefined ? 'load' : 'reject'
      const wanted = must === 'load-without-bad-parts' ? 'load' : must
      const isSame = wanted === answer || must === 'policy' || must === 'unknown'
      agreement.count(set, must, isSame)
      if (isSame) continue
      differences.set(`${set} ${name}`, answer)
      reasons.push(`${set} ${name}: must ${must}, is ${answer} ${refused?.message ?? ''}`)
    }
  })

  test('differ only where docs/differences.md says why', () => {
    console.info(`${agreement.table(KEYRING_MUSTS)}\n${reasons.join('\n')}`)
    expect(rows.length).toBeGreaterThan(0)
    expect(differences).toEqual(documented('Keyrings'))
  })
})
