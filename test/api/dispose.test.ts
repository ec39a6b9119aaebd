/** What becomes of the questions that are open when an airlock is disposed of. (C5) */
import { describe, expect, test } from 'vitest'
import { Airlock } from '../../manager/index.ts'
import { bytes, DATA, key, path, signature } from './fixtures.ts'

const PACKAGE = bytes('packages/good.rpm')
const SIGNATURE = signature('ed25519')

/** A promise that somebody else resolves. */
class Gate {
  open: () => void = () => {}
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve
  })
}

/** A stream whose last octets come when the gate opens. */
async function* held(whole: Uint8Array, gate: Gate): AsyncGenerator<Uint8Array> {
  yield whole.slice(0, 100)
  await gate.opened
  yield whole.slice(100)
}

describe('C5: disposal', () => {
  test('a question whose input is still being read is refused, and disposal does not wait for it', async () => {
    const airlock = await Airlock.open()
    const keyring = await airlock.loadKeyring([key('ed25519')])
    const gate = new Gate()
    const open = Promise.allSettled([
      airlock.judgeRpm({ keyring, package: held(PACKAGE, gate) }),
      airlock.judgeDetached({ keyring, signature: held(SIGNATURE, gate), data: DATA }),
    ])
    await airlock[Symbol.asyncDispose]()
    gate.open()
    for (const one of await open) {
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'driver-closed' } })
    }
  })

  test('so is one that was only just asked, and every later one', async () => {
    const airlock = await Airlock.open()
    const keyring = await airlock.loadKeyring([key('ed25519')])
    const ask = (): Promise<unknown>[] => [
      airlock.judgeRpm({ keyring, package: path('packages/good.rpm') }),
      airlock.judgeDetached({ keyring, signature: SIGNATURE, data: DATA }),
      airlock.loadKeyring([key('rsa4096')]),
    ]
    const before = Promise.allSettled(ask())
    await airlock[Symbol.asyncDispose]()
    const after = Promise.allSettled(ask())
    for (const one of [...(await before), ...(await after)]) {
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'driver-closed' } })
    }
  })

  test('one whose signature was read already is judged, however late its data comes', async () => {
    const airlock = await Airlock.open()
    const keyring = await airlock.loadKeyring([key('ed25519')])
    const answered = new Gate()
    const gate = new Gate()
    async function* data(): AsyncGenerator<Uint8Array> {
      answered.open() // data is read only then
      yield* held(DATA, gate)
    }
    const verdict = airlock.judgeDetached({ keyring, signature: SIGNATURE, data: data() })
    await answered.opened
    await airlock[Symbol.asyncDispose]()
    gate.open()
    expect((await verdict).kind).toBe('good')
  })
})
