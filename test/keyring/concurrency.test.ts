/** Several writers at once, as processes: nothing is lost, nobody waits for ever, a dead one keeps nobody waiting. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { certificateBytes, makeKey } from '../support/openpgp-writer.ts'
import { concat } from '../unit/build.ts'
import {
  codeOf,
  commandBeside,
  fixture,
  importInto,
  sharedAirlock,
  temporary,
  write,
} from './support.ts'

const at = temporary()
const airlock = sharedAirlock()

/** A process that holds the write lock of a store until it is ended, as any program with flock(2) would. */
async function holder(path: string): Promise<{ readonly end: () => Promise<void> }> {
  const child = spawn('/usr/bin/flock', ['-x', join(path, 'writelock'), 'cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  })
  child.stdin?.write('held\n')
  if (child.stdout !== null) await once(child.stdout, 'data')
  return {
    async end() {
      const ended = once(child, 'exit')
      // the group: flock and the program that it runs
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      await ended
    },
  }
}

describe('writers at the same time', () => {
  it('lose nothing of one another', async () => {
    const path = at('store')
    const shared = makeKey('ed25519')
    const files: string[] = []
    for (let index = 0; index < 8; index += 1) {
      const common = certificateBytes(shared, { userIds: [`user ${index}`] })
      const own = certificateBytes(makeKey('ed25519'), { userIds: [`own ${index}`] })
      files.push(write(at(`${index}.gpg`), concat(common, own)))
    }
    const args = ['key', 'import', '--yes', '--quiet', '--keyring', path]
    const codes = await Promise.all(files.map((file) => commandBeside([...args, file])))
    expect(codes).toEqual(files.map(() => 0))
    const { certificates } = await airlock().loadKeyring([{ path }])
    expect(certificates.length).toBe(1 + files.length)
    const joined = certificates.find(
      ({ certificate }) => certificate.fingerprint === shared.packet.fingerprint,
    )
    expect(joined?.facts.users.length).toBe(files.length)
  })

  it('take in what was written after they had shown their plan', async () => {
    const path = at('planned')
    const key = makeKey('ed25519')
    const store = airlock().openStore(path)
    const plan = await store.plan([certificateBytes(key, { userIds: ['one'] })])
    await importInto(airlock(), path, certificateBytes(key, { userIds: ['two'] }))
    expect(await store.execute(plan)).toBe(1)
    const [joined] = (await airlock().loadKeyring([{ path }])).certificates
    expect(joined?.facts.users.length).toBe(2)
    expect(await store.execute(plan)).toBe(0)
  })
})

describe('the write lock', () => {
  it('is not waited for longer than said, and reading needs none', async () => {
    const path = at('busy')
    await importInto(airlock(), path, fixture('p256.pub.asc'))
    const other = await holder(path)
    try {
      const store = airlock().openStore(path, { lockPatience: 300 })
      const plan = await store.plan([{ path: fixture('p384.pub.asc') }])
      expect(await codeOf(store.execute(plan))).toBe('store-busy')
      expect(plan.imports.map(({ change }) => change)).toEqual(['new'])
      const fingerprint = plan.imports.map((one) => one.fingerprint)
      expect(await codeOf(store.remove(fingerprint))).toBe('store-busy')
      expect((await airlock().loadKeyring([{ path }])).certificates.length).toBe(1)
    } finally {
      await other.end()
    }
    expect(await importInto(airlock(), path, fixture('p384.pub.asc'))).toEqual(['new'])
  })

  it('comes to who waits when its holder is killed', async () => {
    const path = at('killed')
    await importInto(airlock(), path, fixture('p256.pub.asc'))
    const other = await holder(path)
    const waiting = importInto(airlock(), path, fixture('p384.pub.asc'))
    await new Promise((resolve) => setTimeout(resolve, 200))
    await other.end()
    expect(await waiting).toEqual(['new'])
  })
})
