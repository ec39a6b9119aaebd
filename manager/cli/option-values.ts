/** The values of options that several commands have: each is checked here, and refused with the command's own help. */
import { SIGNATURE_ALGORITHMS } from '../openpgp/algorithms.ts'
import type { Fingerprint, UnixSeconds } from '../openpgp/model.ts'
import type { Isolation } from '../umd/job.ts'
import { UsageError } from './exit.ts'
import { nameOf } from './names.ts'
import type { SessionOptions } from './verify-session.ts'

/** For `parseArgs`: what every judging command takes. */
export const SESSION_OPTIONS = {
  keyring: { type: 'string', multiple: true },
  signer: { type: 'string', multiple: true },
  threshold: { type: 'string' },
  at: { type: 'string' },
  json: { type: 'boolean' },
  quiet: { type: 'boolean' },
  jobs: { type: 'string' },
  'require-signer': { type: 'string', multiple: true },
  'require-algorithm': { type: 'string', multiple: true },
  policy: { type: 'string' },
  'policy-as-of': { type: 'string' },
  isolation: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

/** What `parseArgs` makes of {@link SESSION_OPTIONS}. */
export interface SessionValues {
  readonly keyring?: string[] | undefined
  readonly signer?: string[] | undefined
  readonly threshold?: string | undefined
  readonly at?: string | undefined
  readonly json?: boolean | undefined
  readonly quiet?: boolean | undefined
  readonly jobs?: string | undefined
  readonly 'require-signer'?: string[] | undefined
  readonly 'require-algorithm'?: string[] | undefined
  readonly policy?: string | undefined
  readonly 'policy-as-of'?: string | undefined
  readonly isolation?: string | undefined
}

/** RFC 3339, or a date alone: its first second, UTC. Days that do not exist are refused, which Date.parse does not do. */
const DATE = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/

/** 40 or 64 hexadecimal digits, blanks between them allowed: a key id is not enough to name a key. */
export function fingerprintIn(text: string): Fingerprint | undefined {
  const digits = text.replace(/[ :]/g, '').toLowerCase()
  const isOne = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(digits)
  return isOne ? (digits as Fingerprint) : undefined // just checked
}

/** What was expected, where there is none. */
export const A_FINGERPRINT = 'a full fingerprint, 40 or 64 hexadecimal digits'

/** Checks values for one command. Every method throws {@link UsageError}. */
export class OptionValues {
  readonly #command: string
  readonly #help: string

  constructor(command: string, help: string) {
    this.#command = command
    this.#help = help
  }

  fail(expected: string): never {
    throw new UsageError(`${this.#command}: expected ${expected}`, this.#help)
  }

  session(values: SessionValues): SessionOptions {
    const { at, policy, 'policy-as-of': policyAsOf } = values
    if (policy?.isWellFormed() === false) this.fail('a name in UTF-8 for --policy')
    return {
      keyrings: (values.keyring ?? []).map(nameOf),
      signers: (values.signer ?? []).map((text) => this.fingerprint(text)),
      requiredSigners: (values['require-signer'] ?? []).map((text) => this.fingerprint(text)),
      requiredAlgorithms: (values['require-algorithm'] ?? []).map((text) => this.algorithm(text)),
      threshold: this.count(values.threshold, '--threshold'),
      at: at === undefined ? undefined : this.time(at),
      policy,
      policyAsOf: policyAsOf === undefined ? undefined : this.time(policyAsOf),
      isolation: this.isolation(values.isolation),
      json: values.json ?? false,
      quiet: values.quiet ?? false,
      jobs: this.count(values.jobs, '--jobs'),
    }
  }

  fingerprint(text: string): Fingerprint {
    return fingerprintIn(text) ?? this.fail(A_FINGERPRINT)
  }

  count(text: string | undefined, option: string): number {
    if (text === undefined) return 1
    if (/^[1-9][0-9]{0,3}$/.test(text)) return Number(text)
    return this.fail(`a number from 1 to 9999 for ${option}`)
  }

  time(text: string): UnixSeconds {
    const day = DATE.exec(text)?.[1]
    const isDay =
      day !== undefined && new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) === true
    const seconds = isDay ? Math.floor(Date.parse(text) / 1000) : Number.NaN
    // whole seconds, in the range that packets can state
    if (seconds >= 0 && seconds <= 0xffff_ffff) return seconds as UnixSeconds
    return this.fail('a date such as 2026-01-31 or 2026-01-31T12:00:00Z')
  }

  /** Algorithms as they are named here: `RSA` is rsa, `EdDSA (legacy)` is eddsa-legacy, or eddsa. */
  algorithm(text: string): number {
    const wanted = text === 'eddsa' ? 'eddsa-legacy' : text
    const names: string[] = []
    for (const [id, { name }] of SIGNATURE_ALGORITHMS) {
      const own = name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/-$/, '')
      if (own === wanted) return id
      names.push(own)
    }
    return this.fail(`an algorithm of ${names.join(', ')}`)
  }

  isolation(text: string | undefined): Isolation {
    if (text === undefined || text === 'shared') return 'shared'
    if (text === 'per-input') return text
    return this.fail('shared or per-input for --isolation')
  }
}
