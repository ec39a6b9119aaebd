/** `verify --many` as a process: names, pairs, bounds, and the worst exit code. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Progress } from '../../manager/cli/verify-progress.ts'
import { type VerifyDocument, verifyDocument } from '../../manager/schemas.ts'
import { type Ended, key, type RunOptions, run, shell, signature } from '../cli/command.ts'

let folder = ''
const at = (name: string): string => join(folder, name)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'verify-many-'))
  const release = signature('').slice(0, -1)
  for (const [name, ending] of [
    ['a', 'sig'],
    ['b', 'gpg'],
    ['c', 'sign'],
  ] as const) {
    copyFileSync(release, at(name))
    copyFileSync(signature('ed25519.sig'), at(`${name}.${ending}`))
  }
  copyFileSync(release, at('d'))
  copyFileSync(signature('rsa4096.asc'), at('d.asc'))
  writeFileSync(at('bad'), 'something else')
  copyFileSync(signature('ed25519.sig'), at('bad.sig'))
  copyFileSync(signature('ed25519.sig'), at('lonely.sig'))
  copyFileSync(release, at('fifo'))
  expect(spawnSync('mkfifo', [at('fifo.sig')]).status).toBe(0)
  mkdirSync(at('folder.sig'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const KEYS = ['--keyring', key('ed25519'), '--keyring', key('rsa4096')]
const many = (args: readonly string[], options?: RunOptions): Promise<Ended> =>
  run(['verify', '--many', ...KEYS, ...args], options)
/** What a batch prints, by the schema that is published. */
const documentsOf = (ended: Ended): readonly VerifyDocument[] =>
  linesOf(ended).map((line) => verifyDocument.parse(JSON.parse(line)))
const linesOf = ({ stdout }: Ended): string[] => stdout.split('\n').slice(0, -1)

describe('verify --many', () => {
  it('one line each, in order, by the four endings', async () => {
    const names = ['d.asc', 'a.sig', 'b.gpg', 'c.sign'].map(at)
    const ended = await many(names)
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    const lines = linesOf(ended)
    expect(lines).toHaveLength(4)
    for (const [index, name] of names.entries()) {
      expect(lines[index]).toMatch(new RegExp(`^good ${name}: [0-9A-F]{40}$`))
    }
  })

  it('C5: unreadable files, directories and FIFOs are their own error, and the batch goes on', async () => {
    const names = ['a.sig', 'lonely.sig', 'fifo.sig', 'folder.sig', 'missing.sig', 'b.gpg'].map(at)
    const ended = await many(names)
    expect(ended.code).toBe(3)
    expect(linesOf(ended).map((line) => line.split(' ')[0])).toEqual([
      'good',
      'error',
      'error',
      'error',
      'error',
      'good',
    ])
    expect(linesOf(ended)[1]).toContain('data: no such file (input-output)')
    expect(linesOf(ended)[2]).toContain('signature: expected a regular file, found a FIFO')
  })

  it('the worst exit code: 3 over 1 over 0', async () => {
    expect((await many([at('a.sig'), at('bad.sig')])).code).toBe(1)
    expect((await many([at('missing.sig'), at('bad.sig')])).code).toBe(3)
    expect((await many([at('bad.sig'), at('missing.sig'), at('a.sig')])).code).toBe(3)
  })

  it('--json is one document a line, --quiet says nothing', async () => {
    const ended = await many(['--json', at('a.sig'), at('bad.sig'), at('missing.sig')])
    const documents = documentsOf(ended)
    expect(documents.map(({ data }) => data)).toEqual([at('a'), at('bad'), at('missing')])
    expect(documents.map(({ verdict }) => verdict)).toEqual(['good', 'bad', 'error'])
    const names = ['a.sig', 'bad.sig', 'missing.sig'].map(at)
    expect(documents).toMatchObject(names.map((signature) => ({ signature })))
    const quiet = await many(['--quiet', at('a.sig'), at('bad.sig')])
    expect(quiet).toMatchObject({ code: 1, stdout: '', stderr: '' })
  })

  it('--isolation per-input, several jobs', async () => {
    const ended = await many(['--isolation', 'per-input', '--jobs', '2', at('a.sig'), at('b.gpg')])
    expect(ended.code).toBe(0)
  })

  it('C6: names are cleaned', async () => {
    const ended = await many([at('\u001b[31m.sig')])
    expect(ended.stdout).toMatch(/^error [ -~\ufffd]*\n$/)
    expect(ended.code).toBe(3)
  })
})

describe('verify --many --pairs', () => {
  const pairs = (...names: readonly string[]): readonly string[] => names.map(at)

  it('names by lines, and by NUL with any bytes in them', async () => {
    const names = pairs('a.sig', 'b', 'bad.sig', 'bad')
    const lines = await many(['--pairs'], { input: names.map((name) => `${name}\n`).join('') })
    expect(linesOf(lines).map((line) => line.split(' ')[0])).toEqual(['good', 'bad'])
    const odd = Buffer.concat([Buffer.from(at('odd\n')), Uint8Array.of(0xff)])
    copyFileSync(at('a.sig'), odd)
    const input = Buffer.concat([odd, Uint8Array.of(0), Buffer.from(`${at('b')}\0`)])
    const nul = await many(['--pairs', '-0', '--json'], { input })
    expect(nul).toMatchObject({ code: 0, stderr: '' })
    expect(documentsOf(nul)).toMatchObject([{ signatureBytes: odd.toString('base64') }])
  })

  it('the last name needs no terminator, and no name at all is a batch of none', async () => {
    const input = pairs('a.sig', 'a').join('\n')
    expect((await many(['--pairs'], { input })).code).toBe(0)
    // a script whose list of names failed must notice
    const none = await many(['--pairs'])
    expect(none).toMatchObject({ code: 3, stdout: '' })
    expect(none.stderr).toContain('expected at least one signature, found none (no-signatures)')
  })

  it('a name without its partner, an empty or an endless one: exit 2 after what was judged', async () => {
    const input = `${pairs('a.sig', 'a', 'b.gpg').join('\n')}\n`
    const odd = await many(['--pairs'], { input })
    expect(odd.code).toBe(2)
    expect(odd.stderr).toContain('expected a DATA name behind each SIGNATURE name')
    expect((await many(['--pairs'], { input: '\n\n' })).code).toBe(2)
    const long = await shell(
      `"$node" "$main" verify --many --pairs -0 ${KEYS.join(' ')} < /dev/zero`,
    )
    expect(long.code).toBe(2)
    const endless = await shell(
      `tr '\\0' x < /dev/zero | "$node" "$main" verify --many --pairs ${KEYS.join(' ')}`,
    )
    expect(endless.code).toBe(2)
  })
})

describe('C7: wrong calls', () => {
  it.each([
    [['--many']],
    [['--many', 'x']],
    [['--many', 'x.txt']],
    [['--many', '.sig']],
    [['--many', 'folder/.sig']],
    [['--many', '-']],
    [['--many', '--cleartext', 'x.sig']],
    [['--many', '--pairs', 'x.sig']],
    [['--many', '-0', 'x.sig']],
    [['--pairs']],
    [['--isolation', 'none', 'x.sig', 'x']],
    [['--require-algorithm', 'rot13', 'x.sig', 'x']],
    [['--require-signer', 'abcd', 'x.sig', 'x']],
  ])('%j', async (args) => {
    const { code, stdout, stderr } = await run(['verify', ...KEYS, ...args])
    expect(stderr).toMatch(/^pgp-airlock: .*expected .*\nusage: /)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})

describe('--require-signer, --require-algorithm', () => {
  const args = ['verify', ...KEYS, signature('rsa4096.asc'), signature('').slice(0, -1)]
  it('are demands on the good signatures', async () => {
    expect((await run([...args, '--require-algorithm', 'rsa'])).code).toBe(0)
    const wrong = await run([...args, '--require-algorithm', 'ed25519'])
    expect(wrong.code).toBe(1)
    expect(wrong.stdout).toContain('required-algorithm-missing')
    expect((await run([...args, '--require-algorithm', 'eddsa'])).code).toBe(1)
    const stranger = await run([...args, '--require-signer', 'ab'.repeat(20)])
    expect(stranger.stdout).toContain('required-signer-missing')
    const { stdout } = await run([...args, '--json'])
    const { primaryKey } = JSON.parse(stdout).signatures[0]
    expect((await run([...args, '--require-signer', primaryKey])).code).toBe(0)
  })
})

describe('the progress bar', () => {
  const drawn = (isTTY: boolean, total: number | undefined, steps: number): string => {
    const stream = Object.assign(new PassThrough(), { isTTY })
    const progress = new Progress(stream, total === undefined ? undefined : { inputs: total })
    for (let step = 1; step <= steps; step += 1) progress.step(step * 1000)
    progress.clear()
    return String(stream.read() ?? '')
  }

  it('is drawn on a terminal only, and leaves nothing behind', () => {
    expect(drawn(false, 4, 4)).toBe('')
    const bar = drawn(true, 4, 4)
    expect(bar).toContain('\r\u001b[K[############............] 2 of 4')
    expect(bar.endsWith('\r\u001b[K')).toBe(true)
    expect(drawn(true, undefined, 2)).toContain('2 judged')
    // what is over at once needs none
    expect(drawn(true, 1, 1)).toBe('')
  })

  it('goes by octets where they are known', () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true })
    const progress = new Progress(stream, { inputs: 2, octets: 3 * 2 ** 30 })
    progress.read(100, 0)
    progress.read(2 ** 30, 1000)
    progress.step(2000)
    // it grew while it was read
    progress.read(4 * 2 ** 30, 3000)
    const bars = String(stream.read()).split('\r\u001b[K')
    expect(bars).toEqual([
      '',
      '[########................] 0 of 2, 1.0 GiB of 3.0 GiB',
      '[########................] 1 of 2, 1.0 GiB of 3.0 GiB',
      '[########################] 1 of 2, 5.0 GiB of 3.0 GiB',
    ])
    const unknown = new Progress(stream)
    unknown.read(0, 0)
    unknown.read(2047, 1000)
    expect(String(stream.read())).toContain('0 judged, 1.9 KiB')
  })
})
