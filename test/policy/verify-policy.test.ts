/** `verify --policy` and `--policy-as-of` as a process; variables are read by the command alone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATA, type Ended, key, run, signature } from '../cli/command.ts'

let folder = ''
const at = (name: string): string => join(folder, name)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'verify-policy-'))
  writeFileSync(at('never'), '[hash_algorithms]\nsha512 = "never"\nsha256 = "never"\n')
  writeFileSync(at('later'), '[asymmetric_algorithms]\nrsa4096 = 2100-01-01\n')
  writeFileSync(at('sha1'), '[hash_algorithms]\nsha1.collision_resistance = "always"\n')
  writeFileSync(at('broken'), '[hash_algorithms]\nsha4 = "never"\n')
  writeFileSync(at('empty'), '')
})
afterAll(() => rmSync(folder, { recursive: true }))

const verify = (
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> =>
  run(['verify', '--keyring', key('rsa4096'), ...args, signature(name), DATA], { env })

describe('verify --policy', () => {
  it('a file: reasons name its rule', async () => {
    const { code, stdout } = await verify('rsa4096.sig', ['--policy', at('never')])
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /refused at any date \(policy file: hash_algorithms\.sha\d+\) \(weak-hash\)/,
    )
    expect((await verify('rsa4096.sig', ['--policy', at('empty')])).code).toBe(0)
  })

  it('--policy-as-of moves the cut-offs, of a file and of the default', async () => {
    const later = ['--policy', at('later')]
    expect((await verify('rsa4096.sig', later)).code).toBe(0)
    expect((await verify('rsa4096.sig', [...later, '--policy-as-of', '2099-12-31'])).code).toBe(0)
    const { code, stdout } = await verify('rsa4096.sig', [...later, '--policy-as-of', '2100-01-01'])
    expect(code).toBe(1)
    expect(stdout).toContain(
      'refused since 2100-01-01 (policy file: asymmetric_algorithms.rsa4096)',
    )
    const early = ['--policy-as-of', '2013-01-31']
    expect((await verify('rsa4096.sha1.sig', early)).code).toBe(0)
  })

  it('SHA-1 over documents is refused unless the file says otherwise', async () => {
    for (const args of [[], ['--policy', at('empty')]]) {
      const { code, stdout } = await verify('rsa4096.sha1.sig', args)
      expect(code).toBe(1)
      expect(stdout).toContain('SHA1, refused since 2013-02-01 (Sequoia StandardPolicy 2.2: SHA1)')
    }
    expect((await verify('rsa4096.sha1.sig', ['--policy', at('sha1')])).code).toBe(0)
  })

  it.each(['system', 'rpm', 'apt'])('%s: the variable comes first', async (name) => {
    const variable = name === 'apt' ? 'APT_SEQUOIA_CRYPTO_POLICY' : 'RPM_SEQUOIA_CRYPTO_POLICY'
    const policy = ['--policy', name]
    expect((await verify('rsa4096.sig', policy, { [variable]: at('never') })).code).toBe(1)
    expect((await verify('rsa4096.sig', [], { [variable]: at('never') })).code).toBe(0)
    expect((await verify('rsa4096.sig', policy, { [variable]: '' })).code).toBe(0)
    const relative = await verify('rsa4096.sig', policy, { [variable]: 'never' })
    expect(relative.code).toBe(2)
    expect(relative.stderr).toContain(`expected an absolute path in ${variable}`)
  })

  it('C7: a file that cannot be used is exit 2, before anything is judged', async () => {
    for (const [file, code] of [
      [at('broken'), 'policy-malformed'],
      [at('missing'), 'policy-not-found'],
      [folder, 'policy-unreadable'],
    ] as const) {
      const ended = await verify('rsa4096.sig', ['--policy', file])
      expect(ended).toMatchObject({ code: 2, stdout: '' })
      expect(ended.stderr).toContain(`(${code})`)
    }
  })
})
