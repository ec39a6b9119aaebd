/**
 * `Airlock`: the door for callers. Loads keyrings, judges signatures; bytes are parsed in the cage, everything is
 * checked and decided here. Every question has two forms of one shape: `judgeX` returns the verdict, whatever it is;
 * `verifyX` rejects unless it is good.
 */
import { OPENPGP_LIMITS } from '../protocol/limits.ts'
import {
  type CleartextInput,
  type CleartextVerdict,
  type GoodCleartext,
  judgeCleartext,
} from './cleartext.ts'
import { InputError } from './errors.ts'
import { type Input, readChunks, readWhole } from './input.ts'
import { type Caged, failureReason, type JudgeOptions } from './judging.ts'
import type { Keyring } from './keyring/keyring.ts'
import { loadKeyring } from './keyring/load.ts'
import { CertificateStore, type StoreOptions } from './keyring/store.ts'
import {
  type DetachedPair,
  judgeMany,
  type ManyOptions,
  type ManyVerdict,
  type Pairs,
} from './many.ts'
import { refusedWhole } from './openpgp/count.ts'
import { type DetachedTerms, judgeDetachedLater } from './openpgp/detached.ts'
import { DetachedStream } from './openpgp/detached-stream.ts'
import { requireTime } from './openpgp/judge.ts'
import { JUDGE_LIMITS } from './openpgp/limits.ts'
import type { PacketSequence, UnixSeconds } from './openpgp/model.ts'
import { type Reason, reason } from './openpgp/reasons.ts'
import type { GoodVerdict, RefusedVerdict, Verdict } from './openpgp/verdict.ts'
import { type OpenPgpDriverOptions, openpgpDriver, readOpenPgp } from './openpgp-driver.ts'
import { defaultPolicy, type Policy, rpmPolicy } from './policy/policy.ts'
import type { RpmQuestion } from './rpm/decide.ts'
import { type JudgedRpm, judgeRpm } from './rpm/judge-rpm.ts'
import { judgeRpms, type RpmItem, type RpmItems } from './rpm/many-rpms.ts'
import type { GoodRpm, RefusedRpm, RpmVerdict } from './rpm/verdict.ts'
import { signatureFile } from './signature-file.ts'
import type { Driver } from './umd/driver.ts'
import type { LayerReport } from './umd/proof.ts'

/** How the cage is to be; nothing here can switch a required layer off. */
export type AirlockOptions = OpenPgpDriverOptions

/** A detached signature and the data that it is over. */
export interface DetachedInput extends JudgeOptions {
  readonly signature: Input
  readonly data: Input
}

/** An RPM package, whole. */
export interface RpmInput extends JudgeOptions {
  readonly package: Input
}

/** A package and what is asked of it. */
export interface RpmJudgeInput extends RpmInput, RpmQuestion {}

/** How many packages are judged: at one time and under one policy, whatever `at` and `policy` default to at the start. */
export interface ManyRpmsOptions extends JudgeOptions, RpmQuestion {
  /** packages under way at the same time, 1 to 256; default 16 */
  readonly concurrency?: number
}

/** The verdict on one package of many. */
export type ManyRpmVerdict<Item extends RpmItem> = RpmVerdict & Caged & { readonly item: Item }

/** A verdict that is not good, thrown: its first reason's code, and all of it. */
export class VerificationError<
  Refused extends RefusedVerdict | RefusedRpm = RefusedVerdict,
> extends Error {
  override readonly name = 'VerificationError'
  readonly code: Reason['code']
  readonly verdict: Refused & Caged

  constructor(verdict: Refused & Caged) {
    const [first] = verdict.reasons
    super(`${verdict.kind}: ${first.text}`)
    this.code = first.code
    this.verdict = verdict
  }
}

export class Airlock implements AsyncDisposable {
  readonly #driver: Driver
  #inputs = 0
  readonly #standing = new Map<typeof defaultPolicy, Policy>()

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
   * input is still being read or only begins to be, rejects with an error of code `driver-closed`; so does every later
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
   * A certificate directory to be changed: import, removal. Nothing is read or made yet.
   *
   * @param path the directory; made by the first import if it is not there
   */
  openStore(path: string | Uint8Array, options?: StoreOptions): CertificateStore {
    return new CertificateStore(this.#driver, path, options)
  }

  /**
   * Judges a detached signature. The data is read once; the verdict is about the bytes that were read.
   *
   * @throws {@link InputError} if an input cannot be read, {@link SetupError}; never for a signature
   */
  async judgeDetached(input: DetachedInput): Promise<Verdict & Caged> {
    return { ...(await this.#judgeDetached(input)), cage: this.cage }
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
   * @throws {@link InputError} if the message cannot be read, {@link SetupError}; never for a signature
   */
  async judgeCleartext(input: CleartextInput): Promise<CleartextVerdict & Caged> {
    this.#inputs += 1
    const verdict = await judgeCleartext(input.message, input.strict === true, {
      driver: this.#driver,
      source: `cleartext ${this.#inputs}`,
      isolation: input.isolation ?? 'shared',
      signal: input.signal,
      terms: this.#termsOf(input),
    })
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
   * @throws {@link InputError} if the package cannot be read, {@link SetupError}; never for what is in it
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
   *
   * @throws {@link SetupError}, what `items` throws, the signal's reason when aborted; RangeError for a wrong `concurrency`
   */
  async *judgeRpms<Item extends RpmItem>(
    items: RpmItems<Item>,
    options: ManyRpmsOptions,
  ): AsyncGenerator<ManyRpmVerdict<Item>> {
    const own = ownDemands(options)
    const { at, policy } = this.#termsOf(own, rpmPolicy)
    const { concurrency, signal } = options
    const judge = async (item: Item, both: AbortSignal): Promise<RpmVerdict> => {
      const one = { ...own, at, policy, package: item.package, signal: both }
      return (await this.#judgeRpm(one)).verdict
    }
    for await (const { item, verdict } of judgeRpms(items, { concurrency, signal, at, judge })) {
      yield { ...verdict, cage: this.cage, item }
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
    this.#inputs += 1
    return judgeRpm(input.package, input, {
      driver: this.#driver,
      source: `package ${this.#inputs}`,
      isolation: input.isolation ?? 'shared',
      signal: input.signal,
      terms: this.#termsOf(input, rpmPolicy),
    })
  }

  #termsOf(input: JudgeOptions, makePolicy = defaultPolicy): DetachedTerms {
    const now = Math.floor(Date.now() / 1000) as UnixSeconds // whole seconds of the clock
    const {
      keyring,
      at = now,
      signers,
      threshold,
      requiredSigners,
      requiredAlgorithms,
    } = ownDemands(input)
    requireTime(at)
    return {
      keyring,
      at,
      policy: input.policy ?? this.#policy(now, makePolicy),
      ...(signers === undefined ? {} : { signers: new Set(signers) }),
      ...(threshold === undefined ? {} : { threshold }),
      ...(requiredSigners === undefined ? {} : { requiredSigners }),
      ...(requiredAlgorithms === undefined ? {} : { requiredAlgorithms }),
    }
  }

  /** A default policy as of this hour: one object, because a keyring keeps what it worked out per policy object. */
  #policy(now: UnixSeconds, make: typeof defaultPolicy): Policy {
    const hour = (time: number): number => Math.floor(time / 3600)
    const known = this.#standing.get(make)
    if (known !== undefined && hour(known.asOf) === hour(now)) return known
    const fresh = make(now)
    this.#standing.set(make, fresh)
    return fresh
  }

  /**
   * Judges many detached signatures: verdicts in the order of the pairs, each with its pair. An input that cannot be read is
   * its pair's verdict, `error` with `input-output`, and the others go on. All are judged at one time under one policy.
   *
   * @throws {@link SetupError}, what `pairs` throws, the signal's reason when aborted; RangeError for a wrong `concurrency`
   */
  async *judgeMany<Pair extends DetachedPair>(
    pairs: Pairs<Pair>,
    options: ManyOptions,
  ): AsyncGenerator<ManyVerdict<Pair>> {
    const own = ownDemands(options)
    const terms = this.#termsOf(own)
    const { isolation = 'shared' } = options
    // one policy object: the keyring's certificates are judged once
    const one: JudgeOptions = { ...own, at: terms.at, policy: terms.policy }
    const engine = {
      driver: this.#driver,
      terms,
      isolation,
      source: () => {
        this.#inputs += 1
        return `signature ${this.#inputs}`
      },
      judge: ({ signature, data }: DetachedPair, signal: AbortSignal) =>
        this.#judgeDetached({ ...one, signature, data, signal }),
    }
    for await (const { pair, verdict } of judgeMany(pairs, engine, options)) {
      yield { ...verdict, cage: this.cage, pair }
    }
  }

  async #judgeDetached(input: DetachedInput): Promise<Verdict> {
    const terms = this.#termsOf(input)
    const read = await this.#readSignatures(input)
    if ('code' in read) return refusedWhole(read, [], terms)
    const { data, signal } = input
    const isOwn = data instanceof Uint8Array && !(data.buffer instanceof SharedArrayBuffer)
    if (isOwn && data.length <= JUDGE_LIMITS.maxInMemory) {
      const own = new Uint8Array(data) // a copy: the caller's array may change while the thread pool works
      return new Promise((resolve) => judgeDetachedLater(read, own, terms, resolve))
    }
    const stream = new DetachedStream(read, terms)
    if (stream.settled !== undefined) return stream.settled
    for await (const chunk of readChunks(data, signal)) stream.update(chunk)
    return stream.finish()
  }

  /** The packets of a signature input, or the one reason why there are none. */
  async #readSignatures({
    signature,
    isolation = 'shared',
    signal,
  }: DetachedInput): Promise<PacketSequence | Reason> {
    let bytes: Uint8Array
    try {
      bytes = await readWhole(signature, OPENPGP_LIMITS.maxSignatureFile, signal)
    } catch (error) {
      if (error instanceof InputError && error.code === 'too-large') {
        return reason('too-large', 'signature file')
      }
      throw error
    }
    this.#inputs += 1
    const source = `signature ${this.#inputs}`
    const reading = await readOpenPgp(this.#driver, bytes, { source, isolation, signal })
    if (reading.status === 'failed') return failureReason(reading.failure)
    return signatureFile(reading)
  }
}

/** The options with lists of their own: the caller's may change, or be readable only once, and are asked about often. */
function ownDemands<Options extends JudgeOptions>(options: Options): Options {
  const { signers, requiredSigners, requiredAlgorithms } = options
  return {
    ...options,
    ...(signers === undefined ? {} : { signers: [...signers] }),
    ...(requiredSigners === undefined ? {} : { requiredSigners: [...requiredSigners] }),
    ...(requiredAlgorithms === undefined ? {} : { requiredAlgorithms: [...requiredAlgorithms] }),
  }
}
