/**
 * A copy of a certificate out of which somebody cut what is not hashed: the back-signature of its subkey, as gpg places it.
 * Beside the whole copy it changes nothing, whatever the order, in a keyring or in the store.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Keyring } from '../../manager/index.ts'
import { concat, packet, u16 } from '../unit/build.ts'
import { fixture, importInto, root, sharedAirlock, temporary } from './support.ts'

const at = temporary()
const airlock = sharedAirlock()
const signed = (name: string): Uint8Array => readFileSync(join(root, 'fixtures/signed', name))

const WHOLE = new Uint8Array(readFileSync(fixture('subkey.pub.gpg')))

/** Of packets as gpg writes them, in the old format with lengths of one or two octets. */
function* packets(file: Uint8Array): Generator<readonly [number, Uint8Array]> {
  for (let from = 0; from < file.length; ) {
    const head = file[from] ?? 0
    const isLong = (head & 3) === 1
    const start = from + (isLong ? 3 : 2)
    const [high = 0, low = 0] = file.subarray(from + 1)
    const length = isLong ? high * 256 + low : high
    expect(head & 0b1100_0010).toBe(0b1000_0000)
    yield [(head >> 2) & 15, file.subarray(start, start + length)]
    from = start + length
  }
}

const BINDING = 0x18
const EMBEDDED = 32

/** The binding without embedded signatures in its unhashed area. */
function withoutBack(body: Uint8Array): Uint8Array {
  const unhashedAt = 6 + (body[4] ?? 0) * 256 + (body[5] ?? 0)
  const end = unhashedAt + 2 + (body[unhashedAt] ?? 0) * 256 + (body[unhashedAt + 1] ?? 0)
  const kept: Uint8Array[] = []
  for (let from = unhashedAt + 2; from < end; ) {
    const first = body[from] ?? 0
    const isLong = first >= 192
    const size = isLong ? (first - 192) * 256 + (body[from + 1] ?? 0) + 192 + 2 : first + 1
    const type = body[from + (isLong ? 2 : 1)]
    if (type !== EMBEDDED) kept.push(body.subarray(from, from + size))
    from += size
  }
  const unhashed = concat(...kept)
  return concat(body.subarray(0, unhashedAt), u16(unhashed.length), unhashed, body.subarray(end))
}

const STRIPPED = concat(
  ...[...packets(WHOLE)].map(([tag, body]) =>
    packet(tag, tag === 2 && body[1] === BINDING ? withoutBack(body) : body),
  ),
)

describe('C2: a copy without the unhashed back-signature', () => {
  async function saidBy(keyring: Keyring): Promise<string> {
    const signature = signed('release.txt.subkey.sig')
    const verdict = await airlock().judgeDetached({
      keyring,
      signature,
      data: signed('release.txt'),
    })
    return verdict.kind === 'good' ? 'good' : verdict.reasons[0].code
  }
  const load = (...sources: readonly Uint8Array[]): Promise<Keyring> =>
    airlock().loadKeyring(sources)

  it('alone does not bind the subkey, and beside the whole one it changes nothing', async () => {
    expect(STRIPPED.length).toBeLessThan(WHOLE.length)
    expect(await saidBy(await load(WHOLE))).toBe('good')
    expect(await saidBy(await load(STRIPPED))).toBe('key-not-bound')
    expect(await saidBy(await load(WHOLE, STRIPPED))).toBe('good')
    expect(await saidBy(await load(STRIPPED, WHOLE))).toBe('good')
  })

  it('that was stored first is healed by importing the whole one', async () => {
    await importInto(airlock(), at('store'), STRIPPED)
    expect(await saidBy(await airlock().openStore(at('store')).load())).toBe('key-not-bound')
    expect(await importInto(airlock(), at('store'), WHOLE)).toEqual(['updated'])
    expect(await saidBy(await airlock().openStore(at('store')).load())).toBe('good')
  })
})
