/**
 * How much code of the trusted side reads hostile bytes: a budget in lines for every file of manager/sanitise. What
 * counts is a line that is not blank, not a comment and not an import.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const FOLDER = join(import.meta.dirname, '../../manager/sanitise')

/** Raising any of these numbers is a change to be reviewed as one: more code that hostile bytes can reach. */
const READERS: Readonly<Record<string, number>> = {
  'areas.ts': 68,
  'armor.ts': 113,
  'claims.ts': 67,
  'cleartext.ts': 115,
  'cursor.ts': 43,
  'header.ts': 29,
  'key.ts': 44,
  'lines.ts': 55,
  'material.ts': 38,
  'mpi.ts': 20,
  'packets.ts': 45,
  'signature.ts': 115,
  'subpackets.ts': 48,
}
const READERS_TOTAL = 800

/** What reads the headers of RPM packages: a group of its own, since a caller who verifies none needs none of it. */
const RPM_READERS: Readonly<Record<string, number>> = {
  'rpm-header.ts': 154,
  'rpm-package.ts': 43,
  'rpm-values.ts': 38,
}
const RPM_TOTAL = 235

/** Files that read nothing: tables, error classes, and what judges or converts values that were read. */
const OTHERS: Readonly<Record<string, number>> = {
  'fault.ts': 18,
  'fingerprint.ts': 18,
  'index.ts': 4,
  'key-material.ts': 75,
  'tables.ts': 95,
  'violation.ts': 24,
}

const BUDGET = { ...READERS, ...RPM_READERS, ...OTHERS }

function codeLines(file: string): number {
  const source = readFileSync(join(FOLDER, file), 'utf8')
  const bare = source
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^import\s[\s\S]*?from '[^']+'$/gm, '')
    .split('\n')
    .map((line) => line.trim())
  return bare.filter((line) => line !== '' && !line.startsWith('//')).length
}

describe('the lines of manager/sanitise', () => {
  it('are counted for every file', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(Object.keys(BUDGET).sort())
  })

  it.each(Object.entries(BUDGET))(
    '%s has at most %i; raising it is a reviewed change',
    (file, most) => {
      expect(codeLines(file)).toBeLessThanOrEqual(most)
    },
  )

  it.each([
    ['OpenPGP', READERS, READERS_TOTAL],
    ['RPM', RPM_READERS, RPM_TOTAL],
  ] as const)(
    'that read hostile bytes of %s are at most a total; raising it is a reviewed change',
    (_, files, most) => {
      const total = Object.keys(files).reduce((sum, file) => sum + codeLines(file), 0)
      expect(total).toBeLessThanOrEqual(most)
    },
  )
})
