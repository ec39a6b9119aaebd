/**
 * The trust boundary, said once more beside the compiler and the linter: who may import whom, who may open a tainted
 * value, and that every claim has tests.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
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
    // reply.ts closes the box, job.ts names the type, index.ts hands the door to other drivers' authors
    expect(openers.sort()).toEqual([
      'manager/umd/index.ts',
      'manager/umd/job.ts',
      'manager/umd/reply.ts',
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
  const pagePath = join(root, 'docs/threat-model.md')
  const carriers = new Map<string, Set<string>>()
  for (const file of sources('test').filter((name) => name.endsWith('.test.ts'))) {
    const text = readFileSync(join(root, file), 'utf8')
    // the ids that a test's name begins with, divided by commas, before a colon
    for (const [, ids = ''] of text.matchAll(/['"`]((?:C[1-7][,/]? ?)+):/g)) {
      for (const id of ids.match(/C[1-7]/g) ?? []) {
        carriers.set(id, (carriers.get(id) ?? new Set()).add(file))
      }
    }
  }
  /** The page's list of a claim's tests, as it must be. `UPDATE_DOCS=1` writes it. */
  const listOf = (id: string): string =>
    `Tests: ${[...(carriers.get(id) ?? [])]
      .sort()
      .map((file) => `\`${file}\``)
      .join(', ')}.\n`

  if (process.env['UPDATE_DOCS'] === '1') {
    const parts = readFileSync(pagePath, 'utf8').split(/^(?=## C)/m)
    const updated = parts.map((part) => {
      const id = /^## (C[1-7])/.exec(part)?.[1]
      if (id === undefined) return part
      return `${part.replace(/\n+Tests: [\s\S]*$/, '').trimEnd()}\n\n${listOf(id)}\n`
    })
    writeFileSync(pagePath, `${updated.join('').trimEnd()}\n`)
  }
  const page = readFileSync(pagePath, 'utf8')

  it.each(['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7'])(
    '%s has tests, and threat-model.md lists them',
    (id) => {
      expect(carriers.get(id)?.size ?? 0).toBeGreaterThan(0)
      const section = page.split(/^## /m).find((part) => part.startsWith(id)) ?? ''
      expect(section).toContain(listOf(id))
    },
  )
})
