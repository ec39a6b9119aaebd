/**
 * Several hundred small packages by the real rpmbuild and rpmsign, with keys by the real gpg, all in a directory of their
 * own: few are built, each is signed by every key.
 *
 * ```ts
 * const packages = await buildPackages(directory)
 * const keys = KEY_NAMES.map((name) => keyPath(directory, name))
 * const { verdicts } = await rpmkeysVerdict(packages.map(({ path }) => path), { keys, dbpath })
 * ```
 */
import { basename, join } from 'node:path'
import { type Build, type Signing, Tools } from './rpm-tools.ts'

export { type RpmkeysRun, type RpmkeysVerdict, rpmkeysVerdict } from '../support/rpmkeys.ts'

/** Names of the keys, which are their algorithms in the words of gpg. */
export const KEY_NAMES = [
  'rsa2048',
  'rsa4096',
  'ed25519',
  'nistp256',
  'nistp384',
  'dsa2048',
] as const
export type KeyName = (typeof KEY_NAMES)[number]

/** A package as the programs left it. */
export interface BuiltPackage {
  readonly path: string
  /** what it was made from and how it was signed, to be shown */
  readonly label: string
  /** whose signatures it holds */
  readonly keys: readonly KeyName[]
  readonly expected: 'signed' | 'unsigned'
  /** signed over the header alone, which holds a digest of the payload; false: over header and payload as well, or not */
  readonly headerOnlySigned: boolean
  /** of the last signature, `SHA256`; empty if there is none */
  readonly hash: string
}

/** Where the armored certificate of a key is, once packages are built. */
export function keyPath(directory: string, name: KeyName): string {
  return join(directory, 'keys', `${name}.asc`)
}

const BUILDS: readonly Build[] = [
  { name: 'gzip', payload: 'w9.gzdio', fileDigest: 8 },
  { name: 'xz', payload: 'w2.xzdio', fileDigest: 1 },
  { name: 'zstd', payload: 'w3.zstdio', fileDigest: 10 },
  { name: 'bzip2', payload: 'w9.bzdio', fileDigest: 2 },
  { name: 'uncompressed', payload: 'w0.ufdio', fileDigest: 8 },
]

/** How copies are signed, in steps. */
interface Plan {
  readonly label: string
  /** which of the builds; default all of them */
  readonly of?: string
  readonly steps: readonly (Signing<KeyName> | 'delete')[]
}

/** rpmsign 4.18 refuses signatures by these keys: its own rpm cannot read them. */
const UNKNOWN_TO_RPM: ReadonlySet<KeyName> = new Set(['nistp256', 'nistp384'])

function by(key: KeyName, options: Partial<Signing<KeyName>> = {}): Signing<KeyName> {
  // gpg signs by a digest as long as the curve, or longer
  const hash = key === 'nistp384' ? 'SHA384' : 'SHA256'
  return { key, hash, isV3: false, isBeside: UNKNOWN_TO_RPM.has(key), ...options }
}

const PLANS: readonly Plan[] = [
  { label: 'unsigned', steps: [] },
  ...KEY_NAMES.map((key) => ({ label: key, steps: [by(key)] })),
  ...KEY_NAMES.map((key) => {
    const steps = [by(key, { isV3: true })]
    return { label: `${key} over the payload as well`, of: 'gzip', steps }
  }),
  { label: 'SHA-1', of: 'xz', steps: [by('rsa2048', { hash: 'SHA1' })] },
  { label: 'SHA-224', of: 'xz', steps: [by('rsa2048', { hash: 'SHA224' })] },
  { label: 'SHA-384', of: 'zstd', steps: [by('rsa4096', { hash: 'SHA384' })] },
  { label: 'SHA-512', of: 'zstd', steps: [by('rsa2048', { hash: 'SHA512' })] },
  { label: 'Ed25519 and SHA-512', of: 'xz', steps: [by('ed25519', { hash: 'SHA512' })] },
  // the later signature takes the place of the earlier one
  { label: 'signed again', of: 'xz', steps: [by('rsa2048'), by('ed25519')] },
  {
    label: 'over the payload, then again',
    of: 'zstd',
    steps: [by('rsa2048', { isV3: true }), by('dsa2048')],
  },
  { label: 'two signers', of: 'zstd', steps: [by('rsa4096'), by('ed25519', { isBeside: true })] },
  {
    label: 'two signers over the payload as well',
    of: 'bzip2',
    steps: [by('rsa2048', { isV3: true }), by('dsa2048', { isV3: true, isBeside: true })],
  },
  { label: 'signature deleted', of: 'gzip', steps: [by('rsa4096'), 'delete'] },
]

/** Makes keys and packages below a directory that is there and empty. The caller deletes it. */
export async function buildPackages(directory: string): Promise<BuiltPackage[]> {
  const tools = new Tools(directory)
  await tools.prepare()
  try {
    // one after the other: two gpg at once spoil a new keyring
    for (const name of KEY_NAMES) await tools.makeKey(name, keyPath(directory, name))
    await byTwo(BUILDS, (build) => tools.build(build))
    const made: BuiltPackage[] = []
    await byTwo(PLANS, async (plan) => {
      const place = join(directory, 'packages', plan.label.replace(/\W+/g, '-'))
      made.push(...(await carryOut(plan, tools, place)))
    })
    return made.toSorted((one, other) => (one.path < other.path ? -1 : 1))
  } finally {
    await tools.end()
  }
}

async function carryOut(plan: Plan, tools: Tools, place: string): Promise<BuiltPackage[]> {
  const builds = BUILDS.filter(({ name }) => plan.of === undefined || plan.of === name)
  const paths: string[] = []
  for (const build of builds) paths.push(...(await tools.copy(build, place)))
  for (const step of plan.steps) {
    if (step === 'delete') await tools.deleteSignatures(paths)
    else await tools.sign(step, paths)
  }
  const outcome = outcomeOf(plan)
  const label = (path: string): string => `${basename(path, '.rpm')}: ${plan.label}`
  return paths.map((path) => ({ path, label: label(path), ...outcome }))
}

function outcomeOf({ steps }: Plan): Omit<BuiltPackage, 'path' | 'label'> {
  let signings: Signing<KeyName>[] = []
  for (const step of steps) {
    if (step === 'delete') signings = []
    else signings = step.isBeside ? [...signings, step] : [step]
  }
  return {
    keys: signings.map(({ key }) => key),
    expected: signings.length > 0 ? 'signed' : 'unsigned',
    headerOnlySigned: signings.length > 0 && signings.every(({ isV3 }) => !isV3),
    hash: signings.at(-1)?.hash ?? '',
  }
}

/** Two at a time. Nothing runs any more when it ends, well or not. */
async function byTwo<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values()
  const worker = async (): Promise<void> => {
    for (const item of left) await work(item)
  }
  const ended = await Promise.allSettled([worker(), worker()])
  const failed = ended.find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}
