/**
 * Material by openpgp.js: its algorithms, and keys in every state that it can make. Not brainpool: in Node.js it needs a
 * package for those that it does not bring (`eckey-utils`); gpg makes them.
 */
import * as openpgp from 'openpgp'
import type { Material } from './material.ts'

export const MADE = new Date('2024-01-01T00:00:00Z')
const SIGNED = new Date('2024-06-01T00:00:00Z')
export const LATER = new Date('2025-01-01T00:00:00Z')
export const DAY = 86_400

export type KeyOptions = Parameters<typeof openpgp.generateKey>[0]
type Algorithm = Pick<KeyOptions, 'type' | 'curve' | 'rsaBits'>

export const ALGORITHMS = {
  rsa2048: { type: 'rsa', rsaBits: 2048 },
  rsa3072: { type: 'rsa', rsaBits: 3072 },
  ed25519: { type: 'ecc', curve: 'ed25519Legacy' },
  // RFC 9580's own number 27, in a version 4 key
  'ed25519-27': { type: 'curve25519' },
  // number 28
  'ed448-28': { type: 'curve448' },
  nistp256: { type: 'ecc', curve: 'nistP256' },
  nistp384: { type: 'ecc', curve: 'nistP384' },
  nistp521: { type: 'ecc', curve: 'nistP521' },
} as const satisfies Record<string, Algorithm>

export type AlgorithmName = keyof typeof ALGORITHMS

export const { reasonForRevocation: REASON } = openpgp.enums

/** What is made: a key, a signature by it, and what happens to the key then. */
export interface Plan {
  readonly name: string
  readonly algorithm: AlgorithmName
  readonly key?: Partial<KeyOptions>
  /** how the data is signed; default binary, without notations, by this key alone */
  readonly sign?: {
    readonly isText?: boolean
    readonly hash?: openpgp.enums.hash
    readonly notation?: string
    readonly isBeside?: boolean
  }
  /** what happens to the key after it has signed */
  readonly after?: (key: openpgp.PrivateKey) => Promise<openpgp.PrivateKey>
  /** nothing of it speaks against the signature; default: that is not said here */
  readonly isFine?: boolean
}

export const subkey = (more: object = {}): Partial<KeyOptions> => ({
  subkeys: [{ sign: true, date: MADE, ...more }],
})

export function revoked(
  flag: openpgp.enums.reasonForRevocation,
  date: Date,
): NonNullable<Plan['after']> {
  return (key) => key.revoke({ flag, string: 'why' }, date)
}

function secretPacket(key: openpgp.PrivateKey): openpgp.SecretKeyPacket {
  if (key.keyPacket instanceof openpgp.SecretKeyPacket) return key.keyPacket
  throw new TypeError('expected a secret key')
}

export function subkeyRevoked(
  flag: openpgp.enums.reasonForRevocation,
  date: Date,
): NonNullable<Plan['after']> {
  return async (key) => {
    const subkeys = key.subkeys.map((one) =>
      one.revoke(secretPacket(key), { flag, string: '' }, date),
    )
    key.subkeys = await Promise.all(subkeys)
    return key
  }
}

export function userRevoked(index: number): NonNullable<Plan['after']> {
  return async (key) => {
    const flag = REASON.userIDInvalid
    const users = key.users.map((one, at) =>
      at === index ? one.revoke(secretPacket(key), { flag, string: '' }, LATER) : one,
    )
    key.users = await Promise.all(users)
    return key
  }
}

export const USERS = [
  { name: 'One' },
  { name: 'Two', email: 'two@example.org' },
  { email: 'x@example.org' },
]

const PLANS: readonly Plan[] = [
  // the names of the table are its keys
  ...(Object.keys(ALGORITHMS) as AlgorithmName[]).flatMap((algorithm): Plan[] => [
    { name: 'plain', algorithm, key: { subkeys: [] } },
    { name: 'signing subkey', algorithm, key: subkey() },
  ]),
  { name: 'encryption subkey', algorithm: 'ed25519' },
  { name: 'three user ids', algorithm: 'nistp256', key: { userIDs: USERS } },
  {
    name: 'first user id revoked',
    algorithm: 'ed25519',
    key: { userIDs: USERS },
    after: userRevoked(0),
  },
  {
    name: 'last user id revoked',
    algorithm: 'nistp256',
    key: { userIDs: USERS },
    after: userRevoked(2),
  },
  { name: 'only user id revoked', algorithm: 'ed25519', after: userRevoked(0) },
  { name: 'expires in 2054', algorithm: 'rsa2048', key: { keyExpirationTime: 30 * 365 * DAY } },
  { name: 'expired since', algorithm: 'ed25519', key: { keyExpirationTime: 366 * DAY } },
  {
    name: 'subkey expired since',
    algorithm: 'nistp384',
    key: subkey({ keyExpirationTime: 366 * DAY }),
  },
  { name: 'compromised', algorithm: 'ed25519', after: revoked(REASON.keyCompromised, LATER) },
  {
    name: 'revoked without a reason',
    algorithm: 'rsa2048',
    after: revoked(REASON.noReason, LATER),
  },
  { name: 'retired since', algorithm: 'nistp256', after: revoked(REASON.keyRetired, LATER) },
  { name: 'superseded before', algorithm: 'ed25519', after: revoked(REASON.keySuperseded, MADE) },
  {
    name: 'subkey compromised',
    algorithm: 'ed25519',
    key: subkey(),
    after: subkeyRevoked(REASON.keyCompromised, LATER),
  },
  {
    name: 'subkey retired since',
    algorithm: 'nistp521',
    key: subkey(),
    after: subkeyRevoked(REASON.keyRetired, LATER),
  },
]

/** All of it, one after the other. */
export async function* madeByOpenpgpjs(plans: Iterable<Plan> = PLANS): AsyncGenerator<Material> {
  for (const plan of plans) yield await make(plan)
}

async function make({
  name,
  algorithm,
  key: more,
  sign = {},
  after,
  isFine,
}: Plan): Promise<Material> {
  const privateKey = await keyOf('Alice', algorithm, more)
  const { isText = false, isBeside = false, hash, notation } = sign
  const text = `openpgp.js: ${name}, ${algorithm}\nsecond line \r\n`
  const data = new TextEncoder().encode(text)
  const beside = isBeside ? [await keyOf('Beside', 'ed25519', { subkeys: [] })] : []
  const how = {
    signingKeys: [privateKey, ...beside],
    detached: true,
    date: SIGNED,
    format: 'binary' as const,
    ...(hash === undefined ? {} : { config: { preferredHashAlgorithm: hash } }),
    ...(notation === undefined ? {} : { signatureNotations: [notationOf(notation)] }),
  }
  const signature = isText
    ? await openpgp.sign({ message: await openpgp.createMessage({ text }), ...how })
    : await openpgp.sign({ message: await openpgp.createMessage({ binary: data }), ...how })
  const last = after === undefined ? privateKey : await after(privateKey)
  return {
    name: `openpgp.js: ${name}`,
    algorithm,
    certificate: last.toPublic().write(),
    signature,
    data,
    ...(isFine === undefined ? {} : { isFine }),
  }
}

async function keyOf(
  name: string,
  algorithm: AlgorithmName,
  more: Partial<KeyOptions> = {},
): Promise<openpgp.PrivateKey> {
  const { privateKey } = await openpgp.generateKey({
    userIDs: [{ name, email: `${name.toLowerCase()}@example.org` }],
    date: MADE,
    ...ALGORITHMS[algorithm],
    ...more,
    format: 'object',
  })
  return privateKey
}

function notationOf(value: string): openpgp.RawNotation {
  const octets = new TextEncoder().encode(value)
  return { name: 'note@example.org', value: octets, humanReadable: true, critical: false }
}
