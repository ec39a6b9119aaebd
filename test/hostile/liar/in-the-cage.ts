/** The same lies, told by a real process in the cage to the real driver, beside requests that are answered honestly. */
import type { Driver, Outcome } from '../../../manager/umd/index.ts'
import { Tainted } from '../../../protocol/tainted.ts'
import { type Lie, liesAbout } from './lies.ts'
import { changed, type Subject } from './oracle.ts'
import { Random } from './random.ts'
import { encodeRequest } from './requests.ts'
import { truthOf } from './truth.ts'

/** One request: what the handler was told to say, and what came of it. */
export interface Told<T> {
  readonly subject: string
  readonly category: string
  readonly outcome: Outcome<T>
  /** what the honest run gives */
  readonly honest: T
}

/** Lies about subjects, each of a source of its own, with two honest requests beside each. */
export function tellCaged<T>(
  driver: Driver,
  subjects: readonly Subject<T>[],
  lies: number,
  seed: number,
): Promise<readonly Told<T>[]> {
  const random = new Random(seed)
  const generators = subjects.map((subject) => lyingAbout(subject, subjects, random))
  const all: Promise<Told<T>>[] = []
  for (let index = 0; index < lies; index += 1) {
    const at = random.below(subjects.length)
    const lie = generators[at]?.next().value
    for (const [who, subject] of [
      subjects[at],
      random.pick(subjects),
      random.pick(subjects),
    ].entries()) {
      if (subject !== undefined) {
        all.push(ask(driver, subject, `${index}.${who}`, who === 0 ? lie : undefined))
      }
    }
  }
  return Promise.all(all)
}

function lyingAbout<T>(
  { kind, input }: Subject<T>,
  subjects: readonly Subject<T>[],
  random: Random,
): Generator<Lie, never> {
  const truth = truthOf(kind.forms, input, kind.honest(input), {
    about: (part) => kind.honest(part),
    another: (chance) => kind.honest(chance.pick(subjects).input),
    earlier: (chance) => kind.honest(changed(input, chance)),
  })
  return liesAbout(kind.lies, truth, random)
}

async function ask<T>(
  driver: Driver,
  { name, kind, input }: Subject<T>,
  source: string,
  lie: Lie | undefined,
): Promise<Told<T>> {
  const outcome = await driver.request({
    verb: kind.verb,
    body: encodeRequest(input, lie?.reply),
    source,
    isolation: 'shared',
    // the manager looks at its own copy of the input alone
    open: (reply) => kind.open(input, reply),
  })
  const honest = kind.open(input, new Tainted(kind.honest(input)))
  return { subject: name, category: lie?.category ?? 'honest', outcome, honest }
}
