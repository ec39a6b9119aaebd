/** Material by gpg, in a home of its own that is gone afterwards. Its clock is told what time it is. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Material } from './material.ts'

const MADE = '20240101T000000'
const SIGNED = '20240601T000000'
const LATER = '20250101T000000'

interface Plan {
  readonly name: string
  readonly algorithm: string
  /** when the key expires; default never */
  readonly expires?: string
  readonly subkey?: { readonly expires?: string }
  readonly users?: readonly string[]
  readonly sign?: readonly string[]
  readonly revoked?: 'key' | 'user'
  /** the key of another plan signs as well */
  readonly beside?: string
}

const ALGORITHMS = [
  'rsa2048',
  'rsa3072',
  'dsa2048',
  'ed25519',
  'nistp256',
  'nistp384',
  'nistp521',
  'brainpoolP256r1',
  'brainpoolP384r1',
  'brainpoolP512r1',
] as const

const PLANS: readonly Plan[] = [
  ...ALGORITHMS.map((algorithm) => ({ name: 'plain', algorithm })),
  { name: 'text mode', algorithm: 'rsa2048', sign: ['--textmode'] },
  { name: 'text mode', algorithm: 'ed25519', sign: ['--textmode'] },
  { name: 'SHA-1', algorithm: 'rsa2048', sign: ['--digest-algo', 'SHA1'] },
  { name: 'SHA-224', algorithm: 'rsa2048', sign: ['--digest-algo', 'SHA224'] },
  { name: 'SHA-512', algorithm: 'rsa2048', sign: ['--digest-algo', 'SHA512'] },
  { name: 'with a notation', algorithm: 'ed25519', sign: ['--sig-notation', 'a@example.org=b'] },
  {
    name: 'with a critical notation',
    algorithm: 'ed25519',
    sign: ['--sig-notation', '!a@example.org=b'],
  },
  { name: 'signature expired since', algorithm: 'ed25519', sign: ['--default-sig-expire', LATER] },
  { name: 'expires in 2054', algorithm: 'dsa2048', expires: '20540101T000000' },
  { name: 'expired since', algorithm: 'rsa2048', expires: LATER },
  { name: 'expired since', algorithm: 'nistp256', expires: LATER },
  { name: 'revoked', algorithm: 'ed25519', revoked: 'key' },
  { name: 'revoked', algorithm: 'rsa3072', revoked: 'key' },
  { name: 'signing subkey', algorithm: 'ed25519', subkey: {} },
  { name: 'signing subkey', algorithm: 'rsa2048', subkey: {} },
  { name: 'subkey expired since', algorithm: 'ed25519', subkey: { expires: LATER } },
  { name: 'three user ids', algorithm: 'ed25519', users: ['Two <two@example.org>', 'Three'] },
  { name: 'a user id revoked', algorithm: 'nistp256', users: ['Two'], revoked: 'user' },
  { name: 'and another beside', algorithm: 'ed25519', beside: 'Beside <beside@example.org>' },
]

class Home {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
    mkdirSync(directory, { mode: 0o700 })
  }

  /** gpg at a time of ours, with no questions. */
  run(time: string, args: readonly string[], input?: Uint8Array): Buffer {
    const fixed = ['--homedir', this.#directory, '--batch', '--yes', '--quiet', '--no-tty']
    const silent = ['--pinentry-mode', 'loopback', '--passphrase', '', '--trust-model', 'always']
    const clock = ['--faked-system-time', time]
    return execFileSync('gpg', [...fixed, ...silent, ...clock, ...args], {
      input,
      stdio: ['pipe', 'pipe', 'ignore'],
    })
  }

  /** The revocation that gpg keeps for every key: behind a colon, so that it is not used by mistake. */
  revocation(fingerprint: string): Uint8Array {
    const path = join(this.#directory, 'openpgp-revocs.d', `${fingerprint}.rev`)
    return Buffer.from(readFileSync(path, 'latin1').replace(':-----BEGIN', '-----BEGIN'), 'latin1')
  }

  get fingerprints(): readonly string[] {
    const names = readdirSync(join(this.#directory, 'openpgp-revocs.d'))
    return names.map((name) => name.slice(0, -'.rev'.length))
  }

  end(): void {
    execFileSync('gpgconf', ['--homedir', this.#directory, '--kill', 'all'])
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

/** All of it, one after the other. */
export function* madeByGpg(directory: string): Generator<Material> {
  for (const [index, plan] of PLANS.entries()) {
    const place = join(directory, `g${index}`)
    const home = new Home(place)
    try {
      yield make(plan, home, `${place}.data`)
    } finally {
      home.end()
    }
  }
}

const OWNER = 'Alice <alice@example.org>'

function make(plan: Plan, home: Home, file: string): Material {
  const {
    name,
    algorithm,
    expires = 'never',
    subkey,
    users = [],
    sign = [],
    revoked,
    beside,
  } = plan
  home.run(MADE, ['--quick-generate-key', OWNER, algorithm, 'sign', expires])
  const [fingerprint = ''] = home.fingerprints
  if (subkey !== undefined) {
    home.run(MADE, ['--quick-add-key', fingerprint, algorithm, 'sign', subkey.expires ?? 'never'])
  }
  for (const user of users) home.run(MADE, ['--quick-add-uid', fingerprint, user])
  const signers = ['--local-user', fingerprint]
  if (beside !== undefined) {
    home.run(MADE, ['--quick-generate-key', beside, algorithm, 'sign', 'never'])
    signers.push('--local-user', beside)
  }
  const data = Buffer.from(`gpg: ${name}, ${algorithm}\nsecond line \t\r\nthird`)
  writeFileSync(file, data)
  const signature = home.run(SIGNED, [...signers, ...sign, '--output', '-', '--detach-sign', file])
  if (revoked === 'key') home.run(LATER, ['--import'], home.revocation(fingerprint))
  if (revoked === 'user') home.run(LATER, ['--quick-revoke-uid', fingerprint, OWNER])
  return {
    name: `gpg: ${name}`,
    algorithm,
    certificate: new Uint8Array(home.run(LATER, ['--export', fingerprint])),
    signature: new Uint8Array(signature),
    data: new Uint8Array(data),
  }
}
