/**
 * Every code by which a command says that it stopped, or did not do what was asked, where there is no verdict to say it.
 * Stable; docs/cli.md is written from this table. Codes of verdicts are in openpgp/reasons.ts.
 */
import { INPUT_CODES, type InputCode, KEYRING_CODES, type KeyringCode } from './errors.ts'
import { STORE_CODES, type StoreCode } from './keyring/store-error.ts'
import { POLICY_CODES, type PolicyCode } from './policy/policy-error.ts'
import type { SetupError } from './umd/outcome.ts'

/** Of the commands alone: the library has no such error. */
export const COMMAND_CODES = {
  'no-key': 'the keyring does not hold what was named; of an import: whose revocation it is',
  'fingerprint-mismatch': 'the files hold other certificates than those that `--fingerprint` names',
  declined: 'the answer was no',
  'no-packages': 'a directory without packages, or a list without names',
  'no-signatures': 'a list without names',
  'output-failed': 'what is good could not be written',
} as const

export type StopCode =
  | InputCode
  | KeyringCode
  | StoreCode
  | PolicyCode
  | SetupError['code']
  | keyof typeof COMMAND_CODES

/** What each means; the text of `setup-failed` names the layer of the cage. */
export const STOP_CODES: Readonly<Record<StopCode, string>> = {
  ...INPUT_CODES,
  ...KEYRING_CODES,
  ...STORE_CODES,
  ...POLICY_CODES,
  'setup-failed': 'the cage does not hold, or cannot be proven; `doctor` says why',
  ...COMMAND_CODES,
}
