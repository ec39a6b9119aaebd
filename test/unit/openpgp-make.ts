/**
 * A small OpenPGP writer for tests: keys by node:crypto, self-signatures, bindings, back-signatures and revocations with
 * a knob for everything that can be wrong. It makes the model's clean objects directly, bodies included, and shares no
 * code with what is tested beyond the model.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { type Certificate, groupCertificates } from '../../manager/openpgp/certificate.ts'
import type {
  Fingerprint,
  IssuerHint,
  KeyId,
  KeyMaterial,
  KeyPacket,
  Packet,
  PacketSequence,
  SignatureMaterial,
  SignaturePacket,
  Subpacket,
  UnixSeconds,
  UserPacket,
} from '../../manager/openpgp/model.ts'

export const DAY = 86_400
/** Column 0 of every timeline: 2024-01-01. */
export const EPOCH = 1_704_067_200
export const seconds = (value: number): UnixSeconds => value as UnixSeconds
/** Noon of a day after the epoch. */
export const day = (column: number): UnixSeconds => seconds(EPOCH + column * DAY)

const u8 = (...octets: number[]): Uint8Array => Uint8Array.from(octets)
const u16 = (value: number): Uint8Array => u8(Math.floor(value / 256) % 256, value % 256)
export const u32 = (value: number): Uint8Array =>
  Buffer.concat([u16(Math.floor(value / 65_536)), u16(value % 65_536)])
const concat = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(Buffer.concat(parts))
const stripped = (value: Uint8Array): Uint8Array => {
  const at = value.findIndex((octet) => octet !== 0)
  return at < 0 ? new Uint8Array(0) : value.slice(at)
}
const mpi = (value: Uint8Array): Uint8Array => {
  const bits = value.length === 0 ? 0 : value.length * 8 - Math.clz32(value[0] ?? 0) + 24
  return concat(u16(bits), value)
}

const HASH_NAMES: Readonly<Record<number, string>> = {
  1: 'md5',
  2: 'sha1',
  3: 'ripemd160',
  8: 'sha256',
  9: 'sha384',
  10: 'sha512',
  11: 'sha224',
  12: 'sha3-256',
  14: 'sha3-512',
}

export type KeyKind =
  | 'rsa'
  | 'rsa1024'
  | 'dsa'
  | 'p256'
  | 'p384'
  | 'p521'
  | 'brainpool'
  | 'k256'
  | 'ed25519'
  | 'legacy'
  | 'ed448'

const EC = {
  p256: ['P-256', 'nistp256', '2a8648ce3d030107'],
  p384: ['P-384', 'nistp384', '2b81040022'],
  p521: ['P-521', 'nistp521', '2b81040023'],
  brainpool: ['brainpoolP384r1', 'brainpoolP384r1', '2b240303020801010b'],
  k256: ['secp256k1', 'secp256k1', '2b8104000a'],
} as const

export interface MadeKey {
  readonly packet: KeyPacket
  readonly secret: KeyObject
}

interface Material {
  readonly algorithm: number
  readonly material: KeyMaterial
  readonly octets: Uint8Array
  readonly secret: KeyObject
}

const fromBase64 = (text: string | undefined): Uint8Array =>
  Uint8Array.from(Buffer.from(text ?? '', 'base64url'))

/** The INTEGERs of a DER structure, in order: enough to take a DSA key apart. */
function integersIn(der: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = []
  const walk = (octets: Uint8Array): void => {
    let at = 0
    while (at < octets.length) {
      const tag = octets[at]
      let length = octets[at + 1] ?? 0
      let start = at + 2
      if (length >= 0x80) {
        const count = length - 0x80
        length = octets.subarray(start, start + count).reduce((sum, octet) => sum * 256 + octet, 0)
        start += count
      }
      const content = octets.subarray(start, start + length)
      if (tag === 2) found.push(stripped(content))
      if (tag === 0x30) walk(content)
      if (tag === 3) walk(content.subarray(1))
      at = start + length
    }
  }
  walk(der)
  return found
}

function generate(kind: KeyKind): Material {
  switch (kind) {
    case 'rsa':
    case 'rsa1024': {
      const modulusLength = kind === 'rsa' ? 2048 : 1024
      const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength })
      const jwk = publicKey.export({ format: 'jwk' })
      const [n, e] = [fromBase64(jwk.n), fromBase64(jwk.e)]
      const material = { family: 'rsa', n, e } as const
      return { algorithm: 1, material, octets: concat(mpi(n), mpi(e)), secret: privateKey }
    }
    case 'dsa': {
      const options = { modulusLength: 2048, divisorLength: 256 }
      const { publicKey, privateKey } = generateKeyPairSync('dsa', options)
      const numbers = integersIn(publicKey.export({ format: 'der', type: 'spki' }))
      const [p, q, g, y] = numbers
      if (!p || !q || !g || !y) throw new Error('expected four integers')
      const octets = concat(...numbers.map(mpi))
      return { algorithm: 17, material: { family: 'dsa', p, q, g, y }, octets, secret: privateKey }
    }
    case 'ed25519':
    case 'legacy':
    case 'ed448': {
      const { publicKey, privateKey } =
        kind === 'ed448' ? generateKeyPairSync('ed448') : generateKeyPairSync('ed25519')
      const point = fromBase64(publicKey.export({ format: 'jwk' }).x)
      const family = kind === 'ed448' ? 'ed448' : 'ed25519'
      if (kind !== 'legacy') {
        const algorithm = kind === 'ed448' ? 28 : 27
        return { algorithm, material: { family, point }, octets: point, secret: privateKey }
      }
      const oid = Buffer.from('2b06010401da470f01', 'hex')
      const octets = concat(u8(oid.length), oid, mpi(concat(u8(0x40), point)))
      return { algorithm: 22, material: { family, point }, octets, secret: privateKey }
    }
    default: {
      const [namedCurve, curve, oidHex] = EC[kind]
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve })
      const spki = publicKey.export({ format: 'der', type: 'spki' })
      const size = Math.ceil(
        (kind === 'p521' ? 521 : kind === 'p384' || kind === 'brainpool' ? 384 : 256) / 8,
      )
      const point = Uint8Array.from(spki.subarray(spki.length - 2 * size - 1))
      const oid = Buffer.from(oidHex, 'hex')
      const octets = concat(u8(oid.length), oid, mpi(point))
      return {
        algorithm: 19,
        material: { family: 'ecdsa', curve, point },
        octets,
        secret: privateKey,
      }
    }
  }
}

const generated = new Map<string, Material>()

/** Key material by name, made once: RSA and DSA generation is slow. */
function materialFor(kind: KeyKind, name: string): Material {
  const known = generated.get(`${kind} ${name}`)
  if (known !== undefined) return known
  const fresh = generate(kind)
  generated.set(`${kind} ${name}`, fresh)
  return fresh
}

const PLACE = { offset: 0, length: 0 }

export interface KeyOptions {
  readonly kind?: KeyKind
  readonly role?: 'primary' | 'subkey'
  readonly created?: UnixSeconds
  readonly version?: 4 | 6
  /** keys of the same kind and name share their material */
  readonly name?: string
  /** forge the key id, to collide with another */
  readonly keyId?: KeyId
  readonly material?: KeyMaterial
}

let anonymous = 0

export function makeKey(options: KeyOptions = {}): MadeKey {
  const { kind = 'ed25519', role = 'primary', created = day(0), version = 4 } = options
  const made = materialFor(kind, options.name ?? `key ${anonymous++}`)
  const front = concat(u8(version), u32(created), u8(made.algorithm))
  const body =
    version === 6 ? concat(front, u32(made.octets.length), made.octets) : concat(front, made.octets)
  const fingerprint = createHash(version === 6 ? 'sha256' : 'sha1')
    .update(prefixed(version, body))
    .digest('hex') as Fingerprint
  const keyId = (version === 6 ? fingerprint.slice(0, 16) : fingerprint.slice(-16)) as KeyId
  const packet: KeyPacket = {
    role,
    place: PLACE,
    body,
    version,
    created,
    algorithm: made.algorithm,
    material: options.material ?? made.material,
    fingerprint,
    keyId: options.keyId ?? keyId,
  }
  return { packet, secret: made.secret }
}

function prefixed(version: 4 | 6, body: Uint8Array): Uint8Array {
  return version === 6
    ? concat(u8(0x9b), u32(body.length), body)
    : concat(u8(0x99), u16(body.length), body)
}

export const keyData = ({ packet }: MadeKey): Uint8Array => prefixed(packet.version, packet.body)

export const makeUser = (name: string, kind: UserPacket['kind'] = 'userId'): UserPacket => ({
  kind,
  place: PLACE,
  body: Uint8Array.from(Buffer.from(name)),
})

export const userData = (user: UserPacket): Uint8Array =>
  concat(u8(user.kind === 'userId' ? 0xb4 : 0xd1), u32(user.body.length), user.body)

/** Subpackets by name. */
export const sub = {
  created: (time: number): Subpacket => ({ type: 2, critical: false, data: u32(time) }),
  expires: (lifetime: number): Subpacket => ({ type: 3, critical: true, data: u32(lifetime) }),
  keyExpires: (lifetime: number): Subpacket => ({ type: 9, critical: true, data: u32(lifetime) }),
  flags: (...flags: number[]): Subpacket => ({ type: 27, critical: true, data: u8(...flags) }),
  primary: (): Subpacket => ({ type: 25, critical: false, data: u8(1) }),
  reason: (code: number): Subpacket => ({ type: 29, critical: false, data: u8(code) }),
  notation: (name: string, critical: boolean): Subpacket => ({
    type: 20,
    critical,
    data: concat(u32(0x80000000), u16(name.length), u16(1), Buffer.from(`${name}x`)),
  }),
  unknown: (critical: boolean, type = 101): Subpacket => ({ type, critical, data: u8(1) }),
}

export const FLAG = { certify: 0x01, sign: 0x02, encrypt: 0x0c } as const

export interface SignOptions {
  readonly type?: number
  readonly hash?: number
  readonly created?: UnixSeconds | undefined
  readonly version?: 3 | 4 | 6
  readonly hashed?: readonly Subpacket[]
  /** default: the signer's fingerprint */
  readonly issuers?: readonly IssuerHint[]
  readonly embedded?: readonly SignaturePacket[]
  readonly notes?: readonly string[]
  /** spoils the 16 bits, or the value */
  readonly corrupt?: 'left16' | 'value'
  /** claim another algorithm number */
  readonly algorithm?: number
}

export const byFingerprint = ({ packet }: MadeKey): IssuerHint => ({
  kind: 'fingerprint',
  fingerprint: packet.fingerprint,
})
export const byKeyId = ({ packet }: MadeKey): IssuerHint => ({ kind: 'keyId', keyId: packet.keyId })

const area = (subpackets: readonly Subpacket[]): Uint8Array =>
  concat(
    ...subpackets.map(({ type, critical, data }) => {
      const length = data.length + 1
      const head = length < 192 ? u8(length) : concat(u8(255), u32(length))
      return concat(head, u8(type + (critical ? 128 : 0)), data)
    }),
  )

const hintSubpacket = (hint: IssuerHint): Subpacket =>
  hint.kind === 'keyId'
    ? { type: 16, critical: false, data: Buffer.from(hint.keyId, 'hex') }
    : {
        type: 33,
        critical: false,
        data: concat(
          u8(hint.fingerprint.length === 64 ? 6 : 4),
          Buffer.from(hint.fingerprint, 'hex'),
        ),
      }

const SALTS: Readonly<Record<number, number>> = { 8: 16, 9: 24, 10: 32, 11: 16, 12: 16, 14: 32 }

function signatureMaterial(
  signer: MadeKey,
  hash: number,
  octets: Uint8Array,
  digest: Uint8Array,
): SignatureMaterial {
  const { algorithm } = signer.packet
  if (algorithm === 27 || algorithm === 28) {
    return { form: 'native', value: sign(null, digest, signer.secret) }
  }
  if (algorithm === 22) {
    const value = sign(null, digest, signer.secret)
    return { form: 'mpis', values: [stripped(value.subarray(0, 32)), stripped(value.subarray(32))] }
  }
  const key = { key: signer.secret, dsaEncoding: 'ieee-p1363' } as const
  const value = sign(HASH_NAMES[hash] ?? '', octets, key)
  if (algorithm === 1) return { form: 'mpis', values: [stripped(value)] }
  const half = value.length / 2
  return {
    form: 'mpis',
    values: [stripped(value.subarray(0, half)), stripped(value.subarray(half))],
  }
}

function spoilt(material: SignatureMaterial): SignatureMaterial {
  const flip = (value: Uint8Array): Uint8Array => {
    const copy = Uint8Array.from(value)
    copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1
    return copy
  }
  return material.form === 'native'
    ? { form: 'native', value: flip(material.value) }
    : { form: 'mpis', values: material.values.map(flip) }
}

/** One that is long enough: SHA-256 where the key asks for no more. */
function hashFor({ material }: KeyPacket): number {
  if (material.family === 'ed448') return 10
  return material.family === 'ecdsa' && !/256/.test(material.curve) ? 10 : 8
}

/** A signature over octets, exactly as given: text is not canonicalised here. */
export function makeSignature(
  signer: MadeKey,
  data: readonly Uint8Array[],
  options: SignOptions = {},
): SignaturePacket {
  const { type = 0, hash = hashFor(signer.packet) } = options
  const created = 'created' in options ? options.created : day(1)
  const version = options.version ?? signer.packet.version
  const issuers = options.issuers ?? [byFingerprint(signer)]
  const times = created === undefined ? [] : [sub.created(created)]
  const hashed = [...times, ...(options.hashed ?? [])]
  const salt = version === 6 ? randomBytes(SALTS[hash] ?? 16) : undefined
  const length = version === 6 ? u32 : u16
  const algorithm = options.algorithm ?? signer.packet.algorithm
  const inner = area(hashed)
  const hashedPart =
    version === 3
      ? concat(u8(type), u32(created ?? 0))
      : concat(u8(version, type, algorithm, hash), length(inner.length), inner)
  const trailer = version === 3 ? u8() : concat(u8(version, 0xff), u32(hashedPart.length))
  const octets = concat(salt ?? u8(), ...data, hashedPart, trailer)
  const digest = createHash(HASH_NAMES[hash] ?? 'sha256')
    .update(octets)
    .digest()
  const genuine = signatureMaterial(signer, hash, octets, digest)
  const material = options.corrupt === 'value' ? spoilt(genuine) : genuine
  const left16 = (digest.readUInt16BE(0) + (options.corrupt === 'left16' ? 1 : 0)) % 65_536
  const unhashed = area(issuers.map(hintSubpacket))
  const value = material.form === 'native' ? material.value : concat(...material.values.map(mpi))
  const tail = concat(u16(left16), salt === undefined ? u8() : concat(u8(salt.length), salt), value)
  const body =
    version === 3
      ? concat(
          u8(3, 5),
          hashedPart,
          Buffer.from(signer.packet.keyId, 'hex'),
          u8(algorithm, hash),
          tail,
        )
      : concat(hashedPart, length(unhashed.length), unhashed, tail)
  return {
    place: PLACE,
    body,
    version,
    type,
    algorithm,
    hash,
    hashedPart,
    hashed: version === 3 ? [] : hashed,
    created,
    issuers,
    left16,
    salt,
    material,
    embedded: options.embedded ?? [],
    notes: options.notes ?? [],
  }
}

export interface BindOptions extends SignOptions {
  /** default: made by the subkey at the binding's time; `none`, or by another key, or with other options */
  readonly back?: 'none' | { readonly by?: MadeKey; readonly options?: SignOptions }
}

/** Builds a certificate, packet by packet. */
export class CertificateMaker {
  readonly primary: MadeKey
  readonly packets: Packet[]

  constructor(primary: MadeKey) {
    this.primary = primary
    this.packets = [{ kind: 'key', key: primary.packet }]
  }

  put(...packets: readonly Packet[]): this {
    this.packets.push(...packets)
    return this
  }

  signature(data: readonly Uint8Array[], options: SignOptions, by: MadeKey = this.primary): this {
    return this.put({ kind: 'signature', signature: makeSignature(by, data, options) })
  }

  direct(options: SignOptions = {}): this {
    return this.signature([keyData(this.primary)], { type: 0x1f, created: day(0), ...options })
  }

  user(name: string, options: SignOptions = {}, by: MadeKey = this.primary): this {
    const user = makeUser(name)
    return this.put({ kind: 'user', user }).certify(user, options, by)
  }

  certify(user: UserPacket, options: SignOptions = {}, by: MadeKey = this.primary): this {
    const hashed = options.hashed ?? [sub.flags(FLAG.certify | FLAG.sign)]
    const full = { type: 0x13, created: day(0), ...options, hashed }
    return this.signature([keyData(this.primary), userData(user)], full, by)
  }

  revokeUser(user: UserPacket, options: SignOptions = {}): this {
    const full = { type: 0x30, created: day(0), ...options }
    return this.signature([keyData(this.primary), userData(user)], full)
  }

  subkey(key: MadeKey, options: BindOptions = {}, by: MadeKey = this.primary): this {
    return this.put({ kind: 'key', key: key.packet }).bind(key, options, by)
  }

  bind(key: MadeKey, options: BindOptions = {}, by: MadeKey = this.primary): this {
    const data = [keyData(this.primary), keyData(key)]
    const { back } = options
    const backOptions = back === 'none' || back === undefined ? {} : (back.options ?? {})
    const backKey = back === 'none' ? undefined : (back?.by ?? key)
    const embedded =
      backKey === undefined || backKey.packet.material.family === 'encryption'
        ? []
        : [
            makeSignature(backKey, data, {
              type: 0x19,
              created: options.created ?? day(0),
              ...backOptions,
            }),
          ]
    const hashed = options.hashed ?? [sub.flags(FLAG.sign)]
    return this.signature(data, { type: 0x18, created: day(0), ...options, hashed, embedded }, by)
  }

  revokeKey(options: SignOptions = {}, by: MadeKey = this.primary): this {
    return this.signature([keyData(this.primary)], { type: 0x20, created: day(0), ...options }, by)
  }

  revokeSubkey(key: MadeKey, options: SignOptions = {}): this {
    const full = { type: 0x28, created: day(0), ...options }
    return this.signature([keyData(this.primary), keyData(key)], full)
  }

  sequence(): PacketSequence {
    return { packets: this.packets, stop: undefined }
  }

  build(): Certificate {
    const [certificate] = groupCertificates(this.sequence()).certificates
    if (certificate === undefined) throw new Error('expected a certificate')
    return certificate
  }
}

export const signatureSequence = (...signatures: readonly SignaturePacket[]): PacketSequence => ({
  packets: signatures.map((signature) => ({ kind: 'signature', signature })),
  stop: undefined,
})
