/**
 * Packages of a usual size, from files: RSA of 4096 bits over the header, which states the digest of the payload. Ours by one
 * call over all paths, rpm by one process over all names. Both read all of each file, or only the headers where that is asked.
 */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Airlock } from '../../manager/airlock.ts'
import { certificateBytes, makeKey } from '../../test/support/openpgp-writer.ts'
import { makePackage } from '../../test/support/rpm-writer.ts'
import { armoredForRpm } from '../../test/support/rpmkeys.ts'
import type { Row } from '../harness.ts'

/** The median of what distributions ship. */
const PAYLOAD = 170 * 1024
const COUNT = 2000
const ENVIRONMENT = { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', HOME: '/nonexistent' }

interface Packages {
  readonly directory: string
  readonly paths: readonly string[]
  readonly certificate: Uint8Array
}

/** Made once for both rows. */
let made: Packages | undefined

function packages(count: number): Packages {
  if (made !== undefined) return made
  const directory = mkdtempSync(join(tmpdir(), 'pgp-airlock-bench-'))
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
  mkdirSync(join(directory, 'packages'))
  const key = makeKey('rsa4096')
  const paths = Array.from({ length: count }, (_, number) => {
    const name = `bench-${number}`
    const path = join(directory, 'packages', `${name}.rpm`)
    const signers = [{ key, over: 'header' }] as const
    writeFileSync(path, makePackage({ name, payload: randomBytes(PAYLOAD), signers }))
    return path
  })
  made = { directory, paths, certificate: certificateBytes(key) }
  return made
}

export function rpm(what: 'package' | 'header'): Row {
  const headerOnly = what === 'header'
  const digests = headerOnly ? ['--nodigest'] : []
  return {
    name: headerOnly ? 'rpm: headers only' : 'rpm: packages of 170 KiB',
    unit: 'packages/s',
    compare: 'ratio',
    rivalName: `rpmkeys -K ${digests.join('')}`.trim(),
    prepare: async (smoke) => {
      const { directory, paths, certificate } = packages(smoke ? 20 : COUNT)
      const dbpath = join(directory, `db-${what}`)
      const keyFile = join(directory, 'key.asc')
      writeFileSync(keyFile, armoredForRpm(certificate))
      await rpmkeys(dbpath, '--import', keyFile)
      const airlock = await Airlock.open()
      const keyring = await airlock.loadKeyring([certificate])
      const items = paths.map((path) => ({ package: { path } }))
      let cpu = 0
      return {
        ours: () =>
          perSecond(paths.length, async () => {
            const before = process.cpuUsage()
            for await (const { kind } of airlock.judgeRpms(items, { keyring, headerOnly })) {
              if (kind !== (headerOnly ? 'header-only' : 'good')) throw new Error(kind)
            }
            const { user, system } = process.cpuUsage(before)
            cpu = (user + system) / paths.length
          }),
        rival: () =>
          perSecond(paths.length, async () => {
            const level = ['--define', '_pkgverify_level all']
            const said = await rpmkeys(dbpath, ...level, '-K', ...digests, ...paths)
            // without digests it verifies the signature, and finds then that nothing covers the payload
            const wanted = headerOnly ? 'SIGNATURES NOT OK' : 'digests signatures OK'
            const count = said.split(wanted).length - 1
            if (count !== paths.length) throw new Error(`rpmkeys: ${count} packages ${wanted}`)
          }),
        close: () => airlock[Symbol.asyncDispose](),
        extra: async () => ({ 'manager CPU': `${cpu.toFixed(0)} us per package` }),
      }
    },
  }
}

/** What rpmkeys prints, whatever its exit code. */
function rpmkeys(dbpath: string, ...args: readonly string[]): Promise<string> {
  const options = { env: ENVIRONMENT, maxBuffer: 64 * 1_048_576 }
  return new Promise((resolve, reject) => {
    execFile('rpmkeys', ['--dbpath', dbpath, ...args], options, (error, stdout) => {
      // no number: it could not be started, or was killed
      if (error === null || typeof error.code === 'number') resolve(stdout)
      else reject(new Error(`rpmkeys: ${error.code ?? error.signal}`))
    })
  })
}

async function perSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return (count / (performance.now() - began)) * 1000
}
