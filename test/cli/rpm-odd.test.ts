/** `pgp-airlock rpm` with odd inputs and odd names: nothing hangs, nothing is taken for what it is not. (C5, C6, C7) */
import { execFileSync, spawn } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { rpmDigestsDocument, rpmShowDocument, rpmVerifyDocument } from '../../manager/schemas.ts'
import { certificateBytes, makeKey } from '../support/openpgp-writer.ts'
import { int32s, makePackage, type PackageOptions, stringArray } from '../support/rpm-writer.ts'
import { key, run, shell } from './command.ts'
import { rpm, rpmkeys, rpmRun } from './rpm.ts'

const directory = mkdtempSync(join(tmpdir(), 'pgp-airlock-'))
afterAll(() => rmSync(directory, { recursive: true }))

const CONTROL = /[\p{C}\p{Zl}\p{Zp}]/u
const WITHOUT_KEYS = { XDG_DATA_HOME: '/nonexistent' }

function verdicts(stdout: string): string[] {
  return stdout.split('\n').filter((line) => /^[a-z-]+ \S/.test(line))
}

describe('C5, C7: odd inputs', () => {
  test('a directory on standard input is its own error, and the others go on', async () => {
    const args = ['rpm', 'verify', '--keyring', key('packager'), '-', rpm('good')]
    const { code, stdout } = await shell(`$node $main "$@" < ${directory}`, ...args)
    expect(verdicts(stdout)).toEqual(['error standard input', `good ${rpm('good')}`])
    expect(stdout).toContain('expected a regular file, found a directory (input-output)')
    expect(code).toBe(3)
  })

  test('among names on standard input a dash is a file of that name', async () => {
    const { code, stdout } = await rpmRun('verify', ['-0'], { input: `-\0${rpm('good')}\0` })
    expect(verdicts(stdout)).toEqual(['error -', `good ${rpm('good')}`])
    expect(code).toBe(3)
  })

  test('directories are walked in the order of whole paths', async () => {
    const tree = join(directory, 'tree')
    mkdirSync(join(tree, 'a'), { recursive: true })
    for (const name of ['a/x.rpm', 'a.rpm', 'a0.rpm']) copyFileSync(rpm('good'), join(tree, name))
    const { stdout } = await rpmRun('verify', [`${tree}/`])
    // . before / before 0
    expect(verdicts(stdout)).toEqual([
      `good ${tree}/a.rpm`,
      `good ${tree}/a/x.rpm`,
      `good ${tree}/a0.rpm`,
    ])
  })

  test('a tree may be deeper than calls can be', { timeout: 60_000 }, async () => {
    const tree = join(directory, 'deep')
    const deep = join(tree, 'a', ...new Array<string>(1_950).fill('d'))
    mkdirSync(deep, { recursive: true })
    copyFileSync(rpm('good'), join(deep, 'd.rpm'))
    copyFileSync(rpm('good'), join(tree, 'z.rpm'))
    // with a stack of a fifth: what is kept of each level must not be on it
    const args = ['rpm', 'verify', '--keyring', key('packager'), tree]
    const { code, stdout, stderr } = await shell('$node --stack-size=200 $main "$@"', ...args)
    execFileSync('rm', ['-rf', tree]) // rmSync recurses
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('2 packages: 2 good')
  })

  test('what is no regular file is not opened: a FIFO’s writer is not let go', async () => {
    const tree = join(directory, 'links')
    mkdirSync(tree)
    const fifo = join(directory, 'service')
    execFileSync('mkfifo', [fifo])
    symlinkSync(fifo, join(tree, 'x.rpm'))
    const writer = spawn('sh', ['-c', 'exec 3> "$1"; echo opened', 'sh', fifo])
    let said = ''
    writer.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const { code, stdout } = await rpmRun('verify', [tree])
    writer.kill('SIGKILL')
    expect(stdout).toContain('expected a regular file, found a FIFO (input-output)')
    expect([code, said]).toEqual([3, ''])
  })

  test('a long name is told whole, by rpmkeys too', async () => {
    const folder = join(directory, 'd'.repeat(120), 'e'.repeat(120))
    mkdirSync(folder, { recursive: true })
    const files = ['good', 'tampered'].map((name) => join(folder, `${name}.rpm`))
    copyFileSync(rpm('good'), files[0] ?? '')
    copyFileSync(rpm('tampered'), files[1] ?? '')
    const { stdout } = await rpmRun('verify', [folder])
    expect(verdicts(stdout)).toEqual([`good ${files[0]}`, `bad ${files[1]}`])
    const told = await rpmkeys(['-K', '--keyring', key('packager'), ...files])
    const [good, bad] = ['digests signatures OK', 'DIGESTS SIGNATURES NOT OK']
    expect(told.stdout).toBe(`${files[0]}: ${good}\n${files[1]}: ${bad}\n`)
  })

  test('no packages at all: exit 3, and a document that says so', async () => {
    const { code, stdout } = await rpmRun('verify', ['-0', '--json'])
    const document = rpmVerifyDocument.parse(JSON.parse(stdout))
    expect(document.reasons[0]?.code).toBe('no-packages')
    expect(code).toBe(3)
  })

  test('a package that ends early, wherever it ends, is not good', async () => {
    const octets = readFileSync(rpm('good'))
    const lengths = [0, 1, 95, 96, 111, 112, 4_000, 5_000, octets.length - 1]
    const paths = lengths.map((length) => {
      const path = join(directory, `short-${length}.rpm`)
      writeFileSync(path, octets.subarray(0, length))
      return path
    })
    const { code, stdout } = await rpmRun('verify', ['--json', ...paths])
    const found = stdout
      .trimEnd()
      .split('\n')
      .map((line) => rpmVerifyDocument.parse(JSON.parse(line)).verdict)
    expect(found).toEqual([...lengths.slice(1).map(() => 'unusable'), 'bad'])
    expect(code).toBe(1)
  })
})

describe('C7: demands', () => {
  test.each([
    ['--signer', '3e2e7a6e599c03b525be9ca327ba81ee9cbf14de'],
    ['--require-signer', '3e2e7a6e599c03b525be9ca327ba81ee9cbf14de'],
    ['--require-algorithm', 'rsa'],
    ['--threshold', '2'],
  ])('%s with --level digest, which would not hear it, is a wrong call', async (...demand) => {
    const { code, stderr } = await rpmRun('verify', ['--level', 'digest', ...demand, rpm('good')])
    expect(stderr).toContain('expected no demand on signers with --level digest')
    expect(code).toBe(2)
  })

  test('no keys are needed where there is no question about them', async () => {
    const args = ['rpm', 'verify', '--level', 'digest', rpm('good')]
    const { code, stdout } = await run(args, { env: WITHOUT_KEYS })
    expect(stdout).toMatch(/^digests-only /)
    expect(code).toBe(0)
    const listed = ['rpm', 'digests', '--unauthenticated', rpm('good')]
    expect(await run(listed, { env: WITHOUT_KEYS })).toMatchObject({ code: 0 })
    const asked = await run(['rpm', 'digests', rpm('good')], { env: WITHOUT_KEYS })
    expect(asked).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('C1: what a signed header says beside a payload that is refused', () => {
  test('is told as signed', async () => {
    const { code, stdout } = await rpmRun('show', ['--json', rpm('tampered')])
    const document = rpmShowDocument.parse(JSON.parse(stdout))
    expect(document).toMatchObject({
      verdict: 'bad',
      authenticated: 'header',
      contents: { name: 'airlock-example' },
    })
    expect(document).not.toHaveProperty('unauthenticated')
    expect(code).toBe(1)
  })
})

describe('C6: hostile texts', () => {
  const signer = makeKey('ed25519')
  const keyring = join(directory, 'signer.pgp')
  writeFileSync(keyring, certificateBytes(signer, { userIds: ['Packager <p@example.org>'] }))
  const made = (name: string, options: PackageOptions): string => {
    const path = join(directory, name)
    writeFileSync(path, makePackage({ signers: [{ key: signer, over: 'header' }], ...options }))
    return path
  }
  const ESCAPES = '\u001b]0;pwned\u0007\u001b[2J\u009b31m\u202e\u2028\r'
  const content = Buffer.from('content')

  test('file names of packages, of every verdict', async () => {
    const paths = ['good', 'tampered', 'unsigned', 'stranger'].map((name) => {
      const path = join(directory, `${name}\u001b[31m\u202e\ngood x.rpm`)
      copyFileSync(rpm(name), path)
      return path
    })
    const args = ['-v', ...paths, join(directory, 'missing\u001b[2J\n')]
    const { stdout, stderr } = await rpmRun('verify', args)
    expect(`${stdout}${stderr}`.replaceAll('\n', '')).not.toMatch(CONTROL)
    expect(verdicts(stdout).map((line) => line.split(' ')[0])).toEqual([
      'good',
      'bad',
      'unusable',
      'no-key',
      'error',
    ])
    const json = await rpmRun('verify', ['--json', ...paths])
    expect(json.stdout).toMatch(/^([\x20-\x7e]*\n){4}$/)
    const [first = ''] = json.stdout.split('\n')
    expect(rpmVerifyDocument.parse(JSON.parse(first))).toMatchObject({ package: paths[0] })
  })

  test('texts of a header, and a mark that it cannot take away', async () => {
    const name = `bash\n      signed by  nobody ${ESCAPES}${'x'.repeat(5_000)}`
    const path = made('marked.rpm', { name, arch: ESCAPES, signers: [] })
    const { stdout } = await run(['rpm', 'show', '--keyring', keyring, path])
    expect(stdout.replaceAll('\n', '')).not.toMatch(CONTROL)
    const lines = stdout.split('\n').filter((line) => line.includes('unauthenticated'))
    expect(lines).toHaveLength(7)
    expect(stdout).not.toMatch(/^ +signed by/m)
  })

  test('paths of files, on a terminal; in JSON with their bytes', async () => {
    const path = made('paths.rpm', { files: [{ path: `/usr/${ESCAPES}`, content }] })
    const args = ['rpm', 'digests', '--keyring', keyring, path]
    const line = `script -qec "$node $main $*" /dev/null`
    const { stdout } = await shell(line, ...args)
    expect(stdout.replace(/\r\n/g, '')).not.toMatch(CONTROL)
    const json = await run([...args, '--json'])
    expect(json.stdout).toMatch(/^[\x20-\x7e]*\n$/)
    const document = rpmDigestsDocument.parse(JSON.parse(json.stdout))
    expect(document).toMatchObject({ files: [{ path: `/usr/${ESCAPES}` }] })
  })

  test('lists that do not agree: a document that says why, and no files', async () => {
    const path = made('lists.rpm', {
      files: [{ path: '/a/b', content }],
      editHeader: (entries) => [
        ...entries.filter(({ tag }) => tag !== 1116 && tag !== 1117),
        int32s(1116, 0, 0),
        stringArray(1117, 'b', 'c'),
      ],
    })
    const { code, stdout } = await run(['rpm', 'digests', '--json', '--keyring', keyring, path])
    const document = rpmDigestsDocument.parse(JSON.parse(stdout))
    expect(document).toMatchObject({
      verdict: 'unusable',
      authenticated: 'header',
      reasons: [{ code: 'rpm-malformed' }],
    })
    expect(document).not.toHaveProperty('files')
    expect(code).toBe(1)
  })
})

test('where standard error is a terminal it shows how far a long batch is, by octets', async () => {
  // a payload of zeros that takes no room on the disk, and a good part of a second to hash
  const large = join(directory, 'large.rpm')
  copyFileSync(rpm('good'), large)
  truncateSync(large, 512 * 1_048_576)
  const args = ['rpm', 'verify', '--keyring', key('packager'), rpm('good'), large]
  const { stdout } = await shell('script -qec "$node $main $*" /dev/null', ...args)
  expect(stdout).toMatch(/\[#*\.+\] 1 of 2, [\d.]+ MiB of 512 MiB/)
  expect(stdout).toContain('2 packages: 1 good, 1 bad')
  const quiet = await shell('script -qec "$node $main $* --quiet" /dev/null', ...args)
  expect(quiet.stdout).toBe('')
})
