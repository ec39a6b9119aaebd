/** Tables of a page that follow from the code, between two comments that name them. UPDATE_DOCS=1 writes them anew. */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** The page has exactly this table. */
export function expectTable(file: string, name: string, expected: string): void {
  const text = readFileSync(file, 'utf8')
  const [begin, end] = [`<!-- begin ${name} -->\n`, `\n<!-- end ${name} -->`]
  const from = text.indexOf(begin) + begin.length
  const to = text.indexOf(end)
  expect(from).toBeGreaterThan(begin.length)
  if (process.env['UPDATE_DOCS'] === '1') {
    writeFileSync(file, text.slice(0, from) + expected + text.slice(to))
  } else {
    expect(text.slice(from, to)).toBe(expected)
  }
}
