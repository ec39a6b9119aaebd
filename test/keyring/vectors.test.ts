/** Real certificates of distributions (`PGP_AIRLOCK_VECTORS`): all that must load are imported, listed and loaded again. */
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { command, fingerprints, importInto, sharedAirlock, temporary } from './support.ts'

const vectors = process.env['PGP_AIRLOCK_VECTORS']
const folder = join(vectors ?? '', 'distro-keys')
const isThere = vectors !== undefined && existsSync(join(folder, 'MANIFEST.tsv'))
if (!isThere) {
  console.warn(
    'SKIPPED: keyring/vectors, because PGP_AIRLOCK_VECTORS names no directory of vectors',
  )
}

/** Files of the manifest by what a test can assert of them. */
function files(must: string): string[] {
  const [head = '', ...rows] = readFileSync(join(folder, 'MANIFEST.tsv'), 'utf8').trim().split('\n')
  const columns = head.split('\t')
  const at = (row: string, name: string): string => row.split('\t')[columns.indexOf(name)] ?? ''
  const wanted = rows.filter((row) => at(row, 'kind') === 'keyring' && at(row, 'must') === must)
  return wanted.map((row) => join(folder, at(row, 'file')))
}

describe.skipIf(!isThere)('keys of distributions', () => {
  const at = temporary()
  const airlock = sharedAirlock()

  it('are imported, listed and loaded again', { timeout: 600_000 }, async () => {
    const path = at('store')
    const sources = files('load')
    expect(sources.length).toBeGreaterThan(50)
    const empty: string[] = []
    const unread: string[] = []
    for (const file of sources) {
      const changes = await importInto(airlock(), path, file)
      if (changes.length === 0) unread.push(basename(file))
      if (changes.includes('empty')) empty.push(basename(file))
    }
    const readable = sources.filter((name) => !unread.includes(basename(name)))
    const direct = await airlock().loadKeyring(readable.map((name) => ({ path: name })))
    const stored = await airlock().loadKeyring([{ path }])
    console.log(
      `${sources.length} files, ${direct.certificates.length} certificates, ${stored.certificates.length} stored;`,
      `nothing to store of: ${empty.join(' ') || 'none'};`,
      `no certificate that can be used in: ${unread.join(' ') || 'none'}`,
    )
    // version 6 with post-quantum algorithms
    expect(unread.filter((name) => !name.includes('PQC'))).toEqual([])
    expect(fingerprints(stored)).toEqual(fingerprints(direct))
    const { stdout, status } = command(['key', 'list', '--keyring', path])
    expect(status).toBe(0)
    expect(stdout.trim().split('\n').length).toBe(stored.certificates.length)
    // again: nothing is new
    for (const file of sources.slice(0, 20)) {
      const changes = await importInto(airlock(), path, file)
      expect(new Set(changes)).toEqual(new Set(['unchanged']))
    }
  })

  it('judge the same from the store as from their files', { timeout: 600_000 }, async () => {
    const path = at('same')
    const at0 = Math.floor(Date.UTC(2026, 0, 1) / 1000)
    const { defaultPolicy } = await import('../../manager/policy/policy.ts')
    const terms = { at: at0 as never, policy: defaultPolicy(at0 as never) }
    for (const file of files('load')
      .filter((name) => !name.includes('PQC'))
      .slice(0, 30)) {
      await importInto(airlock(), path, file)
      const direct = await airlock().loadKeyring([{ path: file }])
      const stored = await airlock().loadKeyring([{ path }])
      for (const one of direct.certificates) {
        const [entry] = stored.byFingerprint(one.certificate.fingerprint)
        const codes = (standings: ReturnType<typeof one.at>['standings']): unknown =>
          standings.map(({ key, objections, expires }) => [
            key.fingerprint,
            expires,
            objections.map(({ reason }) => reason.code),
          ])
        const kept = entry?.owner.at(terms).standings ?? []
        const held = new Set(kept.map(({ key }) => key.fingerprint))
        const known = one.at(terms).standings.filter(({ key }) => held.has(key.fingerprint))
        expect(codes(kept)).toEqual(codes(known))
        // a subkey that is not stored has no binding that holds
        for (const { key, objections } of one.at(terms).standings) {
          if (held.has(key.fingerprint)) continue
          expect(objections.map(({ reason }) => reason.code)).toContain('key-not-bound')
        }
      }
    }
  })
})
