/**
 * From the text of a policy file in Sequoia's format to a policy: the default policy with the file's rows in place of its
 * own, each with the key that it comes from as its source. Trusted side; the file is the administrator's, never an input.
 * The TOML library and zod are loaded by the first file.
 */
import type { UnixSeconds } from '../openpgp/model.ts'
import {
  type Cutoff,
  DEFAULT_CURVES,
  DEFAULT_HASHES,
  DEFAULT_KEYS,
  defaultPolicy,
  type KeyRule,
  type Policy,
  type VersionRule,
} from './policy.ts'
import { PolicyError } from './policy-error.ts'
import {
  CURVE_KEYS,
  ED25519,
  HASH_KEYS,
  NEEDED_PACKETS,
  PACKET_KEYS,
  SIZE_KEYS,
} from './policy-keys.ts'
import type { Rule, Table } from './policy-schema.ts'

type Section = Table<Rule>

const SILENT: Section = { disposition: undefined, values: new Map() }

/** Nesting of real files is three; more is not read. */
const MAX_DEPTH = 16

/**
 * The policy that a file describes.
 *
 * @param path for the error, if there is one
 * @throws {@link PolicyError} `policy-malformed`, `policy-unsupported`
 */
export async function parsePolicy(text: string, asOf: UnixSeconds, path?: string): Promise<Policy> {
  const [toml, { policyFile }] = await Promise.all([
    import('smol-toml'),
    import('./policy-schema.ts'),
  ])
  let document: unknown
  try {
    document = toml.parse(text, { unsafeKeyBehaviour: 'throw', maxDepth: MAX_DEPTH })
  } catch (error) {
    if (!(error instanceof toml.TomlError)) throw error
    const message = `expected TOML: line ${error.line}, column ${error.column}`
    throw new PolicyError('policy-malformed', message, { path })
  }
  const result = policyFile.safeParse(document)
  if (!result.success) {
    const [issue] = result.error.issues
    const where = (issue?.path ?? []).map(shown).join('.')
    const what = `${where === '' ? 'the file' : where}: ${issue?.message ?? 'not understood'}`
    throw new PolicyError('policy-malformed', what, { path })
  }
  const section = (name: string): Section => result.data.values.get(name) ?? SILENT
  const packets = section('packets')
  requireNeeded(packets, asOf, path)
  const base = defaultPolicy(asOf)
  const asymmetric = section('asymmetric_algorithms')
  return {
    ...base,
    hashes: hashRules(section('hash_algorithms')),
    keys: [...sizeRules(asymmetric), ...ed25519Rules(asymmetric)],
    curves: curveRules(asymmetric),
    versions: versionRules(packets),
  }
}

/** A key of the file as a message may hold it. */
function shown(key: PropertyKey): string {
  return /^[A-Za-z0-9_+.-]{1,64}$/.test(String(key)) ? String(key) : '(a key)'
}

/** A row's cut-off and where it comes from: its key, the section's default, or the built-in row. */
interface Found {
  readonly cutoff: Cutoff
  readonly source: string
}

function find(section: Section, name: string, key: string): Found | undefined {
  const cutoff = section.values.get(key)?.disposition
  if (cutoff !== undefined) return { cutoff, source: `policy file: ${name}.${key}` }
  const { disposition } = section
  if (disposition === undefined) return undefined
  return { cutoff: disposition, source: `policy file: ${name}.default_disposition` }
}

const HASHES = 'hash_algorithms'

function hashRules(section: Section): Policy['hashes'] {
  return [...HASH_KEYS].map(([key, hash]) => {
    const base = DEFAULT_HASHES.find((row) => row.hash === hash)
    const inner = section.values.get(key)?.values ?? new Map<string, Cutoff>()
    const found = find(section, HASHES, key)
    const fallback = found?.cutoff
    const collision = inner.get('collision_resistance') ?? fallback ?? base?.collision ?? 'never'
    const secondPreimage =
      inner.get('second_preimage_resistance') ?? fallback ?? base?.secondPreimage ?? 'never'
    const own = `policy file: ${HASHES}.${key}`
    const source = inner.size > 0 ? own : (found?.source ?? base?.source ?? own)
    return { hash, collision, secondPreimage, source }
  })
}

const ASYMMETRIC = 'asymmetric_algorithms'

function sizeRules(section: Section): readonly KeyRule[] {
  return [...SIZE_KEYS].map(([key, { family, leastBits }]) => {
    const reached = DEFAULT_KEYS.filter(
      (row) => row.family === family && row.leastBits <= leastBits,
    )
    const base = reached.toSorted((a, b) => b.leastBits - a.leastBits)[0]
    const found = find(section, ASYMMETRIC, key) ?? baseOf(base)
    return { family, leastBits, ...found }
  })
}

function baseOf(row: Found | undefined): Found {
  return row === undefined
    ? { cutoff: 'never', source: 'no built-in rule' }
    : { cutoff: row.cutoff, source: row.source }
}

/**
 * `ed25519` is algorithm 27 and `eddsa` is algorithm 22, the legacy one, which older Sequoia calls `cv25519`. A file
 * without `eddsa` that refuses `ed25519` means both: refusing only the new one is no policy that anybody had in mind.
 */
function ed25519Rules(section: Section): readonly KeyRule[] {
  const base = baseOf(DEFAULT_KEYS.find((row) => row.family === 'ed25519'))
  const native = find(section, ASYMMETRIC, 'ed25519') ?? base
  const name = ['eddsa', 'cv25519'].find((key) => section.values.has(key))
  let legacy = find(section, ASYMMETRIC, name ?? 'eddsa') ?? base
  if (name !== 'eddsa' && earlier(native.cutoff, legacy.cutoff)) legacy = native
  const row = (algorithm: number, found: Found): KeyRule => ({
    family: 'ed25519',
    algorithm,
    leastBits: 0,
    ...found,
  })
  return [row(ED25519.native, native), row(ED25519.legacy, legacy)]
}

function earlier(a: Cutoff, b: Cutoff): boolean {
  const rank = (cutoff: Cutoff): number =>
    cutoff === 'never'
      ? Number.NEGATIVE_INFINITY
      : cutoff === 'always'
        ? Number.POSITIVE_INFINITY
        : cutoff
  return rank(a) < rank(b)
}

function curveRules(section: Section): Policy['curves'] {
  return [...CURVE_KEYS].map(([key, curve]) => {
    const base = DEFAULT_CURVES.find((row) => row.curve === curve)
    return { curve, ...(find(section, ASYMMETRIC, key) ?? baseOf(base)) }
  })
}

const PACKETS = 'packets'

/** Rows only for the versions that the file speaks of: about the others the default policy's `v3` speaks. */
function versionRules(section: Section): readonly VersionRule[] {
  const rows: VersionRule[] = []
  for (const version of [3, 4, 6] as const) {
    const own = section.values.get('signature')?.values.get(`v${version}`)
    const source = `policy file: ${PACKETS}.signature.v${version}`
    const found = own === undefined ? find(section, PACKETS, 'signature') : { cutoff: own, source }
    if (found !== undefined) rows.push({ version, ...found })
  }
  return rows
}

/** A policy that refuses keys or user ids altogether is not followed by halves. */
function requireNeeded(section: Section, asOf: UnixSeconds, path: string | undefined): void {
  for (const key of NEEDED_PACKETS) {
    const rule = section.values.get(key)
    const versions = (PACKET_KEYS.get(key) ?? []).filter((name) => name !== 'v5')
    const cutoffs = [
      find(section, PACKETS, key)?.cutoff,
      ...versions.map((name) => rule?.values.get(name)),
    ]
    const isRefused = (cutoff: Cutoff | undefined): boolean =>
      cutoff === 'never' || (typeof cutoff === 'number' && asOf >= cutoff)
    // where the versions are named, they are what counts
    const [general, ...own] = cutoffs
    const all = own.map((cutoff) => cutoff ?? general)
    if ((all.length === 0 ? [general] : all).some(isRefused)) {
      const message = `expected ${PACKETS}.${key} to be accepted`
      throw new PolicyError('policy-unsupported', message, { path })
    }
  }
}
