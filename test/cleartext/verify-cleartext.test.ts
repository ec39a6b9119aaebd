/** `verify --cleartext` as a process: the text is written after the verdict is good, complete, and to nothing but a file. */
import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyDocument } from '../../manager/schemas.ts'
import { type Ended, main, type RunOptions, run, shell } from '../cli/command.ts'
import { certificateBytes, makeKey } from '../support/openpgp-writer.ts'
import { cleartext, signText } from './make.ts'

const key = makeKey('ed25519')
const TEXT = 'one\n- two\nthree'
const FRAMED = 'one\n- two\nthree\n'
let folder = ''
const at = (name: string): string => join(folder, name)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'verify-cleartext-'))
  writeFileSync(at('key.gpg'), certificateBytes(key))
  writeFileSync(at('good'), cleartext(key, TEXT))
  writeFileSync(at('outside'), cleartext(key, TEXT, { before: 'Pay Eve.\n' }))
  writeFileSync(at('bad'), cleartext(key, TEXT, { signedText: 'other' }))
  writeFileSync(at('stranger'), cleartext(makeKey('ed25519'), TEXT))
  writeFileSync(at('detached.sig'), signText(key, TEXT))
  mkdirSync(at('out'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const verify = (args: readonly string[], options?: RunOptions): Promise<Ended> =>
  run(['verify', '--cleartext', '--keyring', at('key.gpg'), ...args], options)

describe('C1: verify --cleartext --output', () => {
  it('writes the framed text, after the verdict is good, and leaves no other file', async () => {
    const { code, stdout, stderr } = await verify(['--output', at('out/text'), at('good')])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^good .*\n {6}signed by /)
    expect(stdout).toContain('covers     the framed text, SHA256')
    expect(readFileSync(at('out/text'), 'utf8')).toBe(FRAMED)
    expect(readdirSync(at('out'))).toEqual(['text'])
  })

  it('replaces a file, and leaves it as it is unless the verdict is good', async () => {
    writeFileSync(at('out/old'), 'old')
    for (const name of ['bad', 'stranger', 'detached.sig', 'key.gpg']) {
      expect((await verify(['--output', at('out/old'), at(name)])).code).toBe(1)
      expect(readFileSync(at('out/old'), 'utf8')).toBe('old')
      expect((await verify(['--output', at('out/new'), at(name)])).code).toBe(1)
      expect(existsSync(at('out/new'))).toBe(false)
    }
    expect((await verify(['--output', at('out/missing'), at('no-such-file')])).code).toBe(3)
    expect((await verify(['--output', at('out/old'), at('good')])).code).toBe(0)
    expect(readFileSync(at('out/old'), 'utf8')).toBe(FRAMED)
  })

  it('a file that is replaced keeps its permissions', async () => {
    const file = at('out/secret')
    for (const mode of [0o600, 0o640, 0o666]) {
      writeFileSync(file, 'old')
      chmodSync(file, mode)
      expect((await verify(['--output', file, at('good')])).code).toBe(0)
      expect(readFileSync(file, 'utf8')).toBe(FRAMED)
      expect(statSync(file).mode & 0o777).toBe(mode)
    }
    rmSync(file)
  })

  it('an interrupt at any time leaves the old file or the new one, and no other', {
    timeout: 120_000,
  }, async () => {
    const lines = 'line of text\n'.repeat(500_000)
    writeFileSync(at('long'), cleartext(key, lines))
    mkdirSync(at('interrupted'))
    writeFileSync(at('interrupted/text'), 'old')
    const args = ['verify', '--cleartext', '--keyring', at('key.gpg'), '--quiet', '--output']
    let isOver = false
    for (let delay = 200; !isOver; delay += 50) {
      const command = [main, ...args, at('interrupted/text'), at('long')]
      const child = spawn(process.execPath, command, { stdio: 'ignore' })
      const timer = setTimeout(() => child.kill('SIGINT'), delay)
      const code = await new Promise((resolve) => child.once('exit', resolve))
      clearTimeout(timer)
      expect(readdirSync(at('interrupted'))).toEqual(['text'])
      expect(['old', `${lines}\n`]).toContain(readFileSync(at('interrupted/text'), 'utf8'))
      isOver = code === 0
    }
  })

  it('- is standard output, and then the verdict is on standard error', async () => {
    const good = await verify(['--output', '-', at('good')])
    expect(good).toMatchObject({ code: 0, stdout: FRAMED })
    expect(good.stderr).toMatch(/^good /)
    const json = await verify(['--output', '-', '--json', at('good')])
    expect(json.stdout).toBe(FRAMED)
    expect(verifyDocument.parse(JSON.parse(json.stderr))).toMatchObject({ verdict: 'good' })
    expect(await verify(['--output', '-', '--quiet', at('good')])).toMatchObject({
      stdout: FRAMED,
      stderr: '',
    })
    const bad = await verify(['--output', '-', at('bad')])
    expect(bad).toMatchObject({ code: 1, stdout: '' })
    expect(bad.stderr).toMatch(/^bad /)
  })

  it('what is no regular file is not replaced, and what cannot be written is exit 3', async () => {
    symlinkSync('text', at('out/link'))
    for (const target of [at('out/link'), at('out'), '/dev/null', at('nowhere/text'), '']) {
      const { code, stdout, stderr } = await verify(['--output', target, at('good')])
      expect({ target, code, stdout }).toEqual({ target, code: 3, stdout: '' })
      expect(stderr).toContain('(output-failed)')
    }
    expect(lstatSync(at('out/link')).isSymbolicLink()).toBe(true)
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true)
    const full = await shell(
      `"$node" "$main" verify --cleartext --keyring "$1" --output - "$2" > /dev/full`,
      at('key.gpg'),
      at('good'),
    )
    expect(full.code).toBe(3)
  })
})

describe('verify --cleartext', () => {
  it('reads standard input, and --json is the usual document', async () => {
    const ended = await verify(['--json', '-'], { input: readFileSync(at('good')) })
    const document = verifyDocument.parse(JSON.parse(ended.stdout))
    expect(document).toMatchObject({ data: 'standard input', verdict: 'good' })
    expect(ended.code).toBe(0)
  })

  it('text outside the frame is a note, and with --strict a refusal', async () => {
    const { code, stdout } = await verify([at('outside')])
    expect(code).toBe(0)
    expect(stdout).toContain('text lies outside the signed frame (text-outside)')
    expect((await verify(['--output', '-', at('outside')])).stdout).toBe(FRAMED)
    const strict = await verify(['--strict', '--output', '-', at('outside')])
    expect(strict).toMatchObject({ code: 1, stdout: '' })
    expect(strict.stderr).toContain('text outside the signed frame')
  })

  it('a cleartext message is no detached signature', async () => {
    const args = ['verify', '--keyring', at('key.gpg'), at('good'), at('good')]
    expect((await run(args)).code).toBe(1)
  })

  it('C5: an input of a gibibyte is too-large, and as a file it is not read to its end', async () => {
    const ended = await shell(
      `(echo '-----BEGIN PGP SIGNED MESSAGE-----'; echo; head -c 1073741824 /dev/zero | tr '\\0' a) |
       (ulimit -d 1500000; "$node" "$main" verify --cleartext --keyring "$1" -)`,
      at('key.gpg'),
    )
    expect(ended.code).toBe(1)
    expect(ended.stdout).toContain('(too-large)')
  })

  it.each([[['--output', 'x', 'a', 'b']], [[]], [['a', 'b']], [['--strict', '--many', 'a.sig']]])(
    'C7: %j is a wrong call',
    async (args) => {
      expect((await verify(args)).code).toBe(2)
    },
  )

  it('C7: --output and --strict need --cleartext', async () => {
    for (const option of [['--strict'], ['--output', at('out/x')]]) {
      const args = ['verify', '--keyring', at('key.gpg'), ...option, at('detached.sig'), at('good')]
      expect((await run(args)).code).toBe(2)
    }
  })
})
