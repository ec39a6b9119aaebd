/**
 * `Airlock`: the door for callers. Loads keyrings, judges signatures; bytes are parsed in the cage, everything is
 * checked and decided here. Every question has two forms of one shape: `judgeX` returns the verdict, whatever it is;
 * `verifyX` rejects unless it is good.
 */
import {
  type CleartextInput,
  type CleartextVerdict,
  type GoodCleartext,
  judgeCleartext,
} from './cleartext.ts'
import { type DetachedPair, judgeDetached } from './detached.ts'
import type { Items } from './in-order.ts'
import type { Input } from './input.ts'
import type { Caged, JudgeOptions, Judging, JudgingMany } from './judging.ts'
import type { Keyring } from './keyring/keyring.ts'
import { loadKeyring } from './keyring/load.ts'
import { CertificateStore, type StoreOptions } from './keyring/store.ts'
import { judgeMany, type ManyOptions, type ManyVerdict } from './many.ts'
import type { GoodVerdict, Verdict } from './openpgp/verdict.ts'
import { type OpenPgpDriverOptions, openpgpDriver } from './openpgp-driver.ts'
import { defaultPolicy, rpmPolicy } from './policy/policy.ts'
import type { RpmQuestion } from './rpm/decide.ts'
import { type JudgedRpm, judgeRpm, type OnRead, type RpmItem } from './rpm/judge-rpm.ts'
import { judgeRpms } from './rpm/many-rpms.ts'
import type { GoodRpm, RefusedRpm, RpmVerdict } from './rpm/verdict.ts'
import { isolationOf, type MakePolicy, StandingPolicies, termsOf } from './terms.ts'
import type { Driver } from './umd/driver.ts'
import type { LayerReport } from './umd/proof.ts'
import { VerificationError } from './verification-error.ts'

/** How the cage is to be; nothing here can switch a required layer off. */
export type AirlockOptions = OpenPgpDriverOptions

/** A detached signature and the data that it is over. */
export interface DetachedInput extends JudgeOptions, DetachedPair {}

/** An RPM package, whole. */
export interface RpmInput extends JudgeOptions, RpmItem, OnRead {}

/** A package and what is asked of it. */
export interface RpmJudgeInput extends RpmInput, RpmQuestion {}

/** How many packages are judged: at one time and under one policy, whatever `at` and `policy` default to at the start. */
export interface ManyRpmsOptions extends JudgeOptions, RpmQuestion, OnRead {
  /** packages under way at the same time, 1 to 256; default 16 */
  readonly concurrency?: number
}

/** The verdict on one package of many. */
export type ManyRpmVerdict<Item extends RpmItem> = RpmVerdict & Caged & { readonly item: Item }

export class Airlock implements AsyncDisposable {
  readonly #driver: Driver
  #inputs = 0
  readonly #policies = new StandingPolicies()

  private constructor(driver: Driver) {
    this.#driver = driver
  }

  /**
   * Starts the first handler and proves its cage.
   *
   * @throws {@link SetupError} with the layer that does not hold; nothing is left running
   */
  static async open(options: AirlockOptions = {}): Promise<Airlock> {
    const driver = openpgpDriver(options)
    try {
      await driver.start()
    } catch (error) {
      await driver.kill()
      throw error
    }
    return new Airlock(driver)
  }

  /** The layers of the cage around the handler that was started last. */
  get cage(): readonly LayerReport[] {
    return this.#driver.proof?.layers ?? []
  }

  /**
   * Waits for what the handlers were already sent, then ends them. A question that has yet to ask a handler, because its
   * input is still being read or only begins to be, rejects with {@link DriverClosedError}; so does every later
   * one. Await the verdicts before you dispose.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#driver[Symbol.asyncDispose]()
  }

  /**
   * Certificates from files, directories or bytes, armored or binary, any number in each; those of one primary key are
   * merged. A directory is a certificate directory or one of key files, by its layout (docs/cli.md). Each source is read
   * by a handler that has seen nothing else, and one that fails makes the whole load fail.
   *
   * @throws {@link KeyringError}, {@link StoreError}, {@link InputError}, {@link SetupError}
   */
  loadKeyring(sources: readonly Input[], signal?: AbortSignal): Promise<Keyring> {
    this.#inputs += 1
    return loadKeyring(this.#driver, sources, `keyring ${this.#inputs}`, signal)
  }

  /**
   * A certificate directory: to load, to import into, to remove from. Nothing is read or made yet.
   *
   * @param path the directory; made by the first import if it is not there
   * @throws RangeError for a `lockPatience` that is none
   */
  openStore(path: string | Uint8Array, options?: StoreOptions): CertificateStore {
    return new CertificateStore(this.#driver, path, options)
  }

  /**
   * Judges a detached signature. The data is read once; the verdict is about the bytes that were read.
   *
   * @throws {@link InputError} if an input cannot be read, {@link SetupError}, RangeError for options that are none, the
   * signal's reason; never for a signature
   */
  async judgeDetached(input: DetachedInput): Promise<Verdict & Caged> {
    return {
      ...(await judgeDetached(input, this.#judging('signature', input, defaultPolicy))),
      cage: this.cage,
    }
  }

  /**
   * Verifies a detached signature.
   *
   * @throws {@link VerificationError} unless the verdict is good, and what {@link judgeDetached} throws
   */
  async verifyDetached(input: DetachedInput): Promise<GoodVerdict & Caged> {
    const verdict = await this.judgeDetached(input)
    if (verdict.kind !== 'good') throw new VerificationError(verdict)
    return verdict
  }

  /**
   * Judges a cleartext-signed message. Only a good verdict has its text: what is returned is what was verified.
   *
   * @throws {@link InputError} if the message cannot be read, and otherwise as {@link judgeDetached}
   */
  async judgeCleartext(input: CleartextInput): Promise<CleartextVerdict & Caged> {
    const judging = this.#judging('cleartext', input, defaultPolicy)
    const verdict = await judgeCleartext(input.message, input.strict === true, judging)
    return { ...verdict, cage: this.cage }
  }

  /**
   * Verifies a cleartext-signed message.
   *
   * @throws {@link VerificationError} unless the verdict is good, and what {@link judgeCleartext} throws
   */
  async verifyCleartext(input: CleartextInput): Promise<GoodCleartext & Caged> {
    const verdict = await this.judgeCleartext(input)
    if (verdict.kind !== 'good') throw new VerificationError(verdict)
    return verdict
  }

  /**
   * Judges an RPM package: every signature, every digest that counts, and what of the package they cover. It is read once;
   * the verdict is about the bytes that were read. The default policy is rpm-sequoia's (docs/verification.md).
   *
   * @throws {@link InputError} if the package cannot be read, and otherwise as {@link judgeDetached}
   */
  async judgeRpm(input: RpmJudgeInput): Promise<RpmVerdict & Caged> {
    const { verdict } = await this.#judgeRpm(input)
    return { ...verdict, cage: this.cage }
  }

  /**
   * Verifies an RPM package, header and payload.
   *
   * @throws {@link VerificationError} unless the verdict is good, and what {@link judgeRpm} throws
   */
  async verifyRpm(input: RpmInput): Promise<GoodRpm & Caged> {
    const { verdict } = await this.#judgeRpm(input)
    if (verdict.kind === 'good') return { ...verdict, cage: this.cage }
    if (!('reasons' in verdict)) throw new TypeError('expected a question about the whole package')
    throw new VerificationError<RefusedRpm>({ ...verdict, cage: this.cage })
  }

  /**
   * Judges many packages: verdicts in the order of the items, each with its item. A package that cannot be read is its
   * item's verdict, `error` with `input-output`, and the others go on.
   * While `items` keeps it waiting only `signal` ends it.
   *
   * @throws {@link SetupError}, what `items` throws, the signal's reason when aborted; RangeError for options that are none
   */
  async *judgeRpms<Item extends RpmItem>(
    items: Items<Item>,
    options: ManyRpmsOptions,
  ): AsyncGenerator<ManyRpmVerdict<Item>> {
    const many = this.#judgingMany('package', options, rpmPolicy)
    for await (const { item, result } of judgeRpms(items, many, options)) {
      yield { ...result, cage: this.cage, item }
    }
  }

  /**
   * As {@link judgeRpm}, with what the header says whatever the verdict: **anybody may have written it**. For showing a
   * package, never for deciding about it.
   */
  async inspectRpm(input: RpmJudgeInput): Promise<JudgedRpm & Caged> {
    return { ...(await this.#judgeRpm(input)), cage: this.cage }
  }

  #judgeRpm(input: RpmJudgeInput): Promise<JudgedRpm> {
    return judgeRpm(input, input, this.#judging('package', input, rpmPolicy))
  }

  /**
   * Judges many detached signatures: verdicts in the order of the pairs, each with its pair. An input that cannot be read is
   * its pair's verdict, `error` with `input-output`, and the others go on. All are judged at one time under one policy.
   * While `pairs` keeps it waiting only `signal` ends it.
   *
   * @throws {@link SetupError}, what `pairs` throws, the signal's reason when aborted; RangeError for options that are none
   */
  async *judgeMany<Pair extends DetachedPair>(
    pairs: Items<Pair>,
    options: ManyOptions,
  ): AsyncGenerator<ManyVerdict<Pair>> {
    const many = this.#judgingMany('signature', options, defaultPolicy)
    for await (const { item, result } of judgeMany(pairs, many, options)) {
      yield { ...result, cage: this.cage, pair: item }
    }
  }

  /** What a question is asked with; every input has a name of its own. */
  #judging(kind: string, options: JudgeOptions, makePolicy: MakePolicy): Judging {
    this.#inputs += 1
    return {
      driver: this.#driver,
      source: `${kind} ${this.#inputs}`,
      isolation: isolationOf(options),
      signal: options.signal,
      terms: termsOf(options, this.#policies, makePolicy),
    }
  }

  #judgingMany(kind: string, options: JudgeOptions, makePolicy: MakePolicy): JudgingMany {
    const { driver, isolation, terms } = this.#judging(kind, options, makePolicy)
    const one = (signal: AbortSignal): Judging => {
      this.#inputs += 1
      return { driver, isolation, terms, signal, source: `${kind} ${this.#inputs}` }
    }
    return { driver, terms, one }
  }
}
