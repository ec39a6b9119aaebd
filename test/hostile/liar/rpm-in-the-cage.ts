/** Lies about RPM headers, told by a real process in the cage in the middle of judging a package. */
import { type JudgedRpm, judgeRpm } from '../../../manager/rpm/judge-rpm.ts'
import type { Driver } from '../../../manager/umd/index.ts'
import { RPM_HEADER, RPM_SIGNATURES } from './kinds.ts'
import { type Lie, liesAbout } from './lies.ts'
import { changed } from './oracle.ts'
import type { Random } from './random.ts'
import { RPM_TERMS } from './rpm-consequences.ts'
import { orderOf, ROOM } from './rpm-orders.ts'
import { fileOf, GOOD, withRoom } from './rpm-packages.ts'
import { truthOf } from './truth.ts'

/** A package in which a lie about one of its headers is ordered. */
export interface Ordered {
  readonly category: string
  readonly file: Uint8Array
}

/** Packages without end; by turns the lie is about the signature header and about the main header. */
export function* orders(random: Random): Generator<Ordered, never> {
  const blank = new Uint8Array(ROOM)
  const lying = (['signatures', 'header'] as const).map((part) => {
    const kind = part === 'header' ? RPM_HEADER : RPM_SIGNATURES
    const input = withRoom(part, blank)[part]
    const truth = truthOf(kind.forms, input, kind.honest(input), {
      about: (octets) => kind.honest(octets),
      another: (chance) => kind.honest(chance.pick(GOOD)[part]),
      earlier: (chance) => kind.honest(changed(input, chance)),
    })
    return { part, lies: liesAbout(kind.lies, truth, random) }
  })
  for (;;) {
    for (const { part, lies } of lying) {
      const { category, reply }: Lie = lies.next().value
      const order = orderOf(reply)
      if (order === undefined) continue
      yield { category: `${category}, ${part}`, file: fileOf(withRoom(part, order)) }
    }
  }
}

/** What a whole judgement tells of a package, as data. */
export async function judgedBy(
  driver: Driver,
  file: Uint8Array,
  source: string,
): Promise<JudgedRpm['verdict']> {
  const asking = { driver, source, isolation: 'shared', terms: RPM_TERMS } as const
  return (await judgeRpm({ package: file }, {}, asking)).verdict
}
