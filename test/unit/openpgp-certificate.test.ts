/** Certificates: grouping, merging, self-signatures, back-signatures, and rules that fail closed. */
import { describe, expect, it } from 'vitest'
import { JudgedCertificate } from '../../manager/keyring/judged-certificate.ts'
import { Keyring } from '../../manager/keyring/keyring.ts'
import { groupCertificates, mergeCertificates } from '../../manager/openpgp/certificate.ts'
import { changesOf } from '../../manager/openpgp/changes.ts'
import { evaluate } from '../../manager/openpgp/evaluate.ts'
import { collectFacts } from '../../manager/openpgp/facts.ts'
import { JUDGE_LIMITS } from '../../manager/openpgp/limits.ts'
import type { FlawedPacket, Packet, UnixSeconds } from '../../manager/openpgp/model.ts'
import type { ReasonCode } from '../../manager/openpgp/reasons.ts'
import { defaultPolicy, type Policy, rpmPolicy } from '../../manager/policy/policy.ts'
import {
  byFingerprint,
  byKeyId,
  CertificateMaker,
  DAY,
  day,
  FLAG,
  keyData,
  type MadeKey,
  makeKey,
  makeSignature,
  makeUser,
  sub,
  userData,
} from './openpgp-make.ts'

const NOW = day(100)
const POLICY = defaultPolicy(NOW)
const primary = makeKey({ name: 'primary' })
const subkey = makeKey({ role: 'subkey', name: 'subkey' })
const other = makeKey({ name: 'other' })
const USER = makeUser('A')
const certifyOnly = sub.flags(FLAG.certify)

/** What is against a key at a time; nothing: it may sign. */
function against(
  maker: CertificateMaker,
  key: MadeKey = primary,
  at: UnixSeconds = NOW,
  policy: Policy = POLICY,
): ReasonCode[] {
  const evaluation = evaluate(collectFacts(maker.build()), { at, policy })
  const standing = evaluation.standings.find((one) => one.key === key.packet)
  return standing?.objections.map(({ reason }) => reason.code) ?? ['no-key']
}

const maker = (key: MadeKey = primary): CertificateMaker => new CertificateMaker(key)
const bound = (): CertificateMaker => maker().user('A')

const flawedFrom = (
  packet: { readonly body: Uint8Array },
  change: Partial<FlawedPacket> = {},
): Packet => ({
  kind: 'flawed',
  flawed: {
    tag: 2,
    place: { offset: 7, length: packet.body.length },
    body: packet.body,
    reason: 'malformed',
    detail: 'expected better',
    offset: 7,
    ...change,
  },
})

describe('grouping', () => {
  it('a primary key starts a certificate, signatures belong to what precedes them', () => {
    const packets = [...bound().packets, ...maker(other).user('B').subkey(subkey).packets]
    const { certificates, strays } = groupCertificates({ packets, stop: undefined })
    expect(certificates.map((one) => one.fingerprint)).toEqual([
      primary.packet.fingerprint,
      other.packet.fingerprint,
    ])
    expect(certificates[1]?.components.map(({ subject }) => subject.kind)).toEqual([
      'primary',
      'user',
      'subkey',
    ])
    expect(strays).toEqual([])
  })

  it('packets in front of the first certificate are strays', () => {
    const [, ...rest] = bound().packets
    const packets: Packet[] = [...rest, ...bound().packets]
    const file = groupCertificates({ packets, stop: undefined })
    expect(file.strays.map(({ code }) => code)).toEqual(['malformed', 'malformed'])
    expect(file.certificates).toHaveLength(1)
  })

  it('C2: a flawed primary key takes its components with it, and none of its neighbour', () => {
    const flawed = flawedFrom({ body: Uint8Array.of(9) }, { tag: 6, reason: 'unsupported-version' })
    const [, ...orphans] = maker().user('C').packets
    const packets = [...bound().packets, flawed, ...orphans, ...maker(other).user('B').packets]
    const file = groupCertificates({ packets, stop: undefined })
    expect(file.certificates).toHaveLength(2)
    expect(file.certificates[0]?.components).toHaveLength(2)
    expect(file.strays.map(({ code }) => code)).toEqual(['unsupported-version'])
  })

  it('signatures behind an unusable component do not slide to the one in front', () => {
    const flawed = flawedFrom({ body: Uint8Array.of(9) }, { tag: 14 })
    const alone = maker()
      .put(flawed)
      .signature([keyData(primary), userData(USER)], { type: 0x13 })
    expect(against(alone)).toContain('key-not-bound')
  })

  it('marker and trust packets mean nothing, unknown ones are kept apart', () => {
    const packet = (tag: number): Packet => ({
      kind: 'other',
      other: { tag, place: { offset: 0, length: 2 } },
    })
    expect(against(bound().put(packet(12), packet(10), packet(63)))).toEqual([])
  })

  it('third-party certifications are counted and never verified', () => {
    const many = bound()
    const foreign = makeSignature(other, [keyData(primary), userData(USER)], { type: 0x10 })
    for (let index = 0; index < 5000; index += 1) {
      many.put({ kind: 'signature', signature: { ...foreign, left16: index } })
    }
    const certificate = many.build()
    expect(certificate.thirdParty).toBe(5000)
    expect(against(many)).toEqual([])
  })
})

describe('C2: merging', () => {
  it('a stale copy does not hide a revocation, in whatever order they come', () => {
    const stale = bound().build()
    const fresh = bound()
      .revokeKey({ created: day(5) })
      .build()
    for (const copies of [
      [stale, fresh],
      [fresh, stale],
    ]) {
      const [merged] = mergeCertificates(copies)
      if (merged === undefined) throw new Error('expected one')
      const { standings } = evaluate(collectFacts(merged), { at: NOW, policy: POLICY })
      expect(standings[0]?.objections.map(({ reason }) => reason.code)).toEqual(['key-revoked'])
    }
  })

  it('components and signatures are joined, repetitions dropped', () => {
    const one = bound().subkey(subkey).build()
    const two = maker().user('B').build()
    const [merged, ...more] = mergeCertificates([one, two, one])
    expect(more).toEqual([])
    expect(
      merged?.components.map(({ subject, signatures }) => [subject.kind, signatures.length]),
    ).toEqual([
      ['primary', 0],
      ['user', 1],
      ['subkey', 1],
      ['user', 1],
    ])
  })

  it('two keys of one fingerprint with different bodies stay apart', () => {
    const twin = makeKey({ name: 'twin' })
    const forged = { ...twin, packet: { ...twin.packet, fingerprint: primary.packet.fingerprint } }
    const keyring = Keyring.from([bound().build(), maker(forged).user('A').build()])
    expect(keyring.certificates).toHaveLength(2)
    expect(keyring.byFingerprint(primary.packet.fingerprint)).toHaveLength(2)
  })
})

describe('self-signatures', () => {
  it('by user id, or by direct-key signature, wherever it stands', () => {
    expect(against(bound())).toEqual([])
    expect(against(maker().direct())).toEqual([])
    expect(against(maker().subkey(subkey).direct())).toEqual([])
  })

  it('none, one by another key, one that is spoilt, one over another user id: not bound', () => {
    expect(against(maker())).toEqual(['key-not-bound'])
    expect(against(maker().user('A', { issuers: [byFingerprint(primary)] }, other))).toEqual([
      'key-not-bound',
    ])
    expect(against(maker().user('A', { corrupt: 'value' }))).toEqual(['key-not-bound'])
    expect(against(maker().user('A', { corrupt: 'left16' }))).toEqual(['key-not-bound'])
    expect(
      against(
        maker()
          .put({ kind: 'user', user: makeUser('B') })
          .certify(USER),
      ),
    ).toEqual(['key-not-bound'])
  })

  it('a user attribute binds nothing', () => {
    const photo = makeUser('jpeg', 'userAttribute')
    expect(against(maker().put({ kind: 'user', user: photo }).certify(photo))).toEqual([
      'key-not-bound',
    ])
  })

  it('one without a hint counts, one without a creation time does not', () => {
    expect(against(maker().user('A', { issuers: [] }))).toEqual([])
    expect(against(maker().user('A', { created: undefined }))).toEqual(['key-not-bound'])
  })

  it('one that is older than the key does not count', () => {
    const late = makeKey({ created: day(3) })
    expect(against(maker(late).user('A', { created: day(2) }), late)).toEqual(['key-not-bound'])
  })

  it('ends with the second that it states', () => {
    const ending = maker().user('A', { hashed: [sub.expires(DAY)] })
    expect(against(ending, primary, (day(1) - 1) as UnixSeconds)).toEqual([])
    expect(against(ending, primary, day(1))).toEqual(['key-not-bound'])
    const expiring = maker().user('A', { hashed: [sub.keyExpires(DAY)] })
    expect(against(expiring, primary, (day(1) - 1) as UnixSeconds)).toEqual([])
    expect(against(expiring, primary, day(1))).toEqual(['key-expired'])
  })

  it('C1: a user id that is not the primary one neither prolongs nor shortens', () => {
    const primaryUser = { hashed: [sub.primary(), sub.flags(FLAG.sign), sub.keyExpires(50 * DAY)] }
    const longer = maker()
      .user('A', primaryUser)
      .user('B', { created: day(1), hashed: [sub.flags(FLAG.sign)] })
    expect(against(longer)).toEqual(['key-expired'])
    const shorter = maker()
      .user('A', { hashed: [sub.primary(), sub.flags(FLAG.sign)] })
      .user('B', { created: day(1), hashed: [sub.keyExpires(DAY)] })
    expect(against(shorter)).toEqual([])
  })

  it('a revoked user id does not speak for the key, until it is certified anew', () => {
    const revoked = maker()
      .user('A')
      .revokeUser(USER, { created: day(2), hashed: [sub.reason(32)] })
    expect(against(revoked, primary, day(1))).toEqual([])
    expect(against(revoked)).toEqual(['key-not-bound'])
    expect(against(revoked.certify(USER, { created: day(3) }))).toEqual([])
  })

  it('a revoked direct-key signature does not speak for the key', () => {
    const revoked = maker()
      .direct()
      .signature([keyData(primary)], { type: 0x30, created: day(2) })
    expect(against(revoked)).toEqual(['key-not-bound'])
  })

  it('key flags: certify only; none at all; missing everywhere', () => {
    expect(against(maker().user('A', { hashed: [certifyOnly] }))).toEqual(['key-not-for-signing'])
    expect(against(maker().user('A', { hashed: [sub.flags()] }))).toEqual(['key-not-for-signing'])
    expect(against(maker().user('A', { hashed: [] }))).toEqual([])
    expect(
      against(
        maker()
          .direct({ hashed: [certifyOnly] })
          .user('A', { hashed: [] }),
      ),
    ).toEqual(['key-not-for-signing'])
  })

  it('weak hash: the code says so beside key-not-bound', () => {
    expect(against(maker(makeKey({ kind: 'rsa', name: 'shared' })), primary)).toEqual(['no-key'])
    const rsa = makeKey({ kind: 'rsa', name: 'shared' })
    const old = maker(rsa).user('A', { hash: 2 })
    expect(against(old, rsa)).toEqual(['key-not-bound', 'weak-hash'])
    expect(against(old, rsa, NOW, defaultPolicy(day(-700)))).toEqual([])
  })

  it('SHA-1 over a user id that leaves room for a collision is refused earlier', () => {
    const rsa = makeKey({ kind: 'rsa', name: 'shared' })
    const before2023 = defaultPolicy(day(-700))
    for (const name of ['x'.repeat(97), 'a\u0000b', '\u0085']) {
      expect(against(maker(rsa).user(name, { hash: 2 }), rsa, NOW, before2023)).toContain(
        'weak-hash',
      )
    }
    const latin1 = { ...makeUser(''), body: Uint8Array.of(0xe4) }
    const odd = maker(rsa).put({ kind: 'user', user: latin1 }).certify(latin1, { hash: 2 })
    expect(against(odd, rsa, NOW, before2023)).toContain('weak-hash')
  })

  it('an unknown critical subpacket or notation spoils a self-signature, the next older one rules', () => {
    for (const odd of [sub.unknown(true), sub.notation('x@example.org', true)]) {
      expect(against(maker().user('A', { hashed: [odd] }))).toEqual([
        'key-not-bound',
        'critical-unknown',
      ])
      const older = maker()
        .user('A')
        .certify(USER, { created: day(2), hashed: [odd] })
      expect(against(older)).toEqual([])
    }
    expect(against(maker().user('A', { hashed: [sub.unknown(false)] }))).toEqual([])
  })

  it('a v6 certificate is bound by its direct-key signature only', () => {
    const six = makeKey({ version: 6 })
    expect(against(maker(six).direct().user('A'), six)).toEqual([])
    expect(against(maker(six).user('A'), six)).toEqual(['key-not-bound'])
  })
})

describe('C1: subkeys and back-signatures', () => {
  it('bound, with a back-signature in either area', () => {
    expect(against(bound().subkey(subkey), subkey)).toEqual([])
  })

  const CASES: readonly (readonly [
    string,
    Parameters<CertificateMaker['subkey']>[1],
    ReasonCode[],
  ])[] = [
    ['no back-signature', { back: 'none' }, ['key-not-bound']],
    ['a back-signature by the primary key', { back: { by: primary } }, ['key-not-bound']],
    ['a back-signature by a third key', { back: { by: other } }, ['key-not-bound']],
    ['a spoilt back-signature', { back: { options: { corrupt: 'value' } } }, ['key-not-bound']],
    [
      'an expired back-signature',
      { back: { options: { hashed: [sub.expires(DAY)] } } },
      ['key-not-bound'],
    ],
    [
      'a back-signature from the future',
      { back: { options: { created: day(200) } } },
      ['key-not-bound'],
    ],
    [
      'an embedded signature of another type',
      { back: { options: { type: 0x18 } } },
      ['key-not-bound'],
    ],
    [
      'a critical unknown in the back-signature',
      { back: { options: { hashed: [sub.unknown(true)] } } },
      ['key-not-bound'],
    ],
    ['no signing flag', { hashed: [sub.flags(FLAG.encrypt)] }, ['key-not-for-signing']],
    ['no flags anywhere: inferred, with the back-signature', { hashed: [] }, []],
    ['no flags anywhere, no back-signature', { hashed: [], back: 'none' }, ['key-not-bound']],
    ['a spoilt binding', { corrupt: 'value' }, ['key-not-bound']],
    ['an expired binding', { hashed: [sub.flags(FLAG.sign), sub.expires(DAY)] }, ['key-not-bound']],
    ['an expired subkey', { hashed: [sub.flags(FLAG.sign), sub.keyExpires(DAY)] }, ['key-expired']],
    ['a binding from the future', { created: day(200) }, ['key-not-bound']],
  ]
  it('SHA-1 over packages: accepted, and what is bound by it is known', () => {
    // keys whose algorithm takes a hash this short
    const rsa = makeKey({ kind: 'rsa', name: 'rsa primary' })
    const signing = makeKey({ kind: 'rsa', role: 'subkey', name: 'rsa subkey' })
    const weak = { hash: 2 }
    const weakBack = { back: { options: weak } }
    const isWeaklyBound = (made: CertificateMaker): readonly boolean[] => {
      const terms = { at: NOW, policy: rpmPolicy(NOW) }
      const { standings } = evaluate(collectFacts(made.build()), terms)
      for (const { objections } of standings) expect(objections).toEqual([])
      return standings.map((standing) => standing.isWeaklyBound)
    }
    const strong = (): CertificateMaker => maker(rsa).user('A')
    expect(isWeaklyBound(strong().subkey(signing))).toEqual([false, false])
    expect(isWeaklyBound(maker(rsa).user('A', weak).subkey(signing))).toEqual([true, true])
    expect(isWeaklyBound(strong().subkey(signing, weak))).toEqual([false, true])
    expect(isWeaklyBound(strong().subkey(signing, weakBack))).toEqual([false, true])
    expect(against(strong().subkey(signing, weakBack), signing)).toEqual(['key-not-bound'])
  })

  for (const [name, options, expected] of CASES) {
    it(name, () => {
      expect(against(bound().subkey(subkey, options), subkey)).toEqual(expected)
    })
  }

  it('a subkey that another certificate binds is not bound here', () => {
    expect(against(bound().subkey(subkey, {}, other), subkey)).toEqual(['key-not-bound'])
    const stolen = maker(other)
      .user('B')
      .put(...bound().subkey(subkey).packets.slice(3))
    expect(against(stolen, subkey)).toEqual(['key-not-bound'])
  })

  it('no flags on the binding are not inherited from a direct-key signature', () => {
    const inherited = maker()
      .direct({ hashed: [sub.flags(FLAG.sign)] })
      .subkey(subkey, { hashed: [] })
    expect(against(inherited, subkey)).toEqual(['key-not-for-signing'])
  })

  it('the newest binding rules', () => {
    const changed = bound()
      .subkey(subkey)
      .bind(subkey, { created: day(3), hashed: [sub.flags(FLAG.encrypt)] })
    expect(against(changed, subkey, day(2))).toEqual([])
    expect(against(changed, subkey)).toEqual(['key-not-for-signing'])
  })

  it('what is against the primary key is against its subkeys, but for its own flags', () => {
    expect(against(maker().subkey(subkey), subkey)).toEqual(['key-not-bound'])
    expect(
      against(
        maker()
          .user('A', { hashed: [certifyOnly] })
          .subkey(subkey),
        subkey,
      ),
    ).toEqual([])
    const expired = maker().user('A', { hashed: [sub.keyExpires(DAY)] })
    expect(against(expired.subkey(subkey), subkey)).toEqual(['key-expired'])
    const weak = makeKey({ kind: 'rsa1024', name: 'shared' })
    expect(against(maker(weak).user('A').subkey(subkey), subkey)).toEqual(['weak-key'])
  })

  it('a subkey does not exist before it was made, whatever its binding says', () => {
    const young = makeKey({ role: 'subkey', created: day(5) })
    const early = bound().subkey(young, { back: { options: { created: day(5) } } })
    expect(against(early, young, day(4))).toContain('signature-predates-key')
    expect(against(early, young, day(5))).toEqual([])
  })

  it('an encryption subkey never signs', () => {
    const cipher = makeKey({ role: 'subkey', material: { family: 'encryption' } })
    expect(against(bound().subkey(cipher, { hashed: [sub.flags(FLAG.encrypt)] }), cipher)).toEqual([
      'key-not-for-signing',
    ])
  })
})

describe('C2: revocations fail closed', () => {
  const revocation = (options: Parameters<typeof makeSignature>[2], by = primary) =>
    makeSignature(by, [keyData(primary)], { type: 0x20, created: day(2), ...options })

  it('one that the primary key made counts, whatever its hash, subpackets, digest prefix, place or age', () => {
    const rsa = makeKey({ kind: 'rsa', name: 'shared' })
    for (const options of [
      { hash: 1 },
      { hash: 2 },
      { hash: 3 },
      { hashed: [sub.unknown(true)] },
      { hashed: [sub.notation('x@example.org', true)] },
      { hashed: [sub.expires(1)] },
      { corrupt: 'left16' },
      { created: undefined },
      { created: day(5000) },
      { created: day(-5000) },
      { issuers: [] },
      { version: 3 },
    ] as const) {
      expect(
        against(
          maker(rsa)
            .user('A')
            .revokeKey({ created: day(2), ...options }),
          rsa,
        ),
      ).toEqual(['key-revoked'])
    }
    expect(against(bound().subkey(subkey).revokeKey())).toEqual(['key-revoked'])
    expect(against(maker().revokeKey().user('A'))).toEqual(['key-revoked'])
  })

  it('a soft one is in force from its own second on, also against a self-signature of that second', () => {
    const soft = { hashed: [sub.reason(1)] }
    expect(against(bound().revokeKey({ ...soft, created: day(0) }))).toEqual(['key-revoked'])
    expect(against(bound().revokeKey({ ...soft, created: undefined }))).toEqual(['key-revoked'])
    const ended = { created: day(2), hashed: [sub.reason(1), sub.expires(DAY)] }
    expect(against(bound().revokeKey(ended), primary, day(2))).toEqual(['key-revoked'])
    expect(against(bound().revokeKey(ended), primary, day(3))).toEqual([])
  })

  it('one by another key does not count', () => {
    expect(against(bound().revokeKey({}, other))).toEqual([])
    expect(against(bound().revokeKey({ issuers: [byFingerprint(primary)] }, other))).toEqual([])
    expect(against(bound().revokeKey({ issuers: [] }, other))).toEqual([])
    expect(against(bound().revokeKey({ corrupt: 'value' }))).toEqual([])
  })

  it('one that claims the primary key and cannot be evaluated makes it unusable', () => {
    const base = revocation({})
    for (const packet of [
      { ...base, hash: 99 },
      { ...base, algorithm: 99 },
      { ...base, hash: 99, issuers: [] },
      { ...base, hash: 99, issuers: [byKeyId(primary)] },
    ]) {
      expect(against(bound().put({ kind: 'signature', signature: packet }))).toEqual([
        'key-unusable',
      ])
    }
    const foreign = { ...base, hash: 99, issuers: [byFingerprint(other)] }
    expect(against(bound().put({ kind: 'signature', signature: foreign }))).toEqual([])
  })

  it('a flawed packet that says it is one, too, unless it names only others', () => {
    for (const issuers of [[byFingerprint(primary)], [byKeyId(primary)], []]) {
      expect(against(bound().put(flawedFrom(revocation({ issuers }))))).toEqual(['key-unusable'])
    }
    expect(against(bound().put(flawedFrom(revocation({ version: 3 }))))).toEqual(['key-unusable'])
    const six = Uint8Array.of(6, 0x20, 27, 8, 0, 0, 0, 9)
    expect(against(bound().put(flawedFrom({ body: six })))).toEqual(['key-unusable'])
    for (const issuers of [[byFingerprint(other)], [byKeyId(other)]]) {
      expect(against(bound().put(flawedFrom(revocation({ issuers }))))).toEqual([])
    }
    expect(against(bound().put(flawedFrom(revocation({ version: 3 }, other))))).toEqual([])
  })

  it('cut anywhere, it is a claim as soon as its type can be read', () => {
    const { body } = revocation({ issuers: [byFingerprint(other)] })
    const full = 4 + 2 + 6 + 2 + 23
    for (let length = 2; length < full; length += 1) {
      expect(against(bound().put(flawedFrom({ body: body.subarray(0, length) })))).toEqual([
        'key-unusable',
      ])
    }
    expect(against(bound().put(flawedFrom({ body: body.subarray(0, full) })))).toEqual([])
  })

  it('other flawed signatures and unknown versions are ignored', () => {
    expect(against(bound().put(flawedFrom(makeSignature(primary, [], { type: 0x10 }))))).toEqual([])
    for (const version of [0, 1, 7, 23, 255]) {
      expect(
        against(bound().put(flawedFrom({ body: Uint8Array.of(version, 0x20, 0x20) }))),
      ).toEqual([])
    }
    expect(against(bound().put(flawedFrom({ body: new Uint8Array(0) })))).toEqual([])
  })

  it('a subkey revocation is tried on every subkey', () => {
    const second = makeKey({ role: 'subkey' })
    const misplaced = bound()
      .subkey(subkey)
      .subkey(second)
      .revokeSubkey(subkey, { created: day(2) })
    expect(against(misplaced, subkey)).toEqual(['key-revoked'])
    expect(against(misplaced, second)).toEqual([])
    expect(against(misplaced)).toEqual([])
    const first = maker().revokeSubkey(subkey).user('A').subkey(subkey)
    expect(against(first, subkey)).toEqual(['key-revoked'])
  })

  it('a subkey revocation that cannot be evaluated makes the subkeys unusable, not the primary key', () => {
    const data = [keyData(primary), keyData(subkey)]
    const packet = { ...makeSignature(primary, data, { type: 0x28 }), hash: 99 }
    const odd = bound().subkey(subkey).put({ kind: 'signature', signature: packet })
    expect(against(odd, subkey)).toEqual(['key-unusable'])
    expect(against(odd)).toEqual([])
    const flawed = bound().subkey(subkey).put(flawedFrom(packet))
    expect(against(flawed, subkey)).toEqual(['key-unusable'])
  })

  it('a user id whose revocation cannot be evaluated does not speak for the key', () => {
    const packet = makeSignature(primary, [keyData(primary), userData(USER)], { type: 0x30 })
    expect(against(bound().put(flawedFrom(packet)))).toEqual(['key-not-bound'])
    expect(against(bound().put(flawedFrom(packet)).user('B'))).toEqual([])
  })
})

describe('C5: bounded', () => {
  it('more self-signatures than can be checked make the key unusable; revocations are checked first', () => {
    const self = makeSignature(primary, [keyData(primary), userData(USER)], {
      type: 0x13,
      created: day(0),
    })
    const many = (count: number): CertificateMaker => {
      const made = maker().put({ kind: 'user', user: USER })
      for (let index = 0; index < count; index += 1) {
        const body = Uint8Array.of(...self.body, Math.floor(index / 256), index % 256)
        made.put({ kind: 'signature', signature: { ...self, body } })
      }
      return made
    }
    expect(against(many(JUDGE_LIMITS.maxCertificateChecks))).toEqual([])
    expect(against(many(JUDGE_LIMITS.maxCertificateChecks + 1))).toEqual(['key-unusable'])
    expect(against(many(JUDGE_LIMITS.maxCertificateChecks + 1).revokeKey())).toEqual([
      'key-unusable',
      'key-revoked',
    ])
  })
})

describe('evaluations are kept', () => {
  const judged = new JudgedCertificate(
    bound()
      .subkey(subkey, { created: day(3), hashed: [sub.flags(FLAG.sign), sub.keyExpires(9 * DAY)] })
      .revokeKey({ created: day(20), hashed: [sub.reason(1)] })
      .build(),
  )

  it('one per policy and interval, and equal to a fresh one at every time', () => {
    const fresh = (at: UnixSeconds) => evaluate(judged.facts, { at, policy: POLICY })
    for (let column = -2; column < 25; column += 1) {
      for (const at of [day(column), (day(column) - 1) as UnixSeconds]) {
        const { standings, selfSigned } = judged.at({ at, policy: POLICY })
        expect({ standings, selfSigned }).toEqual({
          standings: fresh(at).standings,
          selfSigned: fresh(at).selfSigned,
        })
      }
    }
    expect(judged.at({ at: day(4), policy: POLICY })).toBe(
      judged.at({ at: day(5), policy: POLICY }),
    )
    expect(judged.at({ at: day(4), policy: POLICY })).not.toBe(
      judged.at({ at: day(21), policy: POLICY }),
    )
  })

  it('changes are known', () => {
    expect(changesOf(judged.facts)).toEqual([day(0), day(3), day(9), day(20)])
  })
})

describe('keyrings', () => {
  it('find primary keys and subkeys by fingerprint and by key id', () => {
    const keyring = Keyring.from([bound().subkey(subkey).build()])
    for (const key of [primary, subkey]) {
      expect(keyring.byFingerprint(key.packet.fingerprint).map((entry) => entry.key)).toEqual([
        key.packet,
      ])
      expect(keyring.byKeyId(key.packet.keyId).map((entry) => entry.key)).toEqual([key.packet])
    }
    expect(keyring.byKeyId(other.packet.keyId)).toEqual([])
  })

  it('all keys of a colliding key id, and a subkey of two certificates', () => {
    const twin = makeKey({ keyId: primary.packet.keyId })
    const keyring = Keyring.from([
      bound().subkey(subkey).build(),
      maker(twin).user('B').subkey(subkey).build(),
    ])
    expect(keyring.byKeyId(primary.packet.keyId)).toHaveLength(2)
    expect(keyring.byFingerprint(subkey.packet.fingerprint)).toHaveLength(2)
  })
})
