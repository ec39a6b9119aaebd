/**
 * `npx tsx bench/keyring.ts`, after `npm run build`: what keyrings cost. Loading and judging one certificate of 2.8 kB; the
 * real certificates of this machine's packages; made ones; a lookup among few and many; `key list` as a process. Medians.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Airlock, defaultPolicy, type Keyring, type UnixSeconds } from '../manager/index.ts'
import { loadKeyring } from '../manager/keyring/load.ts'
import { openpgpDriver } from '../manager/openpgp-driver.ts'
import { certificateBytes, makeKey } from '../test/support/openpgp-writer.ts'
import { spread } from './harness.ts'
import { madeCertificates, realCertificates, writeStore } from './keyrings.ts'

const root = join(import.meta.dirname, '..')
const now = Math.floor(Date.now() / 1000) as UnixSeconds // whole seconds of the clock
const policy = defaultPolicy(now)

async function timed(run: () => Promise<unknown> | unknown): Promise<number> {
  const began = performance.now()
  await run()
  return performance.now() - began
}

async function median(times: number, run: () => Promise<unknown> | unknown): Promise<number> {
  const all: number[] = []
  for (let time = 0; time < times; time += 1) all.push(await timed(run))
  return spread(all).median
}

function judged({ certificates }: Keyring): number {
  const worth = certificates.map((one) => one.at({ at: now, policy }))
  return worth.filter(({ standings }) => standings.some((one) => one.objections.length === 0))
    .length
}

/** RSA-4096 with a signing subkey of the same size. */
function certificate(): Uint8Array {
  const [key, subkey] = [makeKey('rsa4096'), makeKey('rsa4096')]
  return certificateBytes(key, { userIds: ['One <one@example.org>'], subkeys: [{ key: subkey }] })
}

const say = (what: string, milliseconds: number, more = ''): void =>
  console.log(`${what.padEnd(58)} ${milliseconds.toFixed(2).padStart(10)} ms  ${more}`)

const directory = mkdtempSync(join(tmpdir(), 'bench-keyring-'))
try {
  await using airlock = await Airlock.open()
  const one = certificate()
  say(
    `a certificate of ${one.length} bytes, loaded and judged, fresh handler`,
    await median(21, async () => judged(await airlock.loadKeyring([one]))),
  )
  await using driver = openpgpDriver({ poolSize: 1 })
  const warm = () => loadKeyring(driver, [one], 'bench')
  await warm()
  say('  the same by a handler that runs', await median(201, async () => judged(await warm())))
  say('  of that, read and not judged', await median(201, warm))
  const made = madeCertificates(10_000)
  const sets: readonly (readonly [string, readonly Uint8Array[]])[] = [
    ['real certificates', realCertificates()],
    ['made certificates', made.slice(0, 1_000)],
    ['made certificates', made],
  ]
  for (const [name, certificates] of sets) {
    const path = join(directory, `${name} ${certificates.length}`)
    writeStore(path, certificates)
    const bytes = certificates.reduce((sum, octets) => sum + octets.length, 0)
    const what = `${certificates.length} ${name}`
    let keyring = await airlock.loadKeyring([{ path }])
    const load = await median(3, async () => {
      keyring = await airlock.loadKeyring([{ path }])
    })
    say(`${what} loaded, one file each`, load, `${(bytes / 1_048_576).toFixed(1)} MiB`)
    let signers = 0
    const judge = await timed(() => {
      signers = judged(keyring)
    })
    say('  all judged, at once', judge, `${signers} may sign`)
    const args = ['dist/manager/cli/main.js', 'key', 'list', '--keyring', path]
    const list = await median(3, () => spawnSync(process.execPath, args, { cwd: root }))
    say('  key list, as a process', list)
  }
  for (const count of [10, 10_000]) {
    const path = join(directory, `${count}.gpg`)
    writeFileSync(path, Buffer.concat(made.slice(0, count)))
    const keyring = await airlock.loadKeyring([{ path }])
    const ids = keyring.certificates.map((owner) => owner.certificate.primary.keyId)
    const lookups = 1_000_000
    const time = await median(5, () => {
      for (let index = 0; index < lookups; index += 1) {
        const id = ids[index % ids.length]
        if (id !== undefined && keyring.byKeyId(id).length !== 1) throw new Error('expected one')
      }
    })
    say(`a lookup by key id among ${count}`, time / lookups, `${time.toFixed(0)} ns`)
  }
} finally {
  rmSync(directory, { recursive: true, force: true })
}
