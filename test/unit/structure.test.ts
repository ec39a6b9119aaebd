/**
 * The trust boundary, said once more beside the compiler and the linter: who may import whom, who may open a tainted
 * value, and that every claim has tests.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
}

function imports(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const found = text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)
  return [...found].map(([, name = '']) => name)
}

function target(file: string, name: string): string {
  return name.startsWith('.') ? relative(root, join(root, file, '..', name)) : name
}

const edges = (folder: string): { file: string; to: string }[] =>
  sources(folder).flatMap((file) => imports(file).map((name) => ({ file, to: target(file, name) })))

describe('C1: the trust boundary in the imports', () => {
  it('protocol imports nothing but protocol', () => {
    const wrong = edges('protocol').filter(({ to }) => !to.startsWith('protocol/'))
    expect(wrong).toEqual([])
  })

  it('handler and manager never import each other', () => {
    expect(edges('handler').filter(({ to }) => to.startsWith('manager/'))).toEqual([])
    expect(edges('manager').filter(({ to }) => to.startsWith('handler/'))).toEqual([])
  })

  it('only handler/openpgpjs may import openpgp, and nobody imports native code', () => {
    const all = [...edges('protocol'), ...edges('handler'), ...edges('manager')]
    expect(
      all.filter(({ file, to }) => to === 'openpgp' && !file.startsWith('handler/openpgpjs/')),
    ).toEqual([])
    expect(all.filter(({ to }) => to.includes('koffi') || to === 'node:ffi')).toEqual([])
  })

  it('only manager/sanitise opens tainted values', () => {
    const openers = edges('manager')
      .filter(({ to }) => to === 'protocol/tainted.ts')
      .map(({ file }) => file)
      .filter((file) => !file.startsWith('manager/sanitise/'))
    // channel.ts closes the box, job.ts names the type, index.ts hands the door to other drivers' authors
    expect(openers.sort()).toEqual([
      'manager/umd/channel.ts',
      'manager/umd/index.ts',
      'manager/umd/job.ts',
    ])
  })

  it('the manager reads the environment in cli/ only', () => {
    const readers = sources('manager').filter((file) =>
      /process\.env/.test(readFileSync(join(root, file), 'utf8')),
    )
    expect(readers.filter((file) => !file.startsWith('manager/cli/'))).toEqual([])
  })
})

describe('the claims', () => {
  const page = readFileSync(join(root, 'docs/threat-model.md'), 'utf8')
  const carriers = new Map<string, string[]>()
  for (const file of sources('test').filter((name) => name.endsWith('.test.ts'))) {
    const text = readFileSync(join(root, file), 'utf8')
    for (const [, id = ''] of text.matchAll(/['"`](?:[^'"`\n]*\s)?(C[1-7])(?=[:,/ ])/g)) {
      const files = carriers.get(id) ?? []
      if (!files.includes(file)) files.push(file)
      carriers.set(id, files)
    }
  }

  it.each(['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7'])(
    '%s has tests, and threat-model.md lists them',
    (id) => {
      const section = page.split(/^## /m).find((part) => part.startsWith(id)) ?? ''
      const listed = [...section.matchAll(/`(test\/[^`]+)`/g)].map(([, name = '']) => name).sort()
      expect(listed.length).toBeGreaterThan(0)
      expect(listed).toEqual((carriers.get(id) ?? []).sort())
    },
  )
})
