/** Verdicts: every reason code, what is named in a good one, counting, and the three ways to feed data. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Keyring } from '../../manager/keyring/keyring.ts'
import {
  judgeDetached,
  judgeDetachedLater,
  type VerdictTerms,
} from '../../manager/openpgp/detached.ts'
import { DetachedStream } from '../../manager/openpgp/detached-stream.ts'
import { JUDGE_LIMITS } from '../../manager/openpgp/limits.ts'
import type { Packet, PacketSequence, SignaturePacket } from '../../manager/openpgp/model.ts'
import { REASON_ROWS, type ReasonCode, reason } from '../../manager/openpgp/reasons.ts'
import type { Verdict } from '../../manager/openpgp/verdict.ts'
import { defaultPolicy } from '../../manager/policy/policy.ts'
import {
  byFingerprint,
  byKeyId,
  CertificateMaker,
  DAY,
  day,
  FLAG,
  type KeyKind,
  keyData,
  makeKey,
  makeSignature,
  type SignOptions,
  seconds,
  signatureSequence,
  sub,
} from './openpgp-make.ts'

const DATA = Uint8Array.from(Buffer.from('first line\nsecond line\n'))
const NOW = day(100)
const alice = makeKey({ name: 'alice' })
const bob = makeKey({ kind: 'p256', name: 'bob' })
const carol = makeKey({ kind: 'rsa', name: 'shared' })
const stranger = makeKey({ name: 'stranger' })
const signingSubkey = makeKey({ kind: 'ed448', role: 'subkey', name: 'signing' })

const certificates = [
  new CertificateMaker(alice).user('Alice').subkey(signingSubkey).build(),
  new CertificateMaker(bob).user('Bob').build(),
  new CertificateMaker(carol).user('Carol').build(),
]
const keyring = Keyring.from(certificates)
const TERMS: VerdictTerms = { keyring, policy: defaultPolicy(NOW), at: NOW }

const made = (options: SignOptions = {}, by = alice, data = DATA): SignaturePacket =>
  makeSignature(by, [data], options)

/** Judges in memory, on the thread pool, and as a stream in three cuts: all must agree. */
async function judge(
  sequence: PacketSequence,
  terms: Partial<VerdictTerms> = {},
  data: Uint8Array = DATA,
): Promise<Verdict> {
  const all = { ...TERMS, ...terms }
  const verdict = judgeDetached(sequence, data, all)
  const later = await new Promise<Verdict>((done) => judgeDetachedLater(sequence, data, all, done))
  expect(later).toEqual(verdict)
  for (const chunk of [1, Math.max(1, Math.ceil(data.length / 2)), data.length + 1]) {
    const stream = new DetachedStream(sequence, all)
    for (let at = 0; at < data.length; at += chunk) stream.update(data.subarray(at, at + chunk))
    expect(stream.finish()).toEqual(verdict)
  }
  return verdict
}

async function codes(
  sequence: PacketSequence | SignaturePacket,
  terms: Partial<VerdictTerms> = {},
): Promise<string> {
  const verdict = await judge('packets' in sequence ? sequence : signatureSequence(sequence), terms)
  if (verdict.kind === 'good') return 'good'
  return [verdict.kind, ...new Set(verdict.reasons.map(({ code }) => code))].join(' ')
}

const ring = (...makers: readonly CertificateMaker[]): Partial<VerdictTerms> => ({
  keyring: Keyring.from(makers.map((maker) => maker.build())),
})
const of = (key = alice): CertificateMaker => new CertificateMaker(key)

const flawed = (
  reasonCode: 'malformed' | 'unsupported-version' | 'unsupported-algorithm',
): Packet => ({
  kind: 'flawed',
  flawed: {
    tag: 2,
    place: { offset: 3, length: 9 },
    body: Uint8Array.of(4),
    reason: reasonCode,
    detail: 'expected better',
    offset: 5,
  },
})
const other = (tag: number): Packet => ({
  kind: 'other',
  other: { tag, place: { offset: 11, length: 2 } },
})
const withPackets = (...packets: readonly (Packet | SignaturePacket)[]): PacketSequence => ({
  packets: packets.map(
    (one): Packet => ('kind' in one ? one : { kind: 'signature', signature: one }),
  ),
  stop: undefined,
})

describe('C1: what a good verdict names', () => {
  const KINDS: readonly KeyKind[] = [
    'rsa',
    'dsa',
    'p256',
    'p384',
    'p521',
    'brainpool',
    'ed25519',
    'legacy',
    'ed448',
  ]
  for (const kind of KINDS) {
    it(kind, async () => {
      const key = makeKey({ kind, name: 'shared' })
      expect(await codes(made({}, key), ring(of(key).user('K')))).toBe('good')
      expect(await codes(made({ corrupt: 'value' }, key), ring(of(key).user('K')))).toBe(
        'bad bad-signature',
      )
    })
  }

  /** The longest hash that is too short, and one that is not. */
  const LENGTHS: readonly (readonly [KeyKind, number | undefined, number])[] = [
    ['rsa', undefined, 11],
    ['dsa', 11, 8],
    ['p256', 11, 8],
    ['p384', 8, 9],
    ['p521', 9, 10],
    ['brainpool', 8, 9],
    ['legacy', 11, 8],
    ['ed25519', 11, 8],
    ['ed448', 9, 10],
  ]
  for (const [kind, short, enough] of LENGTHS) {
    it(`${kind}: a digest as long as the key asks for (RFC 9580 section 5.2.3)`, async () => {
      const key = makeKey({ kind, name: 'shared' })
      expect(await codes(made({ hash: enough }, key), ring(of(key).user('K')))).toBe('good')
      if (short === undefined) return
      expect(await codes(made({ hash: short }, key), ring(of(key).user('K')))).toBe(
        'untrusted weak-hash',
      )
      expect(
        await codes(made({ hash: short, corrupt: 'value' }, key), ring(of(key).user('K'))),
      ).toBe('bad bad-signature')
      // and in the signatures that bind it
      expect(await codes(made({}, key), ring(of(key).user('K', { hash: short })))).toBe(
        'untrusted key-not-bound weak-hash',
      )
      // but not in one that revokes it
      const revoked = of(key).user('K').revokeKey({ hash: short })
      expect(await codes(made({}, key), ring(revoked))).toBe('untrusted key-revoked')
    })
  }

  it('keys, times, algorithms and the digest of exactly the bytes given', async () => {
    const expires = seconds(day(7) + 200 * DAY)
    const signature = made(
      { created: day(7), hash: 10, hashed: [sub.expires(200 * DAY)] },
      signingSubkey,
    )
    const verdict = await judge(signatureSequence(signature))
    expect(verdict).toMatchObject({
      kind: 'good',
      judgedAt: NOW,
      notes: [],
      good: [
        {
          signingKey: signingSubkey.packet.fingerprint,
          primaryKey: alice.packet.fingerprint,
          created: day(7),
          expires,
          version: 4,
          mode: 'binary',
          algorithm: { id: 28, name: 'Ed448' },
          hash: { id: 10, name: 'SHA512' },
          digest: { algorithm: 'SHA512', hex: createHash('sha512').update(DATA).digest('hex') },
        },
      ],
    })
  })

  it('text mode: LF or CR LF, and still the digest of the bytes given', async () => {
    const canonical = Uint8Array.from(Buffer.from('first line\r\nsecond line\r\n'))
    const signature = made({ type: 1 }, alice, canonical)
    for (const ends of ['\n', '\r\n']) {
      const data = Buffer.from(`first line${ends}second line${ends}`)
      const verdict = await judge(signatureSequence(signature), {}, data)
      expect(verdict).toMatchObject({
        kind: 'good',
        good: [{ mode: 'text', digest: { hex: createHash('sha256').update(data).digest('hex') } }],
      })
    }
    const binary = made({ type: 0 }, alice, canonical)
    expect((await judge(signatureSequence(binary))).kind).toBe('bad')
  })

  it('a v6 key and signature', async () => {
    const six = makeKey({ version: 6 })
    const verdict = await judge(signatureSequence(made({}, six)), ring(of(six).direct()))
    expect(verdict).toMatchObject({
      kind: 'good',
      good: [{ version: 6, digest: { hex: createHash('sha256').update(DATA).digest('hex') } }],
    })
  })

  it('no data at all', async () => {
    const empty = new Uint8Array(0)
    const verdict = await judge(signatureSequence(made({}, alice, empty)), {}, empty)
    expect(verdict.kind).toBe('good')
  })

  it('accepted deviations become notes', async () => {
    const verdict = await judge(
      signatureSequence(made({ notes: ['mpi-leading-zero', 'unheard of'] })),
    )
    expect(verdict).toMatchObject({ kind: 'good', notes: [{ code: 'mpi-leading-zero' }] })
  })
})

const covered = new Set<string>()

describe('C1: every reason code', () => {
  const weak = makeKey({ kind: 'rsa1024', name: 'shared' })
  const k256 = makeKey({ kind: 'k256', name: 'shared' })
  const young = makeKey({ created: day(50) })
  const offCurve = makeKey({
    kind: 'p256',
    material: {
      family: 'ecdsa',
      curve: 'nistp256',
      point: Uint8Array.of(4, ...new Uint8Array(64)),
    },
  })
  const many = Array.from({ length: JUDGE_LIMITS.maxCandidates + 1 }, (_, index) =>
    of(makeKey({ name: `many ${index}`, keyId: alice.packet.keyId })).user('M'),
  )
  const unevaluable: Packet = {
    kind: 'signature',
    signature: { ...makeSignature(alice, [keyData(alice)], { type: 0x20 }), hash: 99 },
  }
  const ROWS: readonly (readonly [
    string,
    PacketSequence | SignaturePacket,
    string,
    Partial<VerdictTerms>?,
  ])[] = [
    ['nothing', withPackets(), 'unusable no-signature'],
    ['a literal packet', withPackets(other(11)), 'unusable no-signature'],
    ['a signature and a literal packet', withPackets(made(), other(11)), 'unusable malformed'],
    ['a flawed packet', withPackets(flawed('malformed')), 'unusable malformed'],
    ['a creation time that is not hashed', made({ created: undefined }), 'unusable malformed'],
    [
      'an unknown version',
      withPackets(flawed('unsupported-version')),
      'unusable unsupported-version',
    ],
    [
      'an unknown algorithm',
      withPackets(flawed('unsupported-algorithm')),
      'unusable unsupported-algorithm',
    ],
    [
      'an unknown signature algorithm',
      { ...made(), algorithm: 99 },
      'unusable unsupported-algorithm',
    ],
    ['an unknown hash', { ...made(), hash: 99 }, 'unusable unsupported-algorithm'],
    ['Ed25519 with a short hash', made({ hash: 11 }), 'untrusted weak-hash'],
    [
      'a key off its curve',
      made({}, offCurve),
      'unusable unsupported-algorithm',
      ring(of(offCurve)),
    ],
    [
      'junk behind',
      { packets: withPackets(made()).packets, stop: { offset: 99, detail: 'expected a packet' } },
      'unusable trailing-data',
    ],
    [
      'junk only',
      { packets: [], stop: { offset: 0, detail: 'expected a packet' } },
      'unusable malformed',
    ],
    [
      'too many signatures',
      withPackets(
        ...Array.from({ length: JUDGE_LIMITS.maxSignatures + 1 }, () => flawed('malformed')),
      ),
      'unusable too-large',
    ],
    [
      'too many keys of one id',
      made({ issuers: [byKeyId(alice)] }),
      'unusable too-large',
      ring(...many),
    ],
    ...[0x02, 0x10, 0x13, 0x18, 0x19, 0x1f, 0x20, 0x40, 0x50].map(
      (type): readonly [string, SignaturePacket, string] => [
        `type 0x${type.toString(16)}`,
        made({ type }),
        'unusable wrong-type',
      ],
    ),
    ['version 3 over a document', made({ version: 3 }, carol), 'untrusted version-refused'],
    ['made tomorrow', made({ created: seconds(NOW + 1801) }), 'untrusted signature-from-future'],
    ['made within the tolerance', made({ created: seconds(NOW + 1800) }), 'good'],
    ['expired', made({ hashed: [sub.expires(DAY)] }), 'untrusted signature-expired'],
    [
      'expiring now',
      made({ created: day(99), hashed: [sub.expires(DAY)] }),
      'untrusted signature-expired',
    ],
    ['expiring in a second', made({ created: day(99), hashed: [sub.expires(DAY + 1)] }), 'good'],
    ['expiry 0: never', made({ hashed: [sub.expires(0)] }), 'good'],
    [
      'a critical unknown subpacket',
      made({ hashed: [sub.unknown(true)] }),
      'untrusted critical-unknown',
    ],
    [
      'a critical known one',
      made({ hashed: [{ type: 26, critical: true, data: Uint8Array.of(120) }] }),
      'good',
    ],
    ['an unknown one', made({ hashed: [sub.unknown(false)] }), 'good'],
    [
      'a critical notation',
      made({ hashed: [sub.notation('a@b', true)] }),
      'untrusted critical-unknown',
    ],
    [
      'a critical notation on the list',
      made({ hashed: [sub.notation('a@b', true)] }),
      'good',
      { policy: { ...TERMS.policy, notations: ['a@b'] } },
    ],
    ['a notation', made({ hashed: [sub.notation('a@b', false)] }), 'good'],
    ['SHA-1', made({ hash: 2 }, carol), 'untrusted weak-hash'],
    ['MD5', made({ hash: 1 }, carol), 'untrusted weak-hash'],
    ['RIPEMD-160', made({ hash: 3 }, carol), 'untrusted weak-hash'],
    ['another key', made({}, stranger), 'no-key no-key'],
    ['no hint', made({ issuers: [] }), 'no-key no-key'],
    [
      'the wrong data and no key',
      { ...made({}, stranger), left16: made().left16 ^ 1 },
      'bad digest-mismatch',
    ],
    [
      'an unwanted signer',
      made(),
      'untrusted signer-not-wanted',
      { signers: new Set([bob.packet.fingerprint]) },
    ],
    ['a wanted signer', made(), 'good', { signers: new Set([alice.packet.fingerprint]) }],
    [
      'a wanted signer, by its subkey',
      made({}, signingSubkey),
      'good',
      { signers: new Set([alice.packet.fingerprint]) },
    ],
    [
      'a wanted subkey',
      made({}, signingSubkey),
      'good',
      { signers: new Set([signingSubkey.packet.fingerprint]) },
    ],
    ['no signer wanted', made(), 'untrusted signer-not-wanted', { signers: new Set() }],
    [
      'a revocation that cannot be evaluated',
      made(),
      'untrusted key-unusable',
      ring(of().user('A').put(unevaluable)),
    ],
    [
      'older than its key',
      made({ created: day(49) }, young),
      'untrusted signature-predates-key',
      ring(of(young).user('Y', { created: day(50) })),
    ],
    ['an unbound key', made(), 'untrusted key-not-bound', ring(of())],
    [
      'an unbound subkey',
      made({}, signingSubkey),
      'untrusted key-not-bound',
      ring(of().user('A').put({ kind: 'key', key: signingSubkey.packet })),
    ],
    [
      'a certifying key',
      made(),
      'untrusted key-not-for-signing',
      ring(of().user('A', { hashed: [sub.flags(FLAG.certify)] })),
    ],
    [
      'an expired key',
      made(),
      'untrusted key-expired',
      ring(of().user('A', { hashed: [sub.keyExpires(DAY)] })),
    ],
    ['a revoked key', made(), 'untrusted key-revoked', ring(of().user('A').revokeKey())],
    ['RSA-1024', made({}, weak), 'untrusted weak-key', ring(of(weak).user('W'))],
    ['secp256k1', made({}, k256), 'untrusted weak-key', ring(of(k256).user('K'))],
    ['a wrong digest prefix', made({ corrupt: 'left16' }), 'bad digest-mismatch'],
    ['a wrong value', made({ corrupt: 'value' }), 'bad bad-signature'],
    [
      'a wrong value by an expired key',
      made({ corrupt: 'value' }),
      'bad bad-signature',
      ring(of().user('A', { hashed: [sub.keyExpires(DAY)] })),
    ],
    [
      'the issuer is another key of the ring',
      made({ issuers: [byFingerprint(bob)] }),
      'bad bad-signature',
    ],
    ['a threshold', made(), 'untrusted threshold-not-met', { threshold: 2 }],
    [
      'a threshold that is no number',
      made(),
      'untrusted threshold-not-met',
      { threshold: Number.NaN },
    ],
    ['a threshold of nothing', made({}, stranger), 'no-key no-key', { threshold: 0 }],
    [
      'a required signer',
      made(),
      'untrusted required-signer-missing',
      { requiredSigners: [bob.packet.fingerprint] },
    ],
    [
      'a required algorithm',
      made(),
      'untrusted required-algorithm-missing',
      { requiredAlgorithms: [27, 19] },
    ],
  ]
  for (const [name, input, expected, terms] of ROWS) {
    it(`${name}: ${expected}`, async () => {
      for (const code of expected.split(' ').slice(1)) covered.add(code)
      expect(await codes(input, terms)).toBe(expected)
    })
  }

  it('is covered here, or belongs to the handler, the importer and packages', () => {
    const elsewhere: readonly ReasonCode[] = [
      'second-opinion-disagrees',
      'handler-crashed',
      'handler-timeout',
      'handler-violation',
      'input-output',
      'not-an-rpm',
      'rpm-malformed',
      'header-digest-mismatch',
      'payload-digest-mismatch',
      'no-digest',
      'header-not-covered',
      'payload-not-covered',
      'partially-signed',
    ]
    expect([...covered, ...elsewhere].toSorted()).toEqual([...REASON_ROWS.keys()].toSorted())
    for (const code of elsewhere) expect(reason(code, 'why', 3)).toMatchObject({ code, offset: 3 })
  })

  it('says where: the offset of a flawed packet', async () => {
    const verdict = await judge(withPackets(flawed('malformed')))
    expect(verdict).toMatchObject({ reasons: [{ code: 'malformed', offset: 5 }] })
  })

  it('holds no octet of the input', async () => {
    const odd = made({ hashed: [sub.notation('\u001b[31mGOODSIG', true)] })
    const verdict = await judge(signatureSequence(odd))
    expect(JSON.stringify(verdict)).not.toContain('GOODSIG')
  })
})

describe('C1: hints choose what to try, and prove nothing', () => {
  it('a colliding key id: all are tried, the one that made it is named', async () => {
    const twins = [1, 2, 3].map((index) =>
      makeKey({ name: `twin ${index}`, keyId: alice.packet.keyId }),
    )
    for (const key of [alice, ...twins]) {
      const signature = made({ issuers: [byKeyId(alice)] }, key)
      const verdict = await judge(
        signatureSequence(signature),
        ring(of().user('A'), ...twins.map((twin) => of(twin).user('T'))),
      )
      expect(verdict).toMatchObject({
        kind: 'good',
        good: [{ primaryKey: key.packet.fingerprint }],
      })
    }
  })

  it('a wrong hint beside the right one', async () => {
    const issuers = [byFingerprint(stranger), byFingerprint(bob), byKeyId(alice)]
    expect(await codes(made({ issuers }))).toBe('good')
  })

  it('a subkey of two certificates: the one that may use it speaks', async () => {
    const thief = of(stranger).user('S').put({ kind: 'key', key: signingSubkey.packet })
    const owner = of().user('A').subkey(signingSubkey)
    for (const makers of [
      [thief, owner],
      [owner, thief],
    ]) {
      const verdict = await judge(signatureSequence(made({}, signingSubkey)), ring(...makers))
      expect(verdict).toMatchObject({
        kind: 'good',
        good: [{ primaryKey: alice.packet.fingerprint }],
      })
    }
    expect(await codes(made({}, signingSubkey), ring(thief))).toBe('untrusted key-not-bound')
  })
})

describe('signing time, then now', () => {
  it('notes that the self-signatures of now spoke', async () => {
    const verdict = await judge(
      signatureSequence(made()),
      ring(of().user('A', { created: day(9) })),
    )
    expect(verdict).toMatchObject({ kind: 'good', notes: [{ code: 'judged-now' }] })
  })

  it('notes that the key was retired since', async () => {
    const retired = of()
      .user('A')
      .revokeKey({ created: day(9), hashed: [sub.reason(3)] })
    const verdict = await judge(signatureSequence(made()), ring(retired))
    expect(verdict).toMatchObject({ kind: 'good', notes: [{ code: 'revoked-since' }] })
  })

  it('a key as new as the signature, within the clock tolerance', async () => {
    const created = seconds(NOW + 900)
    const key = makeKey({ created })
    expect(await codes(made({ created }, key), ring(of(key).user('N', { created })))).toBe('good')
  })

  it('version 3 over an RPM header, or where policy allows it', async () => {
    const three = made({ version: 3 }, carol)
    expect(await codes(three, { use: 'rpm-header' })).toBe('good')
    expect(await codes(three, { policy: { ...TERMS.policy, v3: 'always' } })).toBe('good')
    const never = { policy: { ...TERMS.policy, v3: 'never' }, use: 'rpm-header' } as const
    expect(await codes(three, never)).toBe('untrusted version-refused')
  })
})

describe('C1: counting', () => {
  const good = made()
  const goodBob = made({}, bob)
  const bad = made({ corrupt: 'value' }, carol)
  const noted = async (...packets: (Packet | SignaturePacket)[]): Promise<readonly string[]> => {
    const verdict = await judge(withPackets(...packets))
    return verdict.kind === 'good' ? verdict.notes.map(({ code }) => code) : [verdict.kind]
  }

  it('one certificate counts once, however it signs', async () => {
    const bySubkey = made({}, signingSubkey)
    const sequence = signatureSequence(good, good, made({ created: day(3) }), bySubkey)
    expect(await codes(sequence, { threshold: 2 })).toBe('untrusted threshold-not-met')
    const verdict = await judge(sequence)
    expect(verdict).toMatchObject({
      kind: 'good',
      good: [{ signingKey: alice.packet.fingerprint, created: day(1) }],
      notes: [{ code: 'counted-once' }],
    })
    expect(verdict.kind === 'good' && verdict.good).toHaveLength(1)
    expect(await codes(signatureSequence(good, goodBob), { threshold: 2 })).toBe('good')
    expect(await codes(signatureSequence(good, goodBob), { threshold: 3 })).toBe(
      'untrusted threshold-not-met',
    )
  })

  it('what stands beside a good signature is a note', async () => {
    expect(await noted(good, bad)).toEqual(['bad-beside-good'])
    expect(await noted(bad, good)).toEqual(['bad-beside-good'])
    expect(await noted(flawed('unsupported-version'), good)).toEqual(['unreadable-beside-good'])
    expect(await noted(good, flawed('malformed'))).toEqual(['unreadable-beside-good'])
    expect(await noted(good, made({}, stranger))).toEqual(['no-key-beside-good'])
    expect(await noted(good, made({ hashed: [sub.expires(1)] }, bob))).toEqual([
      'refused-beside-good',
    ])
    expect(await noted(other(10), good, other(21))).toEqual([])
    expect(await noted(good, other(60))).toEqual(['ignored'])
  })

  it('without a good one, the kind that says most speaks', async () => {
    const unknown = made({}, stranger)
    const expired = made({ hashed: [sub.expires(1)] })
    expect(await codes(withPackets(unknown, bad, expired))).toBe(
      'bad bad-signature signature-expired no-key',
    )
    expect(await codes(withPackets(unknown, expired))).toBe('untrusted signature-expired no-key')
    expect(await codes(withPackets(flawed('malformed'), unknown))).toBe('no-key no-key malformed')
  })

  it('required signers and algorithms', async () => {
    const both = signatureSequence(good, goodBob)
    expect(
      await codes(both, { requiredSigners: [alice.packet.fingerprint, bob.packet.fingerprint] }),
    ).toBe('good')
    expect(await codes(both, { requiredAlgorithms: [27, 19] })).toBe('good')
    expect(
      await codes(signatureSequence(good, bad), { requiredSigners: [carol.packet.fingerprint] }),
    ).toBe('untrusted required-signer-missing bad-signature')
  })
})

describe('streams', () => {
  it('are settled at once where no data can change the verdict', () => {
    expect(new DetachedStream(withPackets(flawed('malformed')), TERMS).settled?.kind).toBe(
      'unusable',
    )
    expect(new DetachedStream(withPackets(), TERMS).settled?.kind).toBe('unusable')
    expect(new DetachedStream(signatureSequence(made()), TERMS).settled).toBeUndefined()
  })

  it('C5: more keys than are tried are too large, also in memory', async () => {
    const twins = Array.from({ length: JUDGE_LIMITS.maxCandidates }, (_, index) =>
      of(makeKey({ kind: 'p256', name: `stream ${index}`, keyId: bob.packet.keyId })).user('M'),
    )
    const signature = made({ issuers: [byKeyId(bob)] }, bob)
    const copies = JUDGE_LIMITS.maxTries / JUDGE_LIMITS.maxCandidates
    const times = (length: number) => signatureSequence(...Array.from({ length }, () => signature))
    expect(await codes(times(copies), ring(...twins))).toBe('bad bad-signature')
    expect(await codes(times(copies + 1), ring(...twins))).toBe('unusable too-large')
    expect(
      new DetachedStream(times(copies + 1), { ...TERMS, ...ring(...twins) }).settled?.kind,
    ).toBe('unusable')
  })
})
