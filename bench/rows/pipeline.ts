/**
 * Many detached signatures over 4 KiB, in memory, pipelined, through cage, checks, rules and policy, against bare
 * crypto.verify on the thread pool with parsed keys: the limit.
 */
import { createHash, createPublicKey, type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import { Airlock } from '../../manager/airlock.ts'
import { judgeDetachedLater } from '../../manager/openpgp/detached.ts'
import type { UnixSeconds } from '../../manager/openpgp/model.ts'
import { openpgpDriver } from '../../manager/openpgp-driver.ts'
import { defaultPolicy } from '../../manager/policy/policy.ts'
import { openPackets } from '../../manager/sanitise/index.ts'
import { VERB } from '../../protocol/messages.ts'
import {
  certificateBytes,
  makeKey,
  signDetached,
  type WriterKey,
} from '../../test/support/openpgp-writer.ts'
import type { Row } from '../harness.ts'

/** Requests that are under way at the same time, on both sides. */
const UNDER_WAY = 128
/** Distinct signatures; each is verified many times, nothing is cached between. */
const DISTINCT = 128

export function pipeline(kind: WriterKey): Row {
  return {
    name: `pipeline: ${kind} over 4 KiB`,
    unit: 'signatures/s',
    compare: 'ratio',
    rivalName: 'bare crypto.verify (async, parsed keys)',
    prepare: async (smoke) => {
      const count = smoke ? 200 : 6000
      const key = makeKey(kind)
      const items = Array.from({ length: smoke ? 16 : DISTINCT }, () => {
        const data = randomBytes(4096)
        return { data, packet: signDetached(key, data), bare: bareItem(kind, data, key.secret) }
      })
      const publicKey = createPublicKey(key.secret)
      const driver = openpgpDriver()
      const airlock = await Airlock.open()
      const keyring = await airlock.loadKeyring([certificateBytes(key)])
      await airlock[Symbol.asyncDispose]()
      await driver.start()
      const at = Math.floor(Date.now() / 1000) as UnixSeconds // whole seconds of the clock
      const terms = { keyring, at, policy: defaultPolicy(at) }
      const ours = (): Promise<number> =>
        pump(count, (index, done, fail) => {
          const { packet, data } = pick(items, index)
          driver.submit(
            {
              verb: VERB.packets,
              body: packet,
              source: 'bench',
              isolation: 'shared',
              open: (reply) => openPackets(packet, reply),
            },
            (outcome) => {
              if (outcome.status !== 'ok') return fail(new Error(outcome.status))
              judgeDetachedLater(outcome.value, data, terms, (verdict) => {
                if (verdict.kind === 'good') done()
                else fail(new Error(verdict.reasons[0].text))
              })
            },
            fail,
          )
        })
      const rival = (): Promise<number> =>
        pump(count, (index, done, fail) => {
          const { hash, message, signature } = pick(items, index).bare
          const options = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
          verify(hash, message, options, signature, (error, holds) => {
            if (error === null && holds) done()
            else fail(error ?? new Error('does not hold'))
          })
        })
      let cpu = 0
      return {
        ours: async () => {
          const before = process.cpuUsage()
          const result = await ours()
          const { user, system } = process.cpuUsage(before)
          cpu = (user + system) / count
          return result
        },
        rival,
        close: () => driver[Symbol.asyncDispose](),
        extra: async () => {
          const before = process.cpuUsage()
          await rival()
          const { user, system } = process.cpuUsage(before)
          const bare = (user + system) / count
          return { 'manager CPU beyond bare': `${(cpu - bare).toFixed(0)} us per signature` }
        },
      }
    },
  }
}

interface BareItem {
  readonly hash: string | null
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** The same work for bare crypto.verify: EdDSA is over the digest, the others hash by themselves. */
function bareItem(kind: WriterKey, data: Uint8Array, key: KeyObject): BareItem {
  const trailer = Buffer.alloc(48)
  const whole = Buffer.concat([data, trailer])
  const hash = kind === 'ed25519' ? null : 'sha256'
  const message = hash === null ? createHash('sha256').update(whole).digest() : whole
  const privateKey = { key, dsaEncoding: 'ieee-p1363' } as const
  return { hash, message, signature: sign(hash, message, privateKey) }
}

function pick<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length]
  if (item === undefined) throw new Error('no items')
  return item
}

type Step = (index: number, done: () => void, fail: (error: unknown) => void) => void

/** Keeps UNDER_WAY steps under way until `count` are done. @returns steps per second */
function pump(count: number, step: Step): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    let started = 0
    let finished = 0
    const next = (): void => {
      if (started === count) return
      const index = started
      started += 1
      step(index, done, reject)
    }
    const done = (): void => {
      finished += 1
      if (finished === count) resolve((count / (performance.now() - began)) * 1000)
      else next()
    }
    for (let i = 0; i < UNDER_WAY; i += 1) next()
  })
}
