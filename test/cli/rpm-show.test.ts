/** `pgp-airlock rpm show` and `rpm digests`: what a package says, and only as far as its signer vouches for it. (C1, C6) */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { rpmDigestsDocument, rpmShowDocument } from '../../manager/schemas.ts'
import { certificateBytes, makeKey } from '../support/openpgp-writer.ts'
import { int32s, makePackage, stringArray } from '../support/rpm-writer.ts'
import { run } from './command.ts'
import { rpm, rpmRun } from './rpm.ts'

const directory = mkdtempSync(join(tmpdir(), 'pgp-airlock-'))
afterAll(() => rmSync(directory, { recursive: true }))

const MARK = '(unauthenticated: anybody may have written this)'
const DIGEST = '393d0e5689ccb844dff35994a60c46c7a7ada89b53fe1781345061d8dad00df2'

describe('rpm show', () => {
  test('tells what an authenticated header says', async () => {
    const { code, stdout } = await rpmRun('show', [rpm('good')])
    expect(stdout).toContain('      package  airlock-example-1.0-1.noarch\n')
    expect(stdout).not.toContain(MARK)
    expect(code).toBe(0)
  })

  test('C1: marks every line of another', async () => {
    const { code, stdout } = await rpmRun('show', [rpm('stranger')])
    expect(stdout.split('\n').filter((line) => line.includes(MARK))).toHaveLength(7)
    expect(code).toBe(1)
    const json = await rpmRun('show', ['--json', rpm('stranger')])
    const document = rpmShowDocument.parse(JSON.parse(json.stdout))
    expect(document).not.toHaveProperty('contents')
    expect(document).toMatchObject({ unauthenticated: { name: 'airlock-example' } })
  })

  test('a tampered payload leaves the header authenticated, and says so', async () => {
    const { code, stdout } = await rpmRun('show', [rpm('tampered')])
    expect(stdout).toMatch(/^bad /)
    expect(stdout).toMatch(/the header +is authenticated\n/)
    expect(stdout).not.toContain(MARK)
    expect(code).toBe(1)
  })
})

describe('rpm digests', () => {
  test('lists digests as sha256sum --tag does', async () => {
    const { code, stdout, stderr } = await rpmRun('digests', [rpm('good')])
    expect(stdout).toBe(`SHA256 (/usr/share/airlock-example/orders.txt) = ${DIGEST}\n`)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  test('asks nothing of signers where anybody may have written it', async () => {
    for (const demand of ['--signer', '--require-signer']) {
      const args = ['--unauthenticated', demand, '0'.repeat(40), rpm('good')]
      const { code, stderr } = await rpmRun('digests', args)
      expect(code).toBe(2)
      expect(stderr).toContain('no demand on signers with --unauthenticated')
    }
  })

  test('C1: none from a header that nobody vouches for', async () => {
    for (const name of ['stranger', 'unsigned', 'tampered-header']) {
      const { code, stdout, stderr } = await rpmRun('digests', [rpm(name)])
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toContain('because:')
      const json = await rpmRun('digests', ['--json', rpm(name)])
      expect(rpmDigestsDocument.parse(JSON.parse(json.stdout))).not.toHaveProperty('files')
    }
  })

  test('--unauthenticated lists them, loudly', async () => {
    const { code, stdout, stderr } = await rpmRun('digests', ['--unauthenticated', rpm('stranger')])
    expect(stdout).toContain(DIGEST)
    expect(stderr).toContain('WARNING: the header is not authenticated')
    expect(code).toBe(0)
    const json = await rpmRun('digests', ['--unauthenticated', '--json', rpm('stranger')])
    const document = rpmDigestsDocument.parse(JSON.parse(json.stdout))
    expect(document).toMatchObject({ authenticated: 'nothing', files: [{ digest: DIGEST }] })
    expect(document).toHaveProperty('warning')
  })
})

describe('a package that is signed over header and payload only, as rpm 3 did', () => {
  const signer = makeKey('rsa2048')
  const octets = makePackage({
    files: [{ path: '/opt/x', content: 'hello' }],
    signers: [{ key: signer, over: 'header-and-payload' }],
  })
  const at = (name: string): string => join(directory, name)
  writeFileSync(at('whole-key'), certificateBytes(signer))
  writeFileSync(at('whole.rpm'), octets)
  const ask = (command: string, ...args: readonly string[]) =>
    run(['rpm', command, '--keyring', at('whole-key'), ...args])

  test('is good, and its digests are told: the payload is read for that', async () => {
    expect((await ask('verify', at('whole.rpm'))).code).toBe(0)
    const { code, stdout } = await ask('digests', at('whole.rpm'))
    expect(stdout).toMatch(/^SHA256 \(\/opt\/x\) = /)
    expect(code).toBe(0)
  })

  test('C1: they are not where the payload is another', async () => {
    const spoilt = new Uint8Array(octets)
    spoilt[spoilt.length - 1] = (spoilt.at(-1) ?? 0) ^ 1
    writeFileSync(at('spoilt.rpm'), spoilt)
    const { code, stdout } = await ask('digests', at('spoilt.rpm'))
    expect([code, stdout]).toEqual([1, ''])
  })

  test('its header alone is nobody’s, which is not that there is no signature', async () => {
    const { code, stdout } = await ask('verify', '--header-only', at('whole.rpm'))
    expect(stdout).toContain('(header-not-covered)')
    expect(code).toBe(1)
  })
})

describe('C6: what a header holds', () => {
  const signer = makeKey('ed25519')
  const keyring = join(directory, 'signer.pgp')
  writeFileSync(keyring, certificateBytes(signer, { userIds: ['Packager <p@example.org>'] }))
  const made = (name: string, options: Partial<Parameters<typeof makePackage>[0]>): string => {
    const path = join(directory, name)
    writeFileSync(path, makePackage({ signers: [{ key: signer, over: 'header' }], ...options }))
    return path
  }
  const EVIL = '\u001b]0;pwned\u0007\u001b[2J\u202e\nname'

  test('is cleaned on the terminal and escaped in JSON', async () => {
    const path = made('evil.rpm', { name: EVIL, version: '1\u0085', release: '\u2028' })
    const { stdout } = await run(['rpm', 'show', '--keyring', keyring, path])
    expect(stdout).toContain('\ufffd]0;pwned\ufffd')
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
    const json = await run(['rpm', 'show', '--json', '--keyring', keyring, path])
    expect(json.stdout).toMatch(/^[\x20-\x7e]*\n$/)
    expect(rpmShowDocument.parse(JSON.parse(json.stdout))).toMatchObject({
      contents: { name: EVIL },
    })
  })

  test('paths are escaped as coreutils do, so that sha256sum reads them', async () => {
    const content = Buffer.from('content')
    const odd = join(directory, 'new\nline and \\ slash')
    writeFileSync(odd, content)
    const path = made('odd.rpm', { files: [{ path: odd, content }] })
    const { code, stdout } = await run(['rpm', 'digests', '--keyring', keyring, path])
    expect(code).toBe(0)
    expect(stdout.startsWith('\\')).toBe(true)
    const sums = spawnSync('sha256sum', ['--check', '--strict'], { input: stdout })
    expect(sums.status).toBe(0)
  })

  test.each([
    ['SHA256', 8, 'sha256sum', false],
    ['SHA512', 10, 'sha512sum', false],
    ['SHA1', 2, 'sha1sum', true],
    ['MD5', 1, 'md5sum', true],
  ] as const)('%s is named, and its program reads the lines', async (name, id, program, weak) => {
    const content = Buffer.from('content')
    const file = join(directory, `of ${name}) = (x`)
    writeFileSync(file, content)
    const digest = createHash(name).update(content).digest('hex')
    const path = made(`${name}.rpm`, {
      files: [{ path: file, content }],
      editHeader: (entries) => [
        ...entries.filter(({ tag }) => tag !== 1035 && tag !== 5011),
        stringArray(1035, digest),
        int32s(5011, id),
      ],
    })
    const { code, stdout, stderr } = await run(['rpm', 'digests', '--keyring', keyring, path])
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${name} (${file}) = ${digest}\n` })
    expect(stderr).toBe(
      weak
        ? `${path}: WARNING: ${name} is broken: two files can be made that have one digest\n`
        : '',
    )
    expect(spawnSync(program, ['--check', '--strict'], { input: stdout }).status).toBe(0)
  })

  test('lists of different lengths are malformed', async () => {
    const path = made('lengths.rpm', {
      files: [{ path: '/a/b', content: Buffer.from('x') }],
      editHeader: (entries) => [
        ...entries.filter(({ tag }) => tag !== 1117 && tag !== 1116),
        stringArray(1117, 'b', 'c'),
        int32s(1116, 0, 0),
      ],
    })
    const { code, stdout, stderr } = await run(['rpm', 'digests', '--keyring', keyring, path])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('expected as many digests as file names')
  })
})
