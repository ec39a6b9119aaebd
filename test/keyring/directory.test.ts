/** A directory of key files, as /etc/pki/rpm-gpg: any names, armored or binary, and nothing is overlooked. */
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { codeOf, fingerprints, fixture, importInto, sharedAirlock, temporary } from './support.ts'

const at = temporary()
const airlock = sharedAirlock()

function folder(name: string): string {
  mkdirSync(at(name))
  copyFileSync(fixture('rsa4096.pub.asc'), at(`${name}/RPM-GPG-KEY-example`))
  copyFileSync(fixture('subkey.pub.gpg'), at(`${name}/binary`))
  return at(name)
}

const load = (path: string): Promise<unknown> => codeOf(airlock().loadKeyring([{ path }]))

describe('a directory of key files', () => {
  it('is every file of it, several certificates in each', async () => {
    const path = folder('plain')
    const both = Buffer.concat([
      readFileSync(fixture('p256.pub.asc')),
      readFileSync(fixture('p521.pub.asc')),
    ])
    writeFileSync(Buffer.from(`${path}/\xff\xfe`, 'latin1'), both)
    const keyring = await airlock().loadKeyring([{ path }])
    expect(keyring.certificates.length).toBe(4)
    const bytes = await airlock().loadKeyring([{ path: Buffer.from(path) }])
    expect(fingerprints(bytes)).toEqual(fingerprints(keyring))
  })

  it('fails as a whole if one file does', async () => {
    const path = folder('broken')
    writeFileSync(`${path}/README`, 'not a key\n')
    expect(await load(path)).toBe('keyring-malformed')
  })

  it('leaves out names with a dot in front, and links to its own files', async () => {
    const path = folder('linked')
    writeFileSync(`${path}/.hidden`, 'not a key\n')
    symlinkSync('binary', `${path}/another name`)
    const keyring = await airlock().loadKeyring([{ path }])
    expect(keyring.certificates.length).toBe(2)
  })

  it('refuses links that lead out of it or nowhere or to what is not read, and directories in it', async () => {
    const out = folder('out')
    symlinkSync(fixture('p256.pub.asc'), `${out}/link`)
    expect(await load(out)).toBe('store-link')
    const hidden = folder('to hidden')
    copyFileSync(fixture('p256.pub.asc'), `${hidden}/.key`)
    symlinkSync('.key', `${hidden}/link`)
    expect(await load(hidden)).toBe('store-link')
    const nowhere = folder('nowhere')
    symlinkSync('absent', `${nowhere}/link`)
    expect(await load(nowhere)).toBe('store-io')
    const deep = folder('deep')
    mkdirSync(`${deep}/more`)
    expect(await load(deep)).toBe('store-stray')
  })

  it('is told from a certificate directory by its layout', async () => {
    const store = at('store')
    await importInto(airlock(), store, fixture('p256.pub.asc'))
    writeFileSync(`${store}/key.asc`, readFileSync(fixture('p521.pub.asc')))
    expect(await load(store)).toBe('store-stray')
    const file = folder('file of two digits')
    copyFileSync(fixture('p256.pub.asc'), `${file}/ab`)
    expect((await airlock().loadKeyring([{ path: file }])).certificates.length).toBe(3)
    mkdirSync(at('empty'))
    expect(await load(at('empty'))).toBe('keyring-empty')
  })
})
