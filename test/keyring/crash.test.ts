/** A writer that ends at any point leaves the old certificate or the new one, and the next one goes on from there. */
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FILE_OPERATIONS, type FileOperations } from '../../manager/keyring/file-operations.ts'
import { certificateBytes, makeKey } from '../support/openpgp-writer.ts'
import { type Moment, withAccident } from './steps.ts'
import {
  COMMAND,
  certificateFiles,
  codeOf,
  contents,
  fixture,
  importInto,
  root,
  sharedAirlock,
  temporary,
  write,
} from './support.ts'

const at = temporary()
const airlock = sharedAirlock()
/** Into a new directory, and over an older copy. */
const STARTS: readonly (readonly ['nothing' | 'old', readonly Moment[]])[] = [
  ['nothing', ['before']],
  ['old', ['before', 'within', 'after']],
]

/** Dozens of handlers are started, on a machine that others use. */
const LONG = { timeout: 300_000 }

class Accident extends Error {}
const crash = (): never => {
  throw new Accident('a step failed')
}

/** Where a step fails, or is the last thing that a process does. */
async function afterwards(path: string, olds: readonly string[], news: string): Promise<void> {
  const [file = ''] = certificateFiles(path).filter((name) => !name.includes('/.tmp-'))
  const found = existsSync(file) ? readFileSync(file, 'latin1') : ''
  expect([...olds, news]).toContain(found)
  if (found !== '') {
    const { certificates } = await airlock().loadKeyring([{ path }])
    expect(certificates.length).toBe(1)
  }
}

describe('a failure at any step', () => {
  it('leaves the old file or the new one, and is mended by the next import', LONG, async () => {
    const [oldKey, newKey] = [fixture('revoked-before.pub.asc'), fixture('revoked.pub.asc')]
    await importInto(airlock(), at('old'), oldKey)
    await importInto(airlock(), at('new'), newKey)
    const text = (path: string): string => readFileSync(certificateFiles(path)[0] ?? '', 'latin1')
    const [older, newer] = [text(at('old')), text(at('new'))]
    let cases = 0
    for (const [start, moments] of STARTS) {
      for (const moment of moments) {
        for (let step = 0, isOver = false; !isOver; step += 1) {
          const path = at(`${start} ${moment} ${step}`)
          if (start === 'old') cpSync(at('old'), path, { recursive: true })
          const { files, steps } = withAccident(step, moment, crash)
          const store = airlock().openStore(path, { files })
          const plan = await store.plan([{ path: newKey }])
          await expect(store.execute(plan).catch(() => 'failed')).resolves.toBeDefined()
          isOver = steps() <= step
          if (existsSync(path)) await afterwards(path, start === 'old' ? [older] : [''], newer)
          await importInto(airlock(), path, newKey)
          expect(certificateFiles(path).map((name) => readFileSync(name, 'latin1'))).toEqual([
            newer,
          ])
          cases += 1
        }
      }
    }
    // at least: branch, its name, create, write, sync, rename, its name
    expect(cases).toBeGreaterThan(4 * 7)
  })
})

describe('a disk that is full', () => {
  it('keeps nothing of what could not be written', async () => {
    const path = at('full')
    await importInto(airlock(), path, fixture('p256.pub.asc'))
    const before = contents(path)
    const full = async (): Promise<never> => {
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    }
    const files: FileOperations = {
      ...FILE_OPERATIONS,
      create: async (name) => ({ ...(await FILE_OPERATIONS.create(name)), write: full }),
    }
    const store = airlock().openStore(path, { files })
    const plan = await store.plan([{ path: fixture('p384.pub.asc') }])
    expect(await codeOf(store.execute(plan))).toBe('store-io')
    expect(contents(path)).toEqual(before)
  })
})

describe('a process that is killed', () => {
  const writer = join(root, 'test/keyring/killed-writer.ts')

  it(
    'at each step leaves the old file or the new one, no lock, and no other trace',
    LONG,
    async () => {
      const [oldKey, newKey] = [fixture('revoked-before.pub.asc'), fixture('revoked.pub.asc')]
      await importInto(airlock(), at('killed old'), oldKey)
      await importInto(airlock(), at('killed new'), newKey)
      const text = (path: string): string => readFileSync(certificateFiles(path)[0] ?? '', 'latin1')
      const [older, newer] = [text(at('killed old')), text(at('killed new'))]
      // branch, its name, create, write, sync, rename, its name: what the test above counted, and one step too many
      for (let step = 0; step <= 7; step += 1) {
        const path = at(`killed ${step}`)
        cpSync(at('killed old'), path, { recursive: true })
        const moment = step === 3 ? 'within' : 'before'
        const { signal, stderr } = spawnSync(
          process.execPath,
          ['--import', 'tsx', writer, path, newKey, String(step), moment],
          { cwd: root, encoding: 'utf8' },
        )
        expect(stderr).toBe('')
        expect(signal).toBe(step === 7 ? null : 'SIGKILL')
        await afterwards(path, [older], newer)
        // the kernel has given the lock back: the next writer does not wait
        await importInto(airlock(), path, newKey)
        expect(certificateFiles(path).map((name) => readFileSync(name, 'latin1'))).toEqual([newer])
      }
    },
  )

  it('at any time leaves a directory that loads', LONG, async () => {
    const path = at('any time')
    const key = makeKey('ed25519')
    const userIds: string[] = []
    let killed = 0
    for (let round = 0; round < 12; round += 1) {
      userIds.push(`user ${round}`)
      const file = write(at(`any ${round}.gpg`), certificateBytes(key, { userIds }))
      const args = [COMMAND, 'key', 'import', '--yes', '--quiet', '--keyring', path, file]
      const child = spawn(process.execPath, args, { stdio: 'ignore' })
      const ended = new Promise<NodeJS.Signals | null>((resolve) =>
        child.once('exit', (_, signal) => resolve(signal)),
      )
      const timer = setTimeout(() => child.kill('SIGKILL'), 60 + 40 * round)
      if ((await ended) === 'SIGKILL') killed += 1
      clearTimeout(timer)
      if (!existsSync(path) || certificateFiles(path).every((name) => name.includes('.tmp-')))
        continue
      const { certificates } = await airlock().loadKeyring([{ path }])
      expect(certificates.length).toBe(1)
    }
    expect(killed).toBeGreaterThan(0)
    const last = write(at('any last.gpg'), certificateBytes(key, { userIds }))
    await importInto(airlock(), path, last)
    const [one] = (await airlock().loadKeyring([{ path }])).certificates
    expect(one?.facts.users.length).toBe(userIds.length)
  })
})
