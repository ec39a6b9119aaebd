/** Nothing that an input or a file name holds reaches the terminal or JSON unescaped. (C6) */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { verifyDocument } from '../../manager/schemas.ts'
import { DATA, type Ended, key, root, run, shell, signature, verify } from './command.ts'

const directory = mkdtempSync(join(tmpdir(), 'pgp-airlock-'))
afterAll(() => rmSync(directory, { recursive: true }))

function file(name: string, content: string | Uint8Array): string {
  const path = join(directory, name)
  writeFileSync(path, content)
  return path
}

/** Set the title, clear the screen, colour, a bell, C1's CSI, right-to-left, a line separator, a zero-width joiner. */
const ESCAPES = '\u001b]0;pwned\u0007\u001b[2J\u001b[31m\u009b31m\u202e\u2028\u2029\u200d\u0085'
const CONTROL = /[\p{C}\p{Zl}\p{Zp}]/u

function expectQuiet({ stdout, stderr }: Ended): void {
  for (const text of [stdout, stderr]) {
    expect(text.replaceAll('\n', '')).not.toMatch(CONTROL)
    expect(text).not.toContain('pwned')
  }
}

describe('C6: file names', () => {
  const EVIL = 'evil\u001b[31m\u202etxt\u0085\u2028.tar'

  test('are cleaned on the terminal and escaped in JSON', async () => {
    const path = file(EVIL, readFileSync(DATA))
    const shown = await verify('ed25519', { data: path })
    expect(shown.stdout).toContain('evil\ufffd[31m\ufffdtxt\ufffd\ufffd.tar')
    expectQuiet(shown)
    expect(shown.code).toBe(0)
    const json = await verify('ed25519', { data: path, more: ['--json'] })
    expect(json.stdout).toMatch(/^[\x20-\x7e]*\n$/)
    expect(json.stdout).toContain('evil\\u001b[31m\\u202etxt\\u0085\\u2028.tar')
    expect(verifyDocument.parse(JSON.parse(json.stdout)).data).toBe(path)
  })

  test('also those of files that cannot be read', async () => {
    const missing = join(directory, `missing${EVIL}`)
    for (const args of [
      ['--keyring', missing, signature('ed25519.sig'), DATA],
      ['--keyring', key('ed25519'), missing, DATA],
      ['--keyring', key('ed25519'), signature('ed25519.sig'), missing],
    ]) {
      const shown = await run(['verify', ...args])
      expect(shown.stderr).toContain('missingevil\ufffd[31m')
      expectQuiet(shown)
      const { stdout } = await run(['verify', ...args, '--json'])
      expect(stdout).toMatch(/^[\x20-\x7e]*\n$/)
    }
  })

  test('that are not UTF-8 are opened, and told in base64', async () => {
    const line = `
      name="${directory}/$(printf 'not\\377utf\\3708')"
      cp "$1" "$name"
      $node $main verify --keyring "$2" "$3" "$name" --json`
    const { code, stdout } = await shell(line, DATA, key('ed25519'), signature('ed25519.sig'))
    const { data, dataBytes } = verifyDocument.parse(JSON.parse(stdout))
    expect(code).toBe(0)
    expect(data).toBe(`${directory}/not\ufffdutf\ufffd8`)
    const bytes = Buffer.from(dataBytes ?? '', 'base64').toString('latin1')
    expect(bytes).toBe(`${directory}/not\u00ffutf\u00f88`)
  })

  test('as keyring or signature as well; a name that holds U+FFFD itself is exact', async () => {
    const line = `
      name="${directory}/$(printf 'key\\377')"
      cp "$2" "$name"
      $node $main verify "--keyring=$name" "$3" "$1" --json`
    const ended = await shell(line, DATA, key('ed25519'), signature('ed25519.sig'))
    expect(ended.code).toBe(0)
    const path = file('exact\ufffd', readFileSync(DATA))
    const { stdout } = await verify('ed25519', { data: path, more: ['--json'] })
    const document = verifyDocument.parse(JSON.parse(stdout))
    expect([document.data, document.dataBytes]).toEqual([path, undefined])
  })
})

describe('C6: bytes of an input', () => {
  const armored = readFileSync(signature('rsa4096.asc'), 'utf8')
  const certificate = readFileSync(key('rsa4096'), 'utf8')
  const HEADER = `\nComment: ${ESCAPES}`
  const inputs: readonly (readonly [string, string, string | Uint8Array])[] = [
    ['armor headers', 'signature', armored.replace('-----\n', `-----${HEADER}\n`)],
    ['text before the armor', 'signature', `${ESCAPES}\n${armored}`],
    ['text behind the armor', 'signature', `${armored}${ESCAPES}\n`],
    ['an armor label', 'signature', armored.replaceAll('SIGNATURE', ESCAPES)],
    ['a base64 line', 'signature', armored.replace(/\n\n/, `\n\n${ESCAPES}`)],
    ['text alone', 'signature', ESCAPES],
    ['packets', 'signature', Buffer.concat([Uint8Array.of(0xcd, 60), Buffer.from(ESCAPES)])],
    ['headers of a key', 'keyring', certificate.replace('-----\n', `-----${HEADER}\n`)],
    ['text around a key', 'keyring', `${ESCAPES}\n${certificate}${ESCAPES}\n`],
    ['text instead of a key', 'keyring', ESCAPES],
    ['a user id', 'keyring', hostileUserId()],
  ]

  test.each(inputs)('%s of a %s', async (_what, place, content) => {
    const path = file('input', content)
    const keyring = place === 'keyring' ? path : key('rsa4096')
    const args = [
      'verify',
      '--keyring',
      keyring,
      place === 'signature' ? path : signature('rsa4096.sig'),
      DATA,
    ]
    expectQuiet(await run(args))
    const json = await run([...args, '--json'])
    expect(json.stdout).toMatch(/^[\x20-\x7e]*\n$/)
    expect(json.stdout).not.toContain('pwned')
    expect(json.stderr).toBe('')
  })

  /** A certificate whose user id is escapes; its self-signature is wrong, of course. */
  function hostileUserId(): Uint8Array {
    const bytes = new Uint8Array(readFileSync(`${root}fixtures/keys/keyring.gpg`))
    const octets = Buffer.from(bytes.buffer)
    const at = octets.indexOf('rsa4096 example')
    octets.write(ESCAPES.slice(0, 15), at, 'latin1')
    return bytes
  }
})

describe('C6: colours', () => {
  const line = 'script -qec "$node $main verify --keyring $1 $2 $3" /dev/null'

  test('on a terminal, unless NO_COLOR is set', async () => {
    const args = [key('ed25519'), signature('ed25519.sig'), DATA]
    expect((await shell(line, ...args)).stdout).toContain('\u001b[32mgood\u001b[0m ')
    expect((await shell(`NO_COLOR= ${line}`, ...args)).stdout).toContain('\u001b[32mgood')
    expect((await shell(`NO_COLOR=1 ${line}`, ...args)).stdout).toMatch(/^good /)
    const bad = await shell(line, key('rsa4096'), signature('ed25519.sig'), DATA)
    expect(bad.stdout).toContain('\u001b[31mno-key\u001b[0m ')
  })

  test('standard error that is no terminal gets none, though standard output is one', async () => {
    const log = join(directory, 'log')
    const args = [key('ed25519'), signature('ed25519.sig'), '/nonexistent']
    await shell(`script -qec "$node $main verify --keyring $1 $2 $3 2>${log}" /dev/null`, ...args)
    expect(readFileSync(log, 'utf8')).toMatch(/^error /)
  })
})
