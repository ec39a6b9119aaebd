/** What the command is given to read: files that are missing, are no files, are no keys. Nothing hangs. (C5, C7) */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyDocument } from '../../manager/schemas.ts'
import { DATA, type Ended, key, root, run, shell, signature, start } from './command.ts'
import { rpm } from './rpm.ts'

const directory = mkdtempSync(join(tmpdir(), 'pgp-airlock-'))
const at = (name: string): string => join(directory, name)
let server: Server

beforeAll(async () => {
  mkdirSync(at('directory'))
  execFileSync('mkfifo', [at('fifo')])
  server = createServer()
  await new Promise<void>((resolve) => server.listen(at('socket'), resolve))
  writeFileSync(at('empty'), '')
  writeFileSync(at('text'), 'this is no key\n')
  writeFileSync(at('garbage'), Uint8Array.of(0x99, 0xff, 0xff, 1, 2, 3))
  const armored = readFileSync(key('rsa4096'), 'utf8')
  writeFileSync(at('cut'), armored.slice(0, 900))
  writeFileSync(at('private.asc'), armored.replaceAll('PUBLIC KEY', 'PRIVATE KEY'))
  // tag 5 instead of tag 6: a secret key packet
  const binary = new Uint8Array(readFileSync(`${root}fixtures/keys/subkey.pub.gpg`))
  binary[0] = ((binary[0] ?? 0) & ~0x3c) | (5 << 2)
  writeFileSync(at('private.gpg'), binary)
})

afterAll(() => {
  server.close()
  rmSync(directory, { recursive: true })
})

/** The call with one of its three files replaced. */
function call(place: 'keyring' | 'signature' | 'data', path: string): string[] {
  return [
    'verify',
    '--keyring',
    place === 'keyring' ? path : key('ed25519'),
    place === 'signature' ? path : signature('ed25519.sig'),
    place === 'data' ? path : DATA,
  ]
}

async function stopped(args: readonly string[]): Promise<{ code: string; exit: number | null }> {
  const [json, told] = await Promise.all([run([...args, '--json']), run(args)])
  const { verdict, reasons } = verifyDocument.parse(JSON.parse(json.stdout))
  expect(verdict).toBe('error')
  expect({ code: told.code, stdout: told.stdout }).toEqual({ code: json.code, stdout: '' })
  expect(told.stderr).toMatch(/^error .*\n {6}because: .*\([a-z-]+\)\n$/)
  return { code: reasons[0]?.code ?? '', exit: json.code }
}

describe('C5: what is not a regular file is refused at once, in each place', () => {
  const kinds: readonly (readonly [string, string, string])[] = [
    ['a missing file', 'missing', 'not-found'],
    ['a file below a file', 'text/below', 'not-found'],
    ['a directory', 'directory', 'not-a-file'],
    ['a FIFO', 'fifo', 'not-a-file'],
    ['a socket', 'socket', 'not-a-file'],
    ['a device', '/dev/zero', 'not-a-file'],
    ['a terminal', '/dev/tty', ''],
  ]
  for (const place of ['keyring', 'signature', 'data'] as const) {
    const exit = place === 'keyring' ? 2 : 3
    test.each(kinds)(`%s as ${place}: exit ${exit}`, async (_what, name, code) => {
      const path = name.startsWith('/') ? name : at(name)
      const found = await stopped(call(place, path))
      expect(found.exit).toBe(exit)
      // a keyring may be a directory of certificates: then it is one that is not usable
      const isKeyringDirectory = place === 'keyring' && name === 'directory'
      if (code !== '' && !isKeyringDirectory) expect(found.code).toBe(code)
    })
  }

  test('the message names the file that is at fault', async () => {
    const { stderr } = await run(call('keyring', at('missing')))
    expect(stderr).toContain(at('missing'))
    const { stdout } = await run([...call('signature', at('fifo')), '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ data: DATA, file: at('fifo') })
  })

  test('a file that may not be read, and a loop of links', async () => {
    writeFileSync(at('secret'), 'secret')
    chmodSync(at('secret'), 0)
    // root may read everything
    if (process.getuid?.() !== 0) {
      expect(await stopped(call('data', at('secret')))).toEqual({ code: 'no-permission', exit: 3 })
    }
    execFileSync('ln', ['-s', 'loop', at('loop')])
    expect(await stopped(call('data', at('loop')))).toEqual({ code: 'io-failed', exit: 3 })
  })

  test('standard input that cannot be read', async () => {
    const args = ['verify', '--keyring', key('ed25519'), signature('ed25519.sig'), '-']
    const { code, stderr } = await shell(`$node $main "$@" < ${directory}`, ...args)
    expect(stderr).toContain('(not-a-file)')
    expect(code).toBe(3)
  })
})

describe('C7: keyrings that are not usable: exit 2', () => {
  const kinds: readonly (readonly [string, string])[] = [
    ['empty', 'keyring-malformed'],
    ['text', 'keyring-malformed'],
    ['garbage', 'keyring-malformed'],
    ['cut', 'keyring-malformed'],
    ['private.asc', 'keyring-private-key'],
    ['private.gpg', 'keyring-private-key'],
  ]
  test.each(kinds)('%s: %s', async (name, code) => {
    expect(await stopped(call('keyring', at(name)))).toEqual({ code, exit: 2 })
  })

  test('a signature is no certificate', async () => {
    const found = await stopped(call('keyring', signature('ed25519.sig')))
    expect(found).toEqual({ code: 'keyring-malformed', exit: 2 })
  })

  test('one that fails beside one that does not', async () => {
    const args = [...call('keyring', key('ed25519')), '--keyring', at('garbage')]
    expect((await run(args)).code).toBe(2)
  })

  test('one that is too large', async () => {
    writeFileSync(at('large'), new Uint8Array(16 * 1_048_576 + 1).fill(0x99))
    const found = await stopped(call('keyring', at('large')))
    expect(found).toEqual({ code: 'keyring-too-large', exit: 2 })
  })
})

describe('C5: signatures that are too large, or without end', () => {
  test('a file over the limit is judged unusable, exit 1', async () => {
    writeFileSync(at('large.sig'), new Uint8Array(1_048_577).fill(0x88))
    const ended = await run([...call('signature', at('large.sig')), '--json'])
    expect(codes(ended)).toEqual(['too-large'])
    expect(ended.code).toBe(1)
  })

  test('standard input without end', async () => {
    const args = ['verify', '--keyring', key('ed25519'), '-', DATA, '--json']
    const ended = await shell('$node $main "$@" < /dev/zero', ...args)
    expect(codes(ended)).toEqual(['too-large'])
    expect(ended.code).toBe(1)
  })

  test('data that need not be read is not waited for', async () => {
    const running = start(['verify', '--keyring', key('ed25519'), at('text'), '-', '--json'])
    const ended = await running.ended // its standard input is still open
    expect(codes(ended)).toEqual(['malformed'])
    expect(ended.code).toBe(1)
  })
})

function codes({ stdout }: Ended): readonly string[] {
  return verifyDocument.parse(JSON.parse(stdout)).reasons.map(({ code }) => code)
}

describe('C1, C2: names that are not UTF-8 stay apart', () => {
  const K = ['--keyring', key('packager')]
  const raw = (...octets: readonly number[]): Buffer =>
    Buffer.concat([Buffer.from(`${directory}/raw-`), Uint8Array.from(octets), Buffer.from('.rpm')])
  // all of them are one text when they are decoded
  const [first, second, third] = [raw(0x61, 0xfe), raw(0x61, 0xff), raw(0x61, 0xef, 0xbf, 0xbd)]

  test('each is read, and told by its octets', async () => {
    copyFileSync(rpm('good'), first)
    copyFileSync(rpm('tampered'), second)
    copyFileSync(rpm('unsigned'), third)
    const line = '$node $main rpm verify --json "$@" $dir/raw-*.rpm'
    const { code, stdout } = await shell(line.replace('$dir', directory), ...K)
    const found = stdout
      .trimEnd()
      .split('\n')
      .map((one) => JSON.parse(one))
    const told = new Map(
      found.map((one) => [
        one.packageBytes ?? Buffer.from(one.package).toString('base64'),
        one.verdict,
      ]),
    )
    expect(told).toEqual(
      new Map([
        [first.toString('base64'), 'good'],
        [second.toString('base64'), 'bad'],
        [third.toString('base64'), 'unusable'],
      ]),
    )
    expect(code).toBe(1)
    const keys = line
      .replace('$dir', directory)
      .replace('$main rpm verify --json', '$(dirname $main)/rpmkeys.js -K')
    const { stdout: words } = await shell(keys, ...K)
    expect(words.match(/OK/g)).toHaveLength(3)
    expect(words.match(/NOT OK/g)).toHaveLength(2)
  })

  test('a second keyring is not the first again', async () => {
    copyFileSync(
      key('packager'),
      Buffer.concat([Buffer.from(`${directory}/k`), Uint8Array.of(0xfe)]),
    )
    writeFileSync(Buffer.concat([Buffer.from(`${directory}/k`), Uint8Array.of(0xff)]), 'no key')
    const both = `$node $main rpm verify --keyring=${directory}/k$'\\xfe' --keyring ${directory}/k$'\\xff' "$@"`
    const { code, stderr } = await shell(both, rpm('good'))
    expect(stderr).toContain('keyring-malformed')
    expect(code).toBe(2)
    const policy = await shell(`$node $main rpm verify --policy $'\\xff' "$@"`, rpm('good'))
    expect(policy.code).toBe(2)
  })
})
