/** When the handler fails: an `error` verdict for the input that it failed on, and for nobody else. (C5, C7) */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, test } from 'vitest'
import { Airlock, type Keyring, type Verdict, VerificationError } from '../../manager/index.ts'
import { type DriverEvent, EVENTS_CHANNEL } from '../../manager/umd/index.ts'
import { DATA, key, signature } from './fixtures.ts'

/** Sends a signal to handlers as they start, while `run` runs: before they have answered anything. */
async function signalling<T>(
  name: NodeJS.Signals,
  count: number,
  run: () => Promise<T>,
): Promise<{ readonly result: T; readonly sent: number }> {
  let sent = 0
  const listen = (message: unknown): void => {
    const event = message as DriverEvent // the channel carries nothing else
    if (event.type !== 'started' || event.driver !== 'openpgp' || sent >= count) return
    sent += 1
    process.kill(event.pid, name)
  }
  subscribe(EVENTS_CHANNEL, listen)
  try {
    return { result: await run(), sent }
  } finally {
    unsubscribe(EVENTS_CHANNEL, listen)
  }
}

/** An airlock whose handlers have all been ended: the next request starts one. */
async function withoutHandler(airlock: Airlock): Promise<void> {
  let isEnded = false
  const listen = (message: unknown): void => {
    if ((message as DriverEvent).type === 'ended') isEnded = true // the channel carries nothing else
  }
  subscribe(EVENTS_CHANNEL, listen)
  for (const pid of handlers.splice(0)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      isEnded = true // it has ended before
    }
  }
  while (!isEnded) await new Promise((resolve) => setTimeout(resolve, 5))
  unsubscribe(EVENTS_CHANNEL, listen)
  expect(airlock.cage.length).toBeGreaterThan(0)
}

/** Handlers that run, as events told. */
const handlers: number[] = []
subscribe(EVENTS_CHANNEL, (message) => {
  const event = message as DriverEvent // the channel carries nothing else
  if (event.type === 'started') handlers.push(event.pid)
  if (event.type === 'ended' && handlers.includes(event.pid)) {
    handlers.splice(handlers.indexOf(event.pid), 1)
  }
})

const judge = (airlock: Airlock, keyring: Keyring): Promise<Verdict> =>
  airlock.judgeDetached({ keyring, signature: signature('ed25519'), data: DATA })

describe('C5: a handler that dies', () => {
  test('twice on one input: handler-crashed, and the next input is judged', async () => {
    await using airlock = await Airlock.open()
    const keyring = await airlock.loadKeyring([key('ed25519')])
    await withoutHandler(airlock)
    const { result, sent } = await signalling('SIGKILL', 9, () => judge(airlock, keyring))
    expect(result).toMatchObject({ kind: 'error', reasons: [{ code: 'handler-crashed' }] })
    expect(sent).toBe(2)
    expect((await judge(airlock, keyring)).kind).toBe('good')
  })

  test('verifyDetached rejects with that verdict', async () => {
    await using airlock = await Airlock.open()
    const keyring = await airlock.loadKeyring([key('ed25519')])
    await withoutHandler(airlock)
    const input = { keyring, signature: signature('ed25519'), data: DATA }
    const { result } = await signalling('SIGKILL', 9, () =>
      airlock.verifyDetached(input).catch((error: unknown) => error),
    )
    expect(result).toBeInstanceOf(VerificationError)
    expect(result).toMatchObject({ code: 'handler-crashed', verdict: { kind: 'error' } })
  })

  test('once: the verdict is the right one', async () => {
    await using airlock = await Airlock.open()
    const keyring = await airlock.loadKeyring([key('ed25519')])
    await withoutHandler(airlock)
    const { result, sent } = await signalling('SIGKILL', 1, () => judge(airlock, keyring))
    expect(sent).toBe(1)
    expect(result.kind).toBe('good')
  })

  test('under many inputs at once: each gets its right verdict', async () => {
    await using airlock = await Airlock.open({ poolSize: 2 })
    const keyring = await airlock.loadKeyring([key('ed25519')])
    const all = Array.from({ length: 60 }, (_, index) =>
      airlock.judgeDetached({
        keyring,
        signature: signature(index % 3 === 0 ? 'stranger' : 'ed25519'),
        data: DATA,
      }),
    )
    for (const pid of handlers.slice()) process.kill(pid, 'SIGKILL')
    const kinds = (await Promise.all(all)).map(({ kind }) => kind)
    expect(kinds).toEqual(kinds.map((_, index) => (index % 3 === 0 ? 'no-key' : 'good')))
  })

  test('while keys are read: the load fails, and nothing is loaded in part', async () => {
    await using airlock = await Airlock.open()
    await withoutHandler(airlock)
    const { result } = await signalling('SIGKILL', 9, () =>
      airlock.loadKeyring([key('ed25519'), key('rsa4096')]).catch((error: unknown) => error),
    )
    expect(result).toMatchObject({ name: 'KeyringError', code: 'keyring-handler-failed' })
  })
})

describe('C5: a handler that stops', () => {
  test('misses its deadline twice: handler-timeout, and the next input is judged', async () => {
    await using airlock = await Airlock.open({ deadlines: { write: 2000, read: 2000 } })
    const keyring = await airlock.loadKeyring([key('ed25519')])
    await withoutHandler(airlock)
    const { result, sent } = await signalling('SIGSTOP', 2, () => judge(airlock, keyring))
    expect(result).toMatchObject({ kind: 'error', reasons: [{ code: 'handler-timeout' }] })
    expect(sent).toBe(2)
    expect((await judge(airlock, keyring)).kind).toBe('good')
  })
})

describe('C7: airlocks', () => {
  test('two at once do not know each other', async () => {
    await using one = await Airlock.open()
    await using other = await Airlock.open({ bubblewrap: 'off' })
    const [first, second] = await Promise.all([
      one.loadKeyring([key('ed25519')]),
      other.loadKeyring([key('rsa4096')]),
    ])
    const all = Array.from({ length: 20 }, async () => [
      (await judge(one, first)).kind,
      (await judge(other, second)).kind,
      // a keyring is a value: any airlock may use it
      (await judge(other, first)).kind,
    ])
    for (const kinds of await Promise.all(all)) expect(kinds).toEqual(['good', 'no-key', 'good'])
  })

  test('what was asked before the end is answered; later questions are refused', async () => {
    const airlock = await Airlock.open()
    const keyring = await airlock.loadKeyring([key('ed25519')])
    const asked = judge(airlock, keyring)
    await new Promise((resolve) => setImmediate(resolve))
    await airlock[Symbol.asyncDispose]()
    expect((await asked).kind).toBe('good')
    await expect(judge(airlock, keyring)).rejects.toThrow('the driver was closed')
  })

  test('a layer that is required and cannot be had stops the start', async () => {
    const opened = Airlock.open({ require: ['namespaces'], bubblewrap: 'off' })
    await expect(opened).rejects.toMatchObject({ name: 'SetupError', layer: 'namespaces' })
    const elsewhere = Airlock.open({ require: ['namespaces'], path: '/nonexistent' })
    await expect(elsewhere).rejects.toMatchObject({ name: 'SetupError', layer: 'namespaces' })
  })
})
