/** Entries that a certificate directory must not have: written by others, links, names that lie. */
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  certificateFiles,
  codeOf,
  fixture,
  importInto,
  sharedAirlock,
  temporary,
} from './support.ts'

const at = temporary()
const airlock = sharedAirlock()
const isRoot = process.geteuid?.() === 0
if (!isRoot)
  console.warn('SKIPPED: foreign owners of certificate directories, because only root makes them')

let copies = 0

/** A fresh copy of a store with two certificates. */
function store(): { readonly path: string; readonly file: string; readonly branch: string } {
  const path = at(`copy ${copies++}`)
  cpSync(at('model'), path, { recursive: true })
  const [file = ''] = certificateFiles(path)
  return { path, file, branch: join(file, '..') }
}

const load = (path: string): Promise<unknown> => codeOf(airlock().loadKeyring([{ path }]))
const change = (path: string): Promise<unknown> =>
  codeOf(importInto(airlock(), path, fixture('p384.pub.asc')))

beforeAll(async () => {
  await importInto(airlock(), at('model'), fixture('subkey.pub.gpg'), fixture('p256.pub.asc'))
})

describe('a certificate directory is refused', () => {
  it('not if it is as it was made', async () => {
    expect(await load(store().path)).toBe('no error')
    expect(await change(store().path)).toBe('no error')
  })

  it.each([0o664, 0o646])('with a file that others can write (%o)', async (mode) => {
    const { path, file } = store()
    chmodSync(file, mode)
    expect(await load(path)).toBe('store-writable')
  })

  it('if it, a directory of it or its lock can be written by others', async () => {
    const [whole, part, locked] = [store(), store(), store()]
    chmodSync(whole.path, 0o775)
    expect(await load(whole.path)).toBe('store-writable')
    expect(await change(whole.path)).toBe('store-writable')
    chmodSync(part.branch, 0o777)
    expect(await load(part.path)).toBe('store-writable')
    chmodSync(join(locked.path, 'writelock'), 0o666)
    expect(await change(locked.path)).toBe('store-writable')
  })

  it('if it is a symbolic link, or an entry is one', async () => {
    const { path } = store()
    symlinkSync(path, at('link'))
    expect(await load(at('link'))).toBe('store-link')
    expect(await change(at('link'))).toBe('store-link')
    for (const part of ['file', 'branch'] as const) {
      const linked = store()
      const target = at(`target of ${part}`)
      renameSync(linked[part], target)
      symlinkSync(target, linked[part])
      expect(await load(linked.path)).toBe('store-link')
    }
    const locked = store()
    rmSync(join(locked.path, 'writelock'))
    symlinkSync('/dev/null', join(locked.path, 'writelock'))
    expect(await change(locked.path)).toBe('store-link')
  })

  it('if a directory that would be written through is a link', async () => {
    const { path } = store()
    const { path: elsewhere } = store()
    symlinkSync(elsewhere, join(path, '9d')) // where p384.pub.asc belongs
    expect(await change(path)).toBe('store-link')
  })

  it.skipIf(!isRoot)('if an entry belongs to neither this user nor root', async () => {
    for (const part of ['path', 'branch', 'file'] as const) {
      const foreign = store()
      chownSync(foreign[part], 12_345, 12_345)
      expect(await load(foreign.path)).toBe('store-foreign')
    }
  })

  it('if a name is not the fingerprint of what is in the file', async () => {
    const swapped = store()
    const [first = '', second = ''] = certificateFiles(swapped.path)
    const octets = readFileSync(first)
    writeFileSync(first, readFileSync(second))
    expect(await load(swapped.path)).toBe('store-name')
    writeFileSync(first, Buffer.concat([octets, readFileSync(second)]))
    expect(await load(swapped.path)).toBe('store-name')
    writeFileSync(first, '')
    expect(await load(swapped.path)).not.toBe('no error')
    writeFileSync(first, octets.subarray(0, 40))
    expect(await load(swapped.path)).toBe('store-damaged')
  })

  it('if it holds anything else', async () => {
    const names = ['notes.txt', '00/readme', `00/${'0'.repeat(37)}`, `00/${'A'.repeat(38)}`, 'ABC']
    for (const name of names) {
      const { path } = store()
      mkdirSync(join(path, name, '..'), { recursive: true, mode: 0o755 })
      writeFileSync(join(path, name), 'x')
      expect([name, await load(path)]).toEqual([name, 'store-stray'])
    }
    const { path } = store()
    mkdirSync(join(path, `00/${'0'.repeat(38)}`), { recursive: true, mode: 0o755 })
    expect(await load(path)).toBe('store-stray')
  })

  it('not for what other programs may keep there', async () => {
    const { path } = store()
    writeFileSync(join(path, 'trust-root'), 'x')
    writeFileSync(join(path, '_sequoia.index'), 'x')
    mkdirSync(join(path, '.git'))
    expect(await load(path)).toBe('no error')
  })
})
