/**
 * Plans drawn by lot, from a seed: algorithms, user ids, subkeys, expiries, revocations and ways to sign, in combinations that
 * nobody would write down. The name tells what was drawn, and the classes go by it.
 */
import { enums } from 'openpgp'
import type { Random } from '../hostile/liar/random.ts'
import {
  type AlgorithmName,
  DAY,
  type KeyOptions,
  LATER,
  MADE,
  type Plan,
  REASON,
  revoked,
  subkeyRevoked,
  USERS,
  userRevoked,
} from './made-by-openpgpjs.ts'

/** RSA rarely: its keys take most of the time. */
const ALGORITHMS: readonly AlgorithmName[] = [
  ...(['ed25519', 'ed25519', 'ed25519', 'ed25519', 'ed25519-27', 'ed25519-27'] as const),
  ...(['ed448-28', 'ed448-28'] as const),
  ...(['nistp256', 'nistp256', 'nistp256', 'nistp384', 'nistp521'] as const),
  ...(['ed25519', 'nistp256', 'ed25519', 'nistp256', 'ed25519', 'nistp256', 'rsa2048'] as const),
]

/** After the key was made and before it signs. */
const BETWEEN = new Date('2024-03-01T00:00:00Z')
const TIMES = [
  [MADE, 'at once'],
  [BETWEEN, 'before'],
  [LATER, 'since'],
] as const
const REASONS = [
  [REASON.noReason, 'revoked without a reason'],
  [REASON.keyCompromised, 'compromised'],
  [REASON.keySuperseded, 'superseded'],
  [REASON.keyRetired, 'retired'],
] as const
const HASHES = [
  [enums.hash.sha256, 'SHA-256'],
  [enums.hash.sha512, 'SHA-512'],
  [enums.hash.sha3_256, 'SHA3-256'],
  [enums.hash.sha3_512, 'SHA3-512'],
] as const
const EXPIRED = 366 * DAY
const LONG = 30 * 365 * DAY

/** So many plans. */
export function* drawn(count: number, random: Random): Generator<Plan> {
  for (let left = count; left > 0; left -= 1) yield draw(random)
}

function draw(random: Random): Plan {
  const words: string[] = []
  let isFine = true
  const algorithm = random.pick(ALGORITHMS)

  const users = random.chance(1, 3) ? USERS.slice(0, 2 + random.below(2)) : undefined
  if (users !== undefined) words.push(`${users.length} user ids`)

  const expiry = (what: string): number => {
    const seconds = random.pick([0, 0, 0, 0, 0, LONG, LONG, EXPIRED])
    if (seconds === EXPIRED) {
      words.push(`${what} expired since`)
      isFine = false
    }
    return seconds
  }
  const keyExpirationTime = expiry('key')
  const kind = random.pick(['none', 'signing', 'encryption', 'both'] as const)
  const subkeys: NonNullable<KeyOptions['subkeys']> = []
  if (kind === 'signing' || kind === 'both') {
    words.push('signing subkey')
    subkeys.push({ sign: true, date: MADE, keyExpirationTime: expiry('subkey') })
  }
  if (kind === 'encryption' || kind === 'both') subkeys.push({ date: MADE })

  const fate = random.below(10)
  let after: Plan['after']
  if (fate < 2) {
    const [flag, word] = random.pick(REASONS)
    const [date, when] = random.pick(TIMES)
    const isSoft = flag === REASON.keySuperseded || flag === REASON.keyRetired
    if (!isSoft || date !== LATER) isFine = false
    const isOfSubkey = subkeys.length > 0 && random.chance(1, 2)
    words.push(`${isOfSubkey ? 'subkeys ' : ''}${word} ${when}`)
    after = isOfSubkey ? subkeyRevoked(flag, date) : revoked(flag, date)
    // of an encryption subkey nothing is asked
    if (isOfSubkey && kind === 'encryption') isFine = keyExpirationTime !== EXPIRED
  } else if (fate === 2) {
    const index = random.below(users?.length ?? 1)
    words.push(`user id revoked: ${index}`)
    after = userRevoked(index)
    if (users === undefined) isFine = false
  }

  const [hash, hashName] = random.pick(HASHES)
  const isHash = random.chance(1, 3)
  if (isHash) words.push(hashName)
  const isText = random.chance(1, 5)
  if (isText) words.push('text mode')
  const isBeside = random.chance(1, 8)
  if (isBeside) words.push('and another beside')
  const sign = {
    isText,
    isBeside,
    ...(isHash ? { hash } : {}),
    ...(random.chance(1, 4) ? { notation: 'drawn' } : {}),
  }
  const key = {
    subkeys,
    keyExpirationTime,
    ...(users === undefined ? {} : { userIDs: [...users] }),
  }
  const name = `drawn: ${words.join(', ')}`
  return { name, algorithm, key, sign, isFine, ...(after === undefined ? {} : { after }) }
}
