/**
 * Keys over time, drawn. One column is one day. The first line says what happens on a day, each further line how a
 * signature made at noon of that day is judged, by the time at its left:
 *
 *   g good   r key-revoked   e key-expired   p signature-predates-key   b key-not-bound   . not asked
 */
import { describe, expect, it } from 'vitest'
import { Keyring } from '../../manager/keyring/keyring.ts'
import { judgeDetached } from '../../manager/openpgp/detached.ts'
import type { ReasonCode } from '../../manager/openpgp/reasons.ts'
import { defaultPolicy, type Policy } from '../../manager/policy/policy.ts'
import {
  CertificateMaker,
  DAY,
  day,
  FLAG,
  type MadeKey,
  makeKey,
  makeSignature,
  makeUser,
  seconds,
  signatureSequence,
  sub,
} from './openpgp-make.ts'

const DATA = Uint8Array.from(Buffer.from('data'))
const NOON = DAY / 2

const LETTERS: ReadonlyMap<ReasonCode | 'good', string> = new Map([
  ['good', 'g'],
  ['key-revoked', 'r'],
  ['key-expired', 'e'],
  ['signature-predates-key', 'p'],
  ['key-not-bound', 'b'],
])

function drawn(
  maker: CertificateMaker,
  signer: MadeKey,
  columns: number,
  at: number,
  change: Partial<Policy> = {},
): string {
  const keyring = Keyring.from([maker.build()])
  let line = ''
  for (let column = 0; column < columns; column += 1) {
    const policy: Policy = { ...defaultPolicy(day(columns)), ...change }
    const created = seconds(day(column) + NOON)
    const signature = makeSignature(signer, [DATA], { created })
    const terms = { keyring, policy, at: seconds(Math.max(day(at) + NOON, created)) }
    const verdict = judgeDetached(signatureSequence(signature), DATA, terms)
    const code = verdict.kind === 'good' ? 'good' : verdict.reasons[0].code
    line += LETTERS.get(code) ?? '?'
  }
  return line
}

interface Timeline {
  readonly name: string
  readonly key?: 'primary' | 'subkey'
  readonly axis: string
  readonly make: (maker: CertificateMaker, on: (mark: string) => ReturnType<typeof day>) => void
  readonly expect: string
  readonly policy?: Partial<Policy>
}

const primary = makeKey({ created: day(1) })
const subkey = makeKey({ role: 'subkey', created: day(1) })
const flags = sub.flags(FLAG.certify | FLAG.sign)
const USER = makeUser('A')

const TIMELINES: readonly Timeline[] = [
  {
    name: 'a key without an end',
    axis: '  .K........',
    make: (maker, on) => maker.user('A', { created: on('K') }),
    expect: 'pggggggggg',
  },
  {
    name: 'superseded, then certified anew: only between the two is it revoked',
    axis: '  .K..R..N..',
    make: (maker, on) =>
      maker
        .user('A', { created: on('K') })
        .certify(USER, { created: on('N') })
        .revokeKey({ created: on('R'), hashed: [sub.reason(1)] }),
    expect: 'pgggrrrggg',
  },
  {
    name: 'retired for good: what was signed before stays valid',
    axis: '  .K..R.....',
    make: (maker, on) =>
      maker
        .user('A', { created: on('K') })
        .revokeKey({ created: on('R'), hashed: [sub.reason(3)] }),
    expect: 'pgggrrrrrr',
  },
  {
    name: 'retired for good, with a policy that spares nothing',
    axis: '  .K..R.....',
    make: (maker, on) =>
      maker
        .user('A', { created: on('K') })
        .revokeKey({ created: on('R'), hashed: [sub.reason(3)] }),
    expect: 'prrrrrrrrr',
    policy: { softlyRevokedSince: 'refuse' },
  },
  ...[
    ['no reason', undefined],
    ['unspecified', 0],
    ['compromised', 2],
    ['an unknown reason', 77],
    ['a reason meant for user ids', 32],
  ].map(
    ([name, code]): Timeline => ({
      name: `revoked with ${name}: hard, at any time, certified anew or not`,
      axis: '  .K..R..N..',
      make: (maker, on) =>
        maker
          .user('A', { created: on('K') })
          .certify(USER, { created: on('N') })
          .revokeKey({
            created: on('R'),
            hashed: typeof code === 'number' ? [sub.reason(code)] : [],
          }),
      expect: 'rrrrrrrrrr',
    }),
  ),
  {
    name: 'expired: refused at any time after, also what was signed before',
    axis: '  .K...E....',
    make: (maker, on) =>
      maker.user('A', { created: on('K'), hashed: [flags, sub.keyExpires(4 * DAY)] }),
    expect: 'peeeeeeeee',
  },
  {
    name: 'expired, with a policy that looks at the signing time',
    axis: '  .K...E....',
    make: (maker, on) =>
      maker.user('A', { created: on('K'), hashed: [flags, sub.keyExpires(4 * DAY)] }),
    expect: 'pggggeeeee',
    policy: { expiredSince: 'accept' },
  },
  {
    name: 'expired and then prolonged: expired in between',
    axis: '  .K..E..N..',
    make: (maker, on) =>
      maker
        .user('A', { created: on('K'), hashed: [flags, sub.keyExpires(3 * DAY)] })
        .certify(USER, { created: on('N'), hashed: [flags, sub.keyExpires(90 * DAY)] }),
    expect: 'pgggeeeggg',
  },
  {
    name: 'the only self-signature ended: not bound today, so not for the past either',
    axis: '  .K...E....',
    make: (maker, on) =>
      maker.user('A', { created: on('K'), hashed: [flags, sub.expires(4 * DAY)] }),
    expect: 'pbbbbbbbbb',
  },
  {
    name: 'only a newer self-signature is left: it speaks for the past too',
    axis: '  .K....N...',
    make: (maker, on) => maker.user('A', { created: on('N') }),
    expect: 'pggggggggg',
  },
  {
    name: 'the newest of direct-key and user id rules',
    axis: '  .K...D.E..',
    make: (maker, on) =>
      maker
        .user('A', { created: on('K') })
        .direct({ created: on('D'), hashed: [flags, sub.keyExpires(6 * DAY)] }),
    expect: 'peeeeeeeee',
  },
  {
    name: 'expired by the only self-signature left, with a policy that looks at the signing time',
    axis: '  .K..E.N...',
    make: (maker, on) =>
      maker.user('A', { created: on('N'), hashed: [flags, sub.keyExpires(3 * DAY)] }),
    expect: 'pgggeeeeee',
    policy: { expiredSince: 'accept' },
  },
  {
    name: 'a subkey bound later: not before, although the primary key lives',
    key: 'subkey',
    axis: '  .K..B.....',
    make: (maker, on) => maker.user('A', { created: on('K') }).subkey(subkey, { created: on('B') }),
    expect: 'pbbbgggggg',
  },
  {
    name: 'a superseded subkey, bound anew',
    key: 'subkey',
    axis: '  .K..R..N..',
    make: (maker, on) =>
      maker
        .user('A', { created: on('K') })
        .subkey(subkey, { created: on('K') })
        .bind(subkey, { created: on('N') })
        .revokeSubkey(subkey, { created: on('R'), hashed: [sub.reason(1)] }),
    expect: 'pgggrrrggg',
  },
  {
    name: 'a compromised subkey',
    key: 'subkey',
    axis: '  .K..R..N..',
    make: (maker, on) =>
      maker
        .user('A', { created: on('K') })
        .subkey(subkey, { created: on('K') })
        .bind(subkey, { created: on('N') })
        .revokeSubkey(subkey, { created: on('R'), hashed: [sub.reason(2)] }),
    expect: 'prrrrrrrrr',
  },
  {
    name: 'a subkey of a superseded primary key that is certified anew',
    key: 'subkey',
    axis: '  .K..R..N..',
    make: (maker, on) =>
      maker
        .user('A', { created: on('K') })
        .certify(USER, { created: on('N') })
        .subkey(subkey, { created: on('K') })
        .revokeKey({ created: on('R'), hashed: [sub.reason(1)] }),
    expect: 'pgggrrrggg',
  },
  {
    name: 'the back-signature ended: not bound today, so not for the past either',
    key: 'subkey',
    axis: '  .K...E....',
    make: (maker, on) =>
      maker.user('A', { created: on('K') }).subkey(subkey, {
        created: on('K'),
        back: { options: { hashed: [sub.expires(4 * DAY)] } },
      }),
    expect: 'pbbbbbbbbb',
  },
]

describe('C1, C2: keys over time', () => {
  for (const line of TIMELINES) {
    it(`${line.name}\n      ${line.axis.trim()}\n      ${line.expect}`, () => {
      const axis = line.axis.trim()
      const maker = new CertificateMaker(primary)
      line.make(maker, (mark) => day(axis.indexOf(mark)))
      const signer = line.key === 'subkey' ? subkey : primary
      expect(drawn(maker, signer, axis.length, axis.length, line.policy)).toBe(line.expect)
    })
  }

  it('accepted with a reference time, refused today: an expired key', () => {
    const maker = new CertificateMaker(primary).user('A', {
      created: day(1),
      hashed: [flags, sub.keyExpires(4 * DAY)],
    })
    expect(drawn(maker, primary, 4, 3)).toBe('pggg')
    expect(drawn(maker, primary, 4, 30)).toBe('peee')
  })
})
