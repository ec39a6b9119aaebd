/** The default store is guarded, whatever lies at its place: nobody named it, so it is never taken as it is found. */
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { COMMAND, command, fixture, root, run, temporary } from './support.ts'

const at = temporary()
const SIGNED = ['signed/release.txt.ed25519.sig', 'signed/release.txt'].map((name) =>
  join(root, 'fixtures', name),
)

/** What commands say that use the store below this data directory. */
function asked(data: string): readonly (readonly [string, number | null, string])[] {
  const env = { XDG_DATA_HOME: data }
  const verify = command(['verify', ...SIGNED], env)
  const list = command(['key', 'list'], env)
  const rpmkeys = run([join(root, 'dist/manager/cli/rpmkeys.js'), '--list'], env)
  return [
    ['verify', verify.status, verify.stderr],
    ['key list', list.status, list.stderr],
    ['rpmkeys --list', rpmkeys.status, rpmkeys.stderr],
  ]
}

function expectRefused(data: string, code: string): void {
  for (const [name, status, stderr] of asked(data)) {
    expect([name, status]).toEqual([name, name.startsWith('rpmkeys') ? 255 : 2])
    expect(stderr).toContain(`(${code})`)
  }
}

/** A place for certificates, with the folder that it is in. */
function place(data: string): string {
  mkdirSync(join(at(data), 'pgp-airlock'), { recursive: true })
  return join(at(data), 'pgp-airlock/certs')
}

describe('C7: the default store', () => {
  beforeAll(() => expect(COMMAND).toContain('dist'))

  test('that is one is used, also through the library', () => {
    const certs = place('fine')
    const stored = command([
      'key',
      'import',
      '--yes',
      '--keyring',
      certs,
      fixture('ed25519.pub.asc'),
    ])
    expect(stored.status).toBe(0)
    for (const [name, status] of asked(at('fine'))) expect([name, status]).toEqual([name, 0])
  })

  test('is never a directory of key files', () => {
    const certs = place('files')
    mkdirSync(certs)
    copyFileSync(fixture('ed25519.pub.asc'), join(certs, 'other.asc'))
    expectRefused(at('files'), 'store-not-a-store')
    chmodSync(certs, 0o777)
    expectRefused(at('files'), 'store-writable')
  })

  test('is not made one by who hides its layout', () => {
    const certs = place('hidden')
    command(['key', 'import', '--yes', '--keyring', certs, fixture('p256.pub.asc')])
    for (const name of readdirSync(certs)) {
      if (name === 'writelock') rmSync(join(certs, name))
      else renameSync(join(certs, name), join(certs, `.${name}`))
    }
    copyFileSync(fixture('ed25519.pub.asc'), join(certs, 'other.asc'))
    expectRefused(at('hidden'), 'store-not-a-store')
  })

  test('is no file, and no link', () => {
    copyFileSync(fixture('ed25519.pub.asc'), place('file'))
    expectRefused(at('file'), 'store-stray')
    symlinkSync(fixture('ed25519.pub.asc'), place('link'))
    expectRefused(at('link'), 'store-link')
    symlinkSync(join(at('fine'), 'pgp-airlock/certs'), place('link to one'))
    expectRefused(at('link to one'), 'store-link')
  })

  test('C5: slashes in a path cost nothing', () => {
    const path = `${at('fine')}${'/'.repeat(3_000)}pgp-airlock/certs${'/.'.repeat(100)}`
    expect(command(['key', 'list', '--keyring', path]).status).toBe(0)
  })

  test('that is a link is one with a slash behind it, too', () => {
    const link = place('link to one')
    for (const path of [`${link}/`, `${link}/.`, `${link}//./`]) {
      const verify = command(['verify', '--keyring', path, ...SIGNED])
      expect([path, verify.status]).toEqual([path, 2])
      expect(verify.stderr).toContain('(store-link)')
      const stored = command(['key', 'import', '--yes', '--keyring', path, fixture('p256.pub.asc')])
      expect([path, stored.status]).toEqual([path, 2])
    }
  })
})
