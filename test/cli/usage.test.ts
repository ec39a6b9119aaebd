/** How the command is called: help, version, wrong calls (exit 2), the doctor. (C7) */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { doctorDocument } from '../../manager/schemas.ts'
import { DATA, key, root, run, signature } from './command.ts'

const KEYRING = ['--keyring', key('ed25519')]
const GOOD = [...KEYRING, signature('ed25519.sig'), DATA]

describe('help and version', () => {
  test.each([
    [['--help']],
    [['-h']],
    [['help']],
    [['verify', '--help']],
    [['verify', '-h']],
    [['doctor', '--help']],
    [['key', '--help']],
    [['rpm', '--help']],
    [['rpm', 'verify', '--help']],
    [['rpm', 'show', '-h']],
    [['rpm', 'digests', '--help']],
  ])('%j fits a screen and exits 0', async (args) => {
    const { code, stdout, stderr } = await run(args)
    const lines = stdout.split('\n')
    expect(lines[0]).toMatch(/^usage: pgp-airlock /)
    expect(stdout).toContain('exit codes: 0')
    expect(lines.length).toBeLessThanOrEqual(30)
    expect(lines.filter((line) => line.length > 100)).toEqual([])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  test('every option that verify takes is in its help', async () => {
    const { stdout } = await run(['verify', '--help'])
    const folder = `${root}manager/cli/`
    const source = readdirSync(folder)
      .filter((name) => name.startsWith('verify'))
      .map((name) => readFileSync(`${folder}${name}`, 'utf8'))
      .join('\n')
    const found = source.matchAll(/^ +'?([\w-]+)'?: \{ type: '(?:string|boolean)'/gm)
    const options = [...found].map(([, name]) => name ?? '')
    expect(options.length).toBeGreaterThan(5)
    for (const option of options.filter((name) => name !== 'help')) {
      expect(stdout).toMatch(new RegExp(`--${option}[ ,]`))
    }
  })

  test('--version is that of package.json', async () => {
    const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
      version: string
    }
    expect(await run(['--version'])).toMatchObject({ code: 0, stdout: `pgp-airlock ${version}\n` })
  })
})

describe('C7: wrong calls are usage errors, exit 2', () => {
  const wrong: readonly (readonly [string, readonly string[]])[] = [
    ['no command', []],
    ['an unknown command', ['verfy']],
    ['a command named like a property of objects', ['constructor']],
    ['an unknown option before a command', ['--quiet']],
    ['no arguments', ['verify']],
    ['no data', ['verify', ...KEYRING, signature('ed25519.sig')]],
    ['too many files', ['verify', ...GOOD, DATA]],
    ['signature and data from standard input', ['verify', ...KEYRING, '-', '-']],
    ['an unknown option', ['verify', '--insecure', ...GOOD]],
    ['an option without its value', ['verify', ...GOOD, '--signer']],
    ['a value for an option without', ['verify', '--json=yes', ...GOOD]],
    ['a short key id as signer', ['verify', '--signer', 'ce9f6d44', ...GOOD]],
    ['a long key id as signer', ['verify', '--signer', '56acfd51ce9f6d44', ...GOOD]],
    ['a fingerprint with a wrong digit', ['verify', '--signer', 'g'.repeat(40), ...GOOD]],
    ['a threshold of 0', ['verify', '--threshold', '0', ...GOOD]],
    ['a threshold that is no number', ['verify', '--threshold', '1e3', ...GOOD]],
    ['no jobs', ['verify', '--jobs', '0', ...GOOD]],
    ['a date in words', ['verify', '--at', 'yesterday', ...GOOD]],
    ['a day that does not exist', ['verify', '--at', '2025-02-30', ...GOOD]],
    ['an hour that does not exist', ['verify', '--at', '2025-02-03T25:00:00Z', ...GOOD]],
    ['a time without its zone', ['verify', '--at', '2025-02-03T05:00:00', ...GOOD]],
    ['a date before 1970', ['verify', '--at', '1969-12-31', ...GOOD]],
    ['a date that no packet can state', ['verify', '--at', '2107-01-01', ...GOOD]],
    ['an unknown option of the doctor', ['doctor', '--fix']],
    ['an argument of the doctor', ['doctor', 'now']],
  ]

  test.each(wrong)('%s', async (_what, args) => {
    const { code, stdout, stderr } = await run(args)
    expect(stderr).toMatch(/^pgp-airlock: .*expected .*\nusage: /)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  test('no keyring, and none by default', async () => {
    const env = { XDG_DATA_HOME: '/nonexistent', HOME: '/nonexistent' }
    const ended = await run(['verify', signature('ed25519.sig'), DATA], { env })
    expect(ended.stderr).toMatch(/ {6}because: .*--keyring.*\(keyring-empty\)\n$/)
    expect(ended).toMatchObject({ code: 2, stdout: '' })
  })

  test('the message holds nothing of the wrong argument', async () => {
    const { stderr } = await run(['verify', '--\u001b[31mpwned\u202e', ...GOOD])
    expect(stderr).not.toContain('pwned')
    expect((await run(['\u001b[31mpwned'])).stderr).not.toContain('pwned')
  })
})

describe('doctor', () => {
  test('--json keeps its schema; the exit code is what it found', async () => {
    for (const more of [[], ['--no-bubblewrap']]) {
      const { code, stdout, stderr } = await run(['doctor', '--json', ...more])
      expect(stdout).toMatch(/^[\x20-\x7e]*\n$/)
      const { holds, layers } = doctorDocument.parse(JSON.parse(stdout))
      expect({ code, stderr }).toEqual({ code: holds ? 0 : 3, stderr: '' })
      const missing = layers.filter(({ state }) => state === 'missing')
      expect(missing.filter(({ required }) => required)).toEqual([])
      if (more.length > 0) expect(missing.map(({ layer }) => layer)).toEqual(['namespaces'])
    }
  })

  test('a person reads it, and --quiet leaves the exit code only', async () => {
    const { code, stdout } = await run(['doctor'])
    expect(stdout).toMatch(/^the cage holds.*\n( {2}(in force|missing ) .*\n( +to do: .*\n)?)+$/)
    expect(await run(['doctor', '--quiet'])).toMatchObject({ code, stdout: '', stderr: '' })
  })
})
