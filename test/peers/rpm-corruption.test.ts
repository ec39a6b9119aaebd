/**
 * C1: signed packages with one octet changed, every octet in turn, by rpmkeys and by ours. Whatever ours accepts is changed
 * where nothing is signed (test/rpm/survivors.ts), and every disagreement is of a class that docs/differences.md explains.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Airlock } from '../../manager/index.ts'
import { regionsOf } from '../rpm/regions.ts'
import { shortly } from '../rpm/support.ts'
import { certificateBytes, makeKey } from '../support/openpgp-writer.ts'
import { makePackage, type PackageOptions, type PackageSigner } from '../support/rpm-writer.ts'
import { hasRpm } from '../support/rpmkeys.ts'
import { armoredForRpm, importKey, judgeAll, rpmAccepts, wordsOf } from './rpm-beside.ts'
import { CHANGED_CLASSES, classOf, documentedClasses } from './rpm-classes.ts'

const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../fixtures/${name}`, import.meta.url))

const rsa = makeKey('rsa2048')
const both = (version?: 3): PackageSigner[] => [
  { key: rsa, over: 'header', ...(version === undefined ? {} : { version }) },
  { key: rsa, over: 'header-and-payload', ...(version === undefined ? {} : { version }) },
]
const SMALL: PackageOptions = {
  files: [{ path: '/usr/share/airlock/a.txt', content: 'hello\n' }],
  reserved: 16,
}
const OLD_DIGESTS = {
  sha256Header: 'absent',
  payloadSha256: 'absent',
  payloadSha256Alt: 'absent',
} as const

const certificate = armoredForRpm(certificateBytes(rsa))
const PLANS = [
  {
    name: 'by rpmbuild, over the header',
    octets: new Uint8Array(fixture('packages/good.rpm')),
    certificate: fixture('keys/packager.pub.asc').toString('latin1'),
  },
  { name: 'over both', octets: makePackage({ ...SMALL, signers: both() }), certificate },
  {
    name: 'as rpm 4.0',
    octets: makePackage({ ...SMALL, digests: OLD_DIGESTS, signers: both(3) }),
    certificate,
  },
] as const

interface Change {
  readonly at: number
  readonly mask: number
  readonly octets: Uint8Array
}

/** One bit of every octet; two in what is neither reserved space nor signed as a whole. */
function changesOf(octets: Uint8Array, names: readonly string[]): readonly Change[] {
  return [...octets].flatMap((octet, at) => {
    const isBulk = /^payload|^header: data|data of 1008$/.test(names[at] ?? '')
    const bits = isBulk ? [at % 8] : [at % 8, (at + 3) % 8]
    return bits.map((bit) => {
      const copy = octets.slice()
      copy[at] = octet ^ (2 ** bit)
      return { at, mask: 2 ** bit, octets: copy }
    })
  })
}

describe.skipIf(!hasRpm)('C1: packages with one octet changed, beside rpmkeys', () => {
  let directory = ''
  let airlock: Airlock
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'pgp-airlock-rpm-'))
    airlock = await Airlock.open()
  })
  afterAll(async () => {
    await airlock[Symbol.asyncDispose]()
    rmSync(directory, { recursive: true, force: true })
  })

  test.each(PLANS.map((plan, index) => ({ ...plan, index })))(
    '$name',
    { timeout: 600_000 },
    async ({ octets, certificate: key, index }) => {
      const place = (name: string): string => join(directory, `${index}-${name}`)
      writeFileSync(place('key.asc'), key)
      const dbpath = place('db')
      expect(await importKey(dbpath, place('key.asc'))).toBe(true)
      const keyring = await airlock.loadKeyring([Buffer.from(key, 'latin1')])
      const names = regionsOf(octets)
      const changes = changesOf(octets, names)
      const paths = changes.map(({ octets: changed, at, mask }) => {
        writeFileSync(place(`${at}-${mask}.rpm`), changed)
        return place(`${at}-${mask}.rpm`)
      })
      const theirs = await rpmAccepts(dbpath, paths)
      const ours = await judgeAll(
        airlock,
        keyring,
        changes.map((one) => one.octets),
      )

      const counts = new Map<string, number>()
      const unknown: string[] = []
      for (const [number, { at, mask }] of changes.entries()) {
        const verdict = ours[number]
        const doesRpm = theirs[number]
        if (verdict === undefined || doesRpm === undefined) throw new Error('expected an answer')
        const isGood = verdict.kind === 'good'
        const region = names[at] ?? ''
        const id = isGood === doesRpm ? 'the same' : classOf({ ours: verdict, region })
        const side = isGood ? 'accept' : 'reject'
        const row = id === 'the same' ? `both ${side}` : `ours ${side}s: ${id ?? 'UNEXPLAINED'}`
        counts.set(row, (counts.get(row) ?? 0) + 1)
        if (id !== undefined) continue
        const said = await wordsOf(dbpath, paths[number] ?? '')
        unknown.push(`${region}: octet ${at} ^ ${mask}: ours ${shortly(verdict)}, rpm:\n${said}`)
      }
      const rows = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))
      console.info(
        `${changes.length} changes:\n${rows.map(([row, count]) => `  ${String(count).padStart(6)}  ${row}`).join('\n')}`,
      )
      if (unknown.length > 0) {
        unknown.push(Buffer.from(octets).toString('base64'), key)
      }
      expect(unknown).toEqual([])
    },
  )

  test('every class has its row in docs/differences.md, and every row its class', () => {
    const rows = CHANGED_CLASSES.map(({ id, ours }) => [id, ours])
    expect(documentedClasses('changed rpm classes')).toEqual(rows)
  })
})
