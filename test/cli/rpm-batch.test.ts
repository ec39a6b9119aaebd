/** Many packages in one run: order, summary, directories, names on standard input, files that cannot be read. (C5, C7) */
import { spawn } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { rpmVerifyDocument } from '../../manager/schemas.ts'
import { rpm, rpmRun } from './rpm.ts'

const directory = mkdtempSync(join(tmpdir(), 'pgp-airlock-'))
afterAll(() => rmSync(directory, { recursive: true }))

async function fifo(path: string): Promise<void> {
  await new Promise((resolve) => spawn('mkfifo', [path]).on('close', resolve))
}

/** The first line of each block. */
function verdicts(stdout: string): string[] {
  return stdout.split('\n').filter((line) => /^[a-z-]+ \S/.test(line))
}

describe('batches', () => {
  test('are told in order, with a summary and the worst exit code', async () => {
    const names = ['good', 'tampered', 'stranger', 'good'].map(rpm)
    const { code, stdout } = await rpmRun('verify', names)
    expect(verdicts(stdout)).toEqual([
      `good ${names[0]}`,
      `bad ${names[1]}`,
      `no-key ${names[2]}`,
      `good ${names[3]}`,
    ])
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('4 packages: 2 good, 1 bad, 1 no-key')
    expect(code).toBe(1)
  })

  test('C5, C7: a file that cannot be read is its own error, and the others go on', async () => {
    const folder = join(directory, 'odd')
    mkdirSync(join(folder, 'is-a-directory.rpm'), { recursive: true })
    const pipe = join(folder, 'pipe.rpm')
    await fifo(pipe)
    const empty = join(folder, 'empty.rpm')
    writeFileSync(empty, '')
    const short = join(folder, 'short.rpm')
    writeFileSync(short, readFileSync(rpm('good')).subarray(0, 400))
    const missing = join(folder, 'missing.rpm')
    const args = [pipe, missing, empty, short, '/dev/null', rpm('good')]
    const { code, stdout } = await rpmRun('verify', args)
    expect(verdicts(stdout)).toEqual([
      `error ${pipe}`,
      `error ${missing}`,
      `unusable ${empty}`,
      `unusable ${short}`,
      'error /dev/null',
      `good ${rpm('good')}`,
    ])
    expect(stdout).toContain('expected a regular file, found a FIFO (input-output)')
    expect(stdout).toContain('no such file (input-output)')
    expect(stdout).toContain('(not-an-rpm)')
    expect(stdout).toContain('the file ends within a header at byte 400 (rpm-malformed)')
    expect(code).toBe(3)
  })
})

test('C5: what cannot be read is the same to every command about packages', async () => {
  const missing = join(directory, 'missing.rpm')
  const why = 'the input could not be read: no such file'
  for (const command of ['verify', 'show', 'digests'] as const) {
    const { code, stdout, stderr } = await rpmRun(command, [missing])
    expect(`${stdout}${stderr}`).toBe(`error ${missing}\n      because: ${why} (input-output)\n`)
    expect(code).toBe(3)
    const json = await rpmRun(command, ['--json', missing])
    expect(JSON.parse(json.stdout)).toMatchObject({
      schema: `pgp-airlock/rpm-${command}/1`,
      package: missing,
      verdict: 'error',
      reasons: [{ code: 'input-output', text: why }],
    })
    expect(json.code).toBe(3)
  }
})

test('--jobs is of verify alone', async () => {
  expect((await rpmRun('verify', ['--jobs', '2', rpm('good')])).code).toBe(0)
  for (const command of ['show', 'digests'] as const) {
    const { code, stderr } = await rpmRun(command, ['--jobs', '2', rpm('good')])
    expect(code).toBe(2)
    expect(stderr).not.toContain('--jobs')
  }
})

describe('directories', () => {
  test('are walked in the order of their bytes; nothing called a package is passed over', async () => {
    const tree = join(directory, 'tree')
    mkdirSync(join(tree, 'b'), { recursive: true })
    copyFileSync(rpm('good'), join(tree, 'b', 'inner.rpm'))
    copyFileSync(rpm('good'), join(tree, 'a.rpm'))
    copyFileSync(rpm('tampered'), join(tree, 'c.rpm'))
    copyFileSync(rpm('tampered'), join(tree, 'not-a-package.txt'))
    symlinkSync(rpm('tampered'), join(tree, 'link.rpm'))
    symlinkSync(tree, join(tree, 'b', 'loop'))
    symlinkSync(tree, join(tree, 'loop.rpm'))
    symlinkSync('nowhere', join(tree, 'n.rpm'))
    await fifo(join(tree, 'pipe.rpm'))
    const { code, stdout } = await rpmRun('verify', [tree])
    expect(verdicts(stdout)).toEqual([
      `good ${tree}/a.rpm`,
      `good ${tree}/b/inner.rpm`,
      `bad ${tree}/c.rpm`,
      // what a shell's *.rpm would find as well
      `bad ${tree}/link.rpm`,
      `error ${tree}/loop.rpm`,
      `error ${tree}/n.rpm`,
      `error ${tree}/pipe.rpm`,
    ])
    expect(code).toBe(3)
  })

  test('without packages are no success', async () => {
    const bare = join(directory, 'bare')
    mkdirSync(bare)
    const { code, stderr } = await rpmRun('verify', [bare])
    expect(code).toBe(3)
    expect(stderr).toContain('expected at least one package, found none')
    // nor beside others
    const beside = await rpmRun('verify', ['--json', rpm('good'), bare])
    expect(beside.code).toBe(3)
    const documents = beside.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    for (const document of documents) rpmVerifyDocument.parse(document)
    expect(documents).toMatchObject([
      { verdict: 'good' },
      { verdict: 'error', reasons: [{ code: 'no-packages' }], file: bare },
    ])
    expect((await rpmRun('verify', ['-0'])).stderr).toContain('(no-packages)')
  })
})

describe('names on standard input', () => {
  test('each with a NUL behind it, whatever they hold', async () => {
    const odd = join(directory, 'two\nlines and \ttabs.rpm')
    copyFileSync(rpm('good'), odd)
    const raw = Buffer.concat([
      Buffer.from(join(directory, 'raw-')),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('.rpm'),
    ])
    copyFileSync(rpm('good'), raw)
    const input = Buffer.concat([Buffer.from(`${odd}\0`), raw, Buffer.from([0])])
    const { code, stdout } = await rpmRun('verify', ['-0', '--json'], { input })
    const [first, second] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(first).toMatchObject({ package: odd, verdict: 'good' })
    expect(Buffer.from(second.packageBytes, 'base64')).toEqual(raw)
    expect(second.verdict).toBe('good')
    expect(code).toBe(0)
  })

  test('an empty name is a wrong call', async () => {
    expect((await rpmRun('verify', ['-0'], { input: 'a\0\0' })).code).toBe(2)
  })
})
