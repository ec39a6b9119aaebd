/**
 * Side-by-side measurement: the two sides of a row run in turn, A B A B ..., after a warm-up, so that a machine that
 * changes its speed changes both. Reported is the ratio pair by pair, with its median and range. Nothing here judges.
 */

/** One comparison: `ours` against a `rival`, each returning what one run amounted to, in the row's unit. */
export interface Row {
  readonly name: string
  readonly unit: string
  /** how the ratio reads: throughput ours/rival (more is better) or time ours-rival (less is better) */
  readonly compare: 'ratio' | 'difference'
  readonly rivalName: string
  readonly prepare: (smoke: boolean) => Promise<Side>
}

export interface Side {
  readonly ours: () => Promise<number>
  readonly rival: () => Promise<number>
  readonly close: () => Promise<void>
  /** further figures, named, taken once at the end */
  readonly extra?: () => Promise<Readonly<Record<string, string>>>
}

export interface Result {
  readonly name: string
  readonly unit: string
  readonly rivalName: string
  readonly compare: Row['compare']
  readonly ours: Spread
  readonly rival: Spread
  readonly pairs: Spread
  readonly extra: Readonly<Record<string, string>>
}

export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (index: number): number => sorted[index] ?? Number.NaN
  return {
    min: at(0),
    median: at(Math.floor(sorted.length / 2)),
    max: at(sorted.length - 1),
  }
}

export async function measure(row: Row, runs: number, smoke: boolean): Promise<Result> {
  const side = await row.prepare(smoke)
  try {
    await side.ours()
    await side.rival()
    const ours: number[] = []
    const rival: number[] = []
    const pairs: number[] = []
    for (let run = 0; run < runs; run += 1) {
      const a = await side.ours()
      const b = await side.rival()
      ours.push(a)
      rival.push(b)
      pairs.push(row.compare === 'ratio' ? a / b : a - b)
    }
    const { name, unit, rivalName, compare } = row
    const extra = (await side.extra?.()) ?? {}
    return {
      name,
      unit,
      rivalName,
      compare,
      ours: spread(ours),
      rival: spread(rival),
      pairs: spread(pairs),
      extra,
    }
  } finally {
    await side.close()
  }
}
