/** The README's examples run: the command's output to the letter, the library's examples as programs. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { check, Driver } from '../../manager/umd/index.ts'
import { VERSION } from '../../manager/version.ts'

const root = join(import.meta.dirname, '../..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')

function blocks(language: string): string[] {
  const found = readme.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))
  return [...found].map(([, body = '']) => body)
}

describe('README.md', () => {
  // one of the packages of the first example is bad
  it.each([1, 0])('shows what the command prints, example %#: exit code %i', (exit) => {
    const session = blocks('console')[exit === 1 ? 0 : 1] ?? ''
    const [command = '', ...output] = session.split('\n')
    const args = command.replace('$ pgp-airlock ', '').split(' ')
    const { stdout, status } = spawnSync(
      process.execPath,
      [join(root, 'dist/manager/cli/main.js'), ...args],
      { cwd: join(root, 'fixtures'), encoding: 'utf8' },
    )
    expect(stdout).toBe(output.join('\n'))
    expect(status).toBe(exit)
  })

  it('has a library example that runs', () => {
    const [example = ''] = blocks('ts')
    const folder = mkdtempSync(join(tmpdir(), 'readme-'))
    try {
      const file = join(folder, 'example.mjs')
      const entry = join(root, 'dist/manager/index.js')
      writeFileSync(file, example.replace("'pgp-airlock'", JSON.stringify(entry)))
      const run = spawnSync(process.execPath, [file], { cwd: root, encoding: 'utf8' })
      expect(run.stderr).toBe('')
      expect(run.stdout).toMatch(/^[0-9a-f]{40}\n$/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('has an example of a handler that runs in the cage', async () => {
    const [, example = ''] = blocks('ts')
    const folder = mkdtempSync(join(tmpdir(), 'readme-'))
    try {
      const path = join(folder, 'handler.cjs')
      const serve = join(root, 'dist/handler/serve/index.js')
      await build({
        stdin: { contents: example, resolveDir: root },
        alias: { 'pgp-airlock/umd/handler': serve },
        outfile: path,
        bundle: true,
        platform: 'node',
        format: 'cjs',
      })
      const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex')
      const limits = { data: 134_217_728, maxRequest: 1024, maxReply: 1024 }
      await using driver = new Driver({ name: 'readme', bundle: { path, sha256 }, limits })
      const outcome = await driver.request({
        verb: 1,
        body: Buffer.from('first and rest'),
        source: 'readme',
        isolation: 'shared',
        open: (reply) => check(reply, (untrusted) => Buffer.from(untrusted).toString()),
      })
      expect(outcome).toEqual({ status: 'ok', value: 'firs' })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('names files that are there, and the version is one', () => {
    for (const [, path = ''] of readme.matchAll(/\]\((docs\/[^)]+)\)/g)) {
      expect(() => readFileSync(join(root, path))).not.toThrow()
    }
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(version).toBe(VERSION)
  })
})
