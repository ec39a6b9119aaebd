/** How many lies are told with which seed, what was found is none, and what is found of doors that believe. */
import { expect } from 'vitest'
import { type Breach, Oracle, type Report, type Subject, tableOf } from './oracle.ts'

export const SEED = Number(process.env['PGP_AIRLOCK_SEED'] ?? 20_261_120)
/** About each kind of inputs; in CI what the claims C1 to C3 are shown with. */
export const LIES = Number(
  process.env['PGP_AIRLOCK_LIES'] ?? (process.env['CI'] === 'true' ? 100_000 : 10_000),
)
/** A door that believes is found out by 250 to 4,250 lies, measured with 8 seeds. */
const MOST_LIES = 50_000

/** Prints the counts; what was found is shown by the failing expectation, at most a few. */
export function isQuiet(title: string, seed: number, report: Report): void {
  console.log(tableOf(title, seed, report))
  expect(report.findings.slice(0, 3)).toEqual([])
  // there is exactly one reply that the manager accepts (manager/sanitise/claims.ts)
  for (const [category, tally] of report.counts) {
    expect(tally, category).toEqual({ told: tally.told, refused: tally.told, harmless: 0 })
  }
}

/** What is found of a door that believes, until all that is expected was found. */
export function foundIn<T>(
  seed: number,
  subjects: readonly Subject<T>[],
  open: Subject<T>['kind']['open'],
  expected: readonly Breach[],
): readonly Breach[] {
  const oracle = new Oracle(seed)
  let found: readonly Breach[] = []
  for (let told = 0; told < MOST_LIES; told += 500) {
    oracle.tell(subjects, 500, open)
    found = [...new Set(oracle.report.findings.map(({ breach }) => breach))]
    if (expected.every((breach) => found.includes(breach))) break
  }
  return found
}
