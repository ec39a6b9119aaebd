/**
 * The directory of real files that `PGP_AIRLOCK_VECTORS` names: one folder per set, each with a MANIFEST.tsv that says
 * which answer a row must get. Nothing of it is ever copied into the repository.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One row of a manifest. */
export interface Row {
  readonly set: string
  /** unique within its set */
  readonly name: string
  readonly kind: string
  readonly file: string
  /** certificate files */
  readonly keys: readonly string[]
  readonly data: string
  readonly expected: string
  readonly must: string
  /** why it is weak, if it is */
  readonly weak: string
  readonly notes: string
}

/** Where the vectors are, or undefined: then the tests that need them are skipped, loudly, and fail in CI. */
export function vectorsDirectory(test: string): string | undefined {
  const directory = process.env['PGP_AIRLOCK_VECTORS']
  if (directory !== undefined) return directory
  const message = `SKIPPED: ${test}, because PGP_AIRLOCK_VECTORS names no directory of vectors`
  if (process.env['CI'] === 'true') throw new Error(message)
  console.warn(message)
  return undefined
}

/** All rows of one kind, of all sets, in the order of the files. */
export function rowsOf(directory: string, kind: string): readonly Row[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .flatMap((set) => manifest(directory, set))
    .filter((row) => row.kind === kind)
}

function manifest(directory: string, set: string): readonly Row[] {
  const text = readFileSync(join(directory, set, 'MANIFEST.tsv'), 'utf8')
  const [head = '', ...lines] = text.split('\n').filter((line) => line !== '')
  const columns = new Map(head.split('\t').map((name, index) => [name, index]))
  return lines.map((line) => {
    const cells = line.split('\t')
    const cell = (name: string): string => cells[columns.get(name) ?? -1] ?? ''
    return {
      set,
      name: cell('case'),
      kind: cell('kind'),
      file: join(directory, set, cell('file')),
      keys: cell('key')
        .split(' ')
        .filter((key) => key !== '')
        .map((key) => join(directory, set, key)),
      data: join(directory, set, cell('data')),
      expected: cell('expected'),
      must: cell('must'),
      weak: cell('weak'),
      notes: cell('notes'),
    }
  })
}

/** The rows of one table of docs/differences.md, by set and case: the answer that we give. */
export function documented(heading: string): ReadonlyMap<string, string> {
  const page = readFileSync(new URL('../../docs/differences.md', import.meta.url), 'utf8')
  const section = page.split('\n## ').find((part) => part.startsWith(heading)) ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('| ') && !/^\| set /.test(line))
  return new Map(
    rows.map((line) => {
      const [, set = '', name = '', , ours = ''] = line.split('|').map((cell) => cell.trim())
      return [`${set} ${name}`, ours]
    }),
  )
}

/** How many rows of a set were asked, and how many got the answer that they must get. */
export class Agreement {
  readonly #counts = new Map<string, Map<string, { agree: number; all: number }>>()

  count(set: string, must: string, agrees: boolean): void {
    const row = this.#counts.get(set) ?? new Map<string, { agree: number; all: number }>()
    this.#counts.set(set, row)
    const cell = row.get(must) ?? { agree: 0, all: 0 }
    row.set(must, { agree: cell.agree + (agrees ? 1 : 0), all: cell.all + 1 })
  }

  /** A table with one line per set and one column per kind of demand: `agree/all`. */
  table(columns: readonly string[]): string {
    const lines = [...this.#counts].map(([set, row]) => {
      const cells = columns.map((column) => {
        const cell = row.get(column)
        return (cell === undefined ? '' : `${cell.agree}/${cell.all}`).padStart(column.length)
      })
      return `${set.padEnd(22)} ${cells.join('  ')}`
    })
    return [`${''.padEnd(22)} ${columns.join('  ')}`, ...lines, ''].join('\n')
  }
}
