/**
 * `pgp-airlock`: verify OpenPGP signatures without trusting a parser.
 *
 * @example
 * ```ts
 * import { Airlock } from 'pgp-airlock'
 *
 * await using airlock = await Airlock.open()
 * const keyring = await airlock.loadKeyring([{ path: 'keys.asc' }])
 * const { good } = await airlock.verifyDetached({
 *   keyring,
 *   signature: { path: 'release.tar.gz.sig' },
 *   data: { path: 'release.tar.gz' },
 * })
 * console.log(good[0].primaryKey)
 * ```
 */
export {
  Airlock,
  type AirlockOptions,
  type DetachedInput,
  type ManyRpmsOptions,
  type ManyRpmVerdict,
  type RpmInput,
  type RpmJudgeInput,
} from './airlock.ts'
export type { CleartextInput, CleartextVerdict, GoodCleartext } from './cleartext.ts'
export type { DetachedPair } from './detached.ts'
export { type Diagnosis, diagnose } from './doctor.ts'
export { InputError, KeyringError } from './errors.ts'
export type { Items } from './in-order.ts'
export type { Input } from './input.ts'
export type { Caged, JudgeOptions } from './judging.ts'
export type { ImportPlan, PlannedImport } from './keyring/import-plan.ts'
export type { Keyring } from './keyring/keyring.ts'
export type { CertificateStore, StoreOptions } from './keyring/store.ts'
export { StoreError } from './keyring/store-error.ts'
export type { ManyOptions, ManyVerdict } from './many.ts'
export type { Fingerprint, KeyId, UnixSeconds } from './openpgp/model.ts'
export { NOTES, type Note } from './openpgp/notes.ts'
export { REASONS, type Reason, type ReasonCode } from './openpgp/reasons.ts'
export type {
  GoodSignature,
  GoodVerdict,
  RefusedSignature,
  RefusedVerdict,
  SignatureVerdict,
  Verdict,
} from './openpgp/verdict.ts'
export {
  APT_PLACES,
  type LoadPolicyOptions,
  loadPolicy,
  type PolicyPlace,
  RPM_PLACES,
  SYSTEM_PLACES,
} from './policy/load-policy.ts'
export { defaultPolicy, type Policy, rpmPolicy } from './policy/policy.ts'
export { PolicyError } from './policy/policy-error.ts'
export type { RpmContents, RpmFile, RpmText } from './rpm/contents.ts'
export type { RpmQuestion } from './rpm/decide.ts'
export type { JudgedRpm, RpmItem } from './rpm/judge-rpm.ts'
export type {
  DigestsOnlyRpm,
  GoodRpm,
  HeaderOnlyRpm,
  RefusedRpm,
  RpmDigest,
  RpmSignature,
  RpmVerdict,
  StatedPacket,
} from './rpm/verdict.ts'
export { DriverClosedError, SetupError } from './umd/outcome.ts'
export type { LayerReport } from './umd/proof.ts'
export { VerificationError } from './verification-error.ts'
