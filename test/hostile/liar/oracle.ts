/**
 * The oracle: tells lies about subjects to a door, and compares what comes of each with the honest run. A lie must be a
 * Violation, or change nothing; what it breaks otherwise is named by the claim. Counts everything.
 */
import { isDeepStrictEqual } from 'node:util'
import { Violation } from '../../../manager/sanitise/index.ts'
import { Tainted } from '../../../protocol/tainted.ts'
import type { ReplyKind } from './kinds.ts'
import { liesAbout } from './lies.ts'
import { Random } from './random.ts'
import { truthOf } from './truth.ts'

/** What follows from an opened reply, as names that can be compared. */
export interface Consequences {
  /** signatures that are good, each by a name of the test's own */
  readonly good: ReadonlySet<string>
  /** revocations that take part in judging; undefined: nothing is judged with this result */
  readonly revocations: ReadonlySet<string> | undefined
  /** signatures and digests that a package states of itself; undefined: it is refused */
  readonly statements?: ReadonlySet<string> | undefined
  /** keys that may vouch */
  readonly keys: ReadonlySet<string>
  /** what is kept and is not an octet of the input at its place, or was not computed from such */
  readonly invented: readonly string[]
}

export const NOTHING: Consequences = {
  good: new Set(),
  revocations: undefined,
  keys: new Set(),
  invented: [],
}

/** An input to lie about. */
export interface Subject<T> {
  readonly name: string
  readonly kind: ReplyKind<T>
  readonly input: Uint8Array
  consequences(opened: T, input: Uint8Array): Consequences
}

export type Breach =
  | 'honest reply refused'
  | 'another error'
  | 'another result'
  | 'made good'
  | 'revocation lost'
  | 'statement lost'
  | 'key invented'
  | 'octets invented'

export interface Finding {
  readonly subject: string
  readonly category: string
  readonly breach: Breach
  readonly detail: string
  /** base64, to look at it again: keys of a run are not those of the next */
  readonly input: string
  readonly reply: string
}

export interface Tally {
  told: number
  refused: number
  /** accepted, and everything is as in the honest run */
  harmless: number
}

export interface Report {
  readonly counts: ReadonlyMap<string, Tally>
  readonly findings: readonly Finding[]
}

type Open<T> = ReplyKind<T>['open']

/** One run: some lies about each of many subjects. */
export class Oracle {
  readonly #random: Random
  readonly #counts = new Map<string, Tally>()
  readonly #findings: Finding[] = []

  constructor(seed: number) {
    this.#random = new Random(seed)
  }

  get report(): Report {
    return { counts: this.#counts, findings: this.#findings }
  }

  /**
   * Tells lies about subjects of one kind, in rounds, each about a subject or one with some octets changed.
   *
   * @param open the door; default the manager's own
   */
  tell<T>(subjects: readonly Subject<T>[], lies: number, open?: Open<T>): void {
    let perRound = 1
    for (let told = 0; told < lies; told += perRound) {
      const subject = this.#random.pick(subjects)
      const { input, kind } = subject
      perRound = kind.lies.size
      const asked = this.#random.chance(1, 3) ? changed(input, this.#random) : input
      this.#tellAbout(subject, subjects, asked, Math.min(perRound, lies - told), open)
    }
  }

  #tallyOf(category: string): Tally {
    const tally = this.#counts.get(category) ?? { told: 0, refused: 0, harmless: 0 }
    this.#counts.set(category, tally)
    return tally
  }

  #tellAbout<T>(
    subject: Subject<T>,
    subjects: readonly Subject<T>[],
    input: Uint8Array,
    lies: number,
    open: Open<T> = subject.kind.open,
  ): void {
    const { kind } = subject
    const reply = kind.honest(input)
    const truth = truthOf(kind.forms, input, reply, {
      about: (part) => kind.honest(part),
      another: (random) => kind.honest(random.pick(subjects).input),
      earlier: (random) => kind.honest(changed(input, random)),
    })
    const find = (category: string, breach: Breach, lie: Uint8Array, detail = ''): void => {
      const base64 = (octets: Uint8Array): string => Buffer.from(octets).toString('base64')
      const shown = { input: base64(input), reply: base64(lie) }
      this.#findings.push({ subject: subject.name, category, breach, detail, ...shown })
    }
    const honest = attempt(() => open(input, new Tainted(reply)))
    if ('refused' in honest) {
      find('honest', 'honest reply refused', reply, honest.refused)
      return
    }
    let told = 0
    // also those that are never told: a zero is to be seen
    for (const name of kind.lies.keys()) this.#tallyOf(name)
    for (const lie of liesAbout(kind.lies, truth, this.#random)) {
      if (told === lies) return
      told += 1
      const tally = this.#tallyOf(lie.category)
      tally.told += 1
      const believed = attempt(() => open(input, new Tainted(lie.reply)))
      if ('refused' in believed) {
        tally.refused += 1
        if (!believed.isViolation) find(lie.category, 'another error', lie.reply, believed.refused)
      } else if (isDeepStrictEqual(believed.value, honest.value)) tally.harmless += 1
      else {
        find(lie.category, 'another result', lie.reply)
        const before = subject.consequences(honest.value, input)
        const after = subject.consequences(believed.value, input)
        for (const [breach, detail] of breaches(before, after)) {
          find(lie.category, breach, lie.reply, detail)
        }
      }
    }
  }
}

/** What a result must not be, whatever the handler says, given the honest one. */
function* breaches(honest: Consequences, lied: Consequences): Generator<[Breach, string]> {
  for (const name of lied.good) if (!honest.good.has(name)) yield ['made good', name]
  for (const name of lied.keys) if (!honest.keys.has(name)) yield ['key invented', name]
  for (const what of lied.invented) yield ['octets invented', what]
  if (lied.statements !== undefined) {
    for (const name of honest.statements ?? []) {
      if (!lied.statements.has(name)) yield ['statement lost', name]
    }
  }
  if (lied.revocations === undefined) return
  for (const name of honest.revocations ?? []) {
    if (!lied.revocations.has(name)) yield ['revocation lost', name]
  }
}

function attempt<T>(
  open: () => T,
): { readonly value: T } | { readonly refused: string; readonly isViolation: boolean } {
  try {
    return { value: open() }
  } catch (error) {
    return { refused: String(error), isViolation: error instanceof Violation }
  }
}

/** The input with octets changed, cut off, added or repeated. */
export function changed(input: Uint8Array, random: Random): Uint8Array {
  const at = random.below(input.length)
  const octets = [...input]
  switch (random.below(5)) {
    case 0:
      return input.slice(0, at)
    case 1:
      octets.splice(at, 1 + random.below(8))
      return Uint8Array.from(octets)
    case 2:
      octets.splice(at, 0, ...octets.slice(random.below(input.length), input.length).slice(0, 9))
      return Uint8Array.from(octets)
    default: {
      for (let count = 1 + random.below(2); count > 0; count -= 1) {
        const place = random.below(Math.min(input.length, random.pick([16, input.length])))
        octets[place] = ((octets[place] ?? 0) + random.pick([1, 2, 16, 128, 255])) % 256
      }
      return Uint8Array.from(octets)
    }
  }
}

/** The counts as a table, for the test's output. */
export function tableOf(title: string, seed: number, { counts, findings }: Report): string {
  const rows = [...counts].map(
    ([name, { told, refused, harmless }]) =>
      `  ${name.padEnd(24)}${String(told).padStart(8)}${String(refused).padStart(9)}${String(harmless).padStart(10)}`,
  )
  const all = [...counts.values()].reduce((sum, { told }) => sum + told, 0)
  return [
    `${title}: ${all} lies, seed ${seed}, ${findings.length} findings`,
    `  ${'category'.padEnd(24)}${'told'.padStart(8)}${'refused'.padStart(9)}${'harmless'.padStart(10)}`,
    ...rows,
  ].join('\n')
}
