/**
 * Misuse that must not compile. `tsc -b` compiles this file; every line below an `@ts-expect-error` that did compile would
 * be an error. Nothing here is ever run. (C1, C7)
 */

import type { Input, UnixSeconds, Verdict, VerificationError } from '../../manager/index.ts'
import { Airlock, type Fingerprint, type GoodVerdict, type Keyring } from '../../manager/index.ts'
import { check, Tainted } from '../../protocol/tainted.ts'

declare const airlock: Airlock
declare const keyring: Keyring
declare const input: { readonly keyring: Keyring; readonly signature: Input; readonly data: Input }
declare const untrusted: Tainted<Uint8Array>
declare const untrustedNumber: Tainted<number>
declare const fingerprint: Fingerprint

/** Only what was verified may be released. */
declare function release(verdict: GoodVerdict): void

// --- a verdict is not good until its kind says so -------------------------------------------------------------------

export async function verdicts(): Promise<void> {
  const verdict: Verdict = await airlock.judgeDetached(input)
  // @ts-expect-error a verdict is not a good verdict
  release(verdict)
  // @ts-expect-error nor is a promise of one
  release(airlock.verifyDetached(input))
  // @ts-expect-error nor is the verdict of a refusal
  release((null as unknown as VerificationError).verdict)
  release(await airlock.verifyDetached(input))
  if (verdict.kind === 'good') release(verdict)
  // @ts-expect-error any other kind is none
  if (verdict.kind === 'untrusted') release(verdict)
  // @ts-expect-error `valid` is no kind
  if (verdict.kind === 'valid') release(verdict)

  // @ts-expect-error a promise is no verdict
  if (airlock.judgeDetached(input).kind === 'good') return
  // @ts-expect-error a verdict cannot be made good
  verdict.kind = 'good'
  if (verdict.kind !== 'good') {
    // @ts-expect-error a refusal has no good signatures
    verdict.good[0].signingKey
    // the first reason is always there
    const code: string = verdict.reasons[0].code
    // @ts-expect-error codes are a closed set
    const none: boolean = verdict.reasons[0].code === 'fine'
    void [code, none]
  } else {
    // the first good signature is always there
    const signer: Fingerprint = verdict.good[0].primaryKey
    // @ts-expect-error a good verdict gives no reasons against it
    const reasons: unknown = verdict.reasons
    void [signer, reasons]
  }
}

/** There is no boolean to mistake for the answer. */
export const booleans: readonly ((verdict: Verdict) => unknown)[] = [
  // @ts-expect-error not `valid`
  (verdict) => verdict.valid,
  // @ts-expect-error not `verified`, as openpgp.js has it
  (verdict) => verdict.verified,
  // @ts-expect-error not `ok`
  (verdict) => verdict.ok,
  // @ts-expect-error `good` is the list of good signatures, and of a good verdict only
  (verdict) => verdict.good,
  // @ts-expect-error a verdict that is not narrowed has no signer
  (verdict) => verdict.signatures[0]?.primaryKey,
]

/** A good signature among others does not make a verdict: the types keep them apart. */
export async function signatures(): Promise<void> {
  const verdict = await airlock.judgeDetached(input)
  const [first] = verdict.signatures
  // @ts-expect-error one signature is no verdict
  if (first?.kind === 'good') release(first)
}

// --- tainted values cannot be read, compared, printed ----------------------------------------------------------------

export function tainted(): void {
  // @ts-expect-error its inside is private
  untrusted.untrusted
  // @ts-expect-error also by its field's name
  untrusted.value
  // @ts-expect-error no element can be read
  untrusted[0]
  // @ts-expect-error it has no length
  untrusted.length
  // @ts-expect-error it is not what it holds
  const bytes: Uint8Array = untrusted
  // @ts-expect-error it cannot be compared with a value
  if (untrustedNumber === 1) return
  // @ts-expect-error nor ordered
  if (untrustedNumber < 1) return
  // @ts-expect-error nor added
  const sum: number = untrustedNumber + 1
  // @ts-expect-error nor used as an index
  const element: unknown = [1, 2, 3][untrustedNumber]
  // @ts-expect-error nor shown as text
  const text: string = untrustedNumber
  // @ts-expect-error an object that looks like one is none
  const fake: Tainted<number> = {}
  // the one way in, which only manager/sanitise and manager/umd may take (test/unit/structure.test.ts)
  const opened: number = check(untrustedNumber, (raw) => Math.min(raw, 10))
  void [bytes, sum, element, text, fake, opened, Tainted]
}

// --- brands ----------------------------------------------------------------------------------------------------------

export async function brands(): Promise<void> {
  // @ts-expect-error an unchecked string is no fingerprint
  const unchecked: Fingerprint = 'e523eff5f322f786e5530de656acfd51ce9f6d44'
  // @ts-expect-error nor can it pin a signer
  await airlock.verifyDetached({ ...input, signers: ['e523eff5f322f786e5530de656acfd51ce9f6d44'] })
  // @ts-expect-error a number is no time: it may be milliseconds
  await airlock.verifyDetached({ ...input, at: Date.now() })
  // @ts-expect-error nor is a Date
  await airlock.verifyDetached({ ...input, at: new Date() })
  // @ts-expect-error a fingerprint is no key id
  keyring.byKeyId(fingerprint)
  // a fingerprint is text, and may be shown
  const shown: string = fingerprint
  const time: UnixSeconds = 0 as UnixSeconds // a literal
  void [unchecked, shown, time]
}

// --- the cage cannot be left out --------------------------------------------------------------------------------------

export async function cages(): Promise<void> {
  // @ts-expect-error an airlock is opened, which proves its cage, never just made
  new Airlock()
  // @ts-expect-error there is no option that switches the sandbox off
  await Airlock.open({ sandbox: false })
  // @ts-expect-error nor the seccomp filter
  await Airlock.open({ filter: 'off' })
  // @ts-expect-error bubblewrap is looked for, or not; it is not the cage
  await Airlock.open({ bubblewrap: false })
  // @ts-expect-error a handler's program is the package's own
  await Airlock.open({ bundle: { path: '/tmp/evil.cjs', sha256: '' } })
  // @ts-expect-error a keyring is loaded, never just made of bytes
  await airlock.verifyDetached({ ...input, keyring: new Uint8Array(0) })
  // @ts-expect-error an input is named as what it is: text is neither data nor a path
  await airlock.verifyDetached({ ...input, data: 'release.txt' })
  // @ts-expect-error without a keyring nobody vouches
  await airlock.verifyDetached({ signature: input.signature, data: input.data })
}
