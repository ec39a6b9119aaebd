/** `pgp-airlock-rpmkeys --import` and `--list`, on a certificate directory. */
import { Airlock } from '../airlock.ts'
import { InputError, KeyringError } from '../errors.ts'
import type { CertificateStore } from '../keyring/store.ts'
import { StoreError } from '../keyring/store-error.ts'
import type { UnixSeconds } from '../openpgp/model.ts'
import { rpmPolicy } from '../policy/policy.ts'
import type { Console } from './console.ts'
import { inputOf } from './input-of.ts'
import { cardOf } from './key-card.ts'
import { loadOrEmpty } from './key-list.ts'
import { defaultStore, type KeyringPlace } from './key-place.ts'
import { type FileName, pathOf, shownName } from './names.ts'
import { cleanBytes } from './text.ts'

/** The keyring that is named, or the default one; undefined where there is no home for that. */
export function storeOf(named: FileName | undefined, console: Console): KeyringPlace | undefined {
  if (named !== undefined) return { path: pathOf(named), isDefault: false }
  const path = defaultStore(console)
  return path === undefined ? undefined : { path, isDefault: true }
}

/**
 * Stores the certificates of each file. One that fails is told, and the others are stored.
 *
 * @param isTest nothing is stored: only whether it would work is told
 * @returns how many files failed
 * @throws StoreError where the keyring is not usable, SetupError
 */
export async function importKeys(
  { path }: KeyringPlace,
  files: readonly FileName[],
  isTest: boolean,
  console: Console,
): Promise<number> {
  await using airlock = await open(console)
  const store = airlock.openStore(path)
  let failed = 0
  for (const name of files) {
    const why = await importFile(store, name, isTest)
    if (why === undefined) continue
    failed += 1
    console.err(`error: ${shownName(name)}: ${why}\n`)
  }
  return failed
}

/** Undefined, or why a file could not be imported, in rpmkeys' words and, behind them, in ours. */
async function importFile(
  store: CertificateStore,
  name: FileName,
  isTest: boolean,
): Promise<string | undefined> {
  try {
    const plan = await store.plan([inputOf(name)])
    if (!isTest) await store.execute(plan)
    if (plan.unsupported > 0) return 'key import failed. (a certificate that is not supported)'
    if (plan.strayRevocations > 0) return 'key import failed. (a revocation by nobody here)'
    const isWhole = plan.imports.every(({ change }) => change !== 'empty')
    if (plan.imports.length > 0 && isWhole) return undefined
    return 'key 1 import failed. (no certificate that holds)'
  } catch (error) {
    if (error instanceof InputError) return `import read failed(${error.message}).`
    if (error instanceof KeyringError || isOfFile(error)) {
      return `key 1 import failed. (${error.message})`
    }
    throw error
  }
}

/** What is wrong with a certificate to be stored, not with the store. */
function isOfFile(error: unknown): error is StoreError {
  if (!(error instanceof StoreError)) return false
  return error.code === 'store-too-large' || error.code === 'store-collision'
}

/** A line for each certificate: `FINGERPRINT USER-ID public key`. @returns 0 */
export async function listKeys(
  place: KeyringPlace,
  isQuiet: boolean,
  console: Console,
): Promise<number> {
  const at = Math.floor(Date.now() / 1000) as UnixSeconds // whole seconds of the clock
  await using airlock = await open(console)
  const { certificates } = await loadOrEmpty(airlock, place)
  if (isQuiet) return 0
  for (const one of certificates) {
    const { certificate, evaluation } = cardOf(one, { at, policy: rpmPolicy(at) })
    const [user] = evaluation.users
    const named = user === undefined ? '(none)' : cleanBytes(user.body).text
    console.out(`${certificate.fingerprint} ${named} public key\n`)
  }
  return 0
}

function open({ env }: Console): Promise<Airlock> {
  const path = env['PATH']
  return Airlock.open(path === undefined ? {} : { path })
}
