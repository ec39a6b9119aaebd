/** docs/schemas and the tables of docs/cli.md, as they follow from the code. UPDATE_DOCS=1 writes them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { INPUT_CODES, KEYRING_CODES } from '../../manager/errors.ts'
import { STORE_CODES } from '../../manager/keyring/store-error.ts'
import { POLICY_CODES } from '../../manager/policy/policy-error.ts'
import * as schemas from '../../manager/schemas.ts'
import { COMMAND_CODES, STOP_CODES } from '../../manager/stop-codes.ts'
import { expectTable, table } from './docs-table.ts'

const DOCS = join(import.meta.dirname, '../../docs')

/** What a document is exported as, by the name of its schema. */
const DOCUMENTS: ReadonlyMap<string, readonly [string, z.ZodType]> = new Map(
  Object.entries(schemas).map(([exported, document]) => {
    const name = exported
      .replace(/Document$/, '')
      .replace(/[A-Z]/g, (one) => `-${one.toLowerCase()}`)
    return [name, [exported, document]]
  }),
)

describe('docs/schemas', () => {
  it.each([...DOCUMENTS])('%s.json is what the code checks', (name, [, document]) => {
    const file = join(DOCS, 'schemas', `${name}.json`)
    const schema = { $id: `pgp-airlock/${name}/1`, ...z.toJSONSchema(document) }
    const expected = `${JSON.stringify(schema, undefined, 2)}\n`
    // the name that a document itself must bear
    expect(expected).toContain(`"const": "pgp-airlock/${name}/1"`)
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, expected)
    expect(readFileSync(file, 'utf8')).toBe(expected)
  })
})

describe('docs/cli.md', () => {
  const file = join(DOCS, 'cli.md')

  it('has a row for every document', () => {
    const rows = readFileSync(file, 'utf8').matchAll(
      /^\| `pgp-airlock\/([a-z-]+)\/1` \|.*\| `(\w+)` \|$/gm,
    )
    const shown = [...rows].map(([, name, exported]) => [name, exported])
    const exported = [...DOCUMENTS].map(([name, [as]]) => [name, as])
    expect(shown.sort()).toEqual(exported.sort())
  })

  it('has every code that stops a command', () => {
    const parts: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
      ['InputError', INPUT_CODES],
      ['KeyringError', KEYRING_CODES],
      ['StoreError', STORE_CODES],
      ['PolicyError', POLICY_CODES],
      ['SetupError', { 'setup-failed': STOP_CODES['setup-failed'] }],
      ['none: of commands', COMMAND_CODES],
    ]
    const rows = parts.flatMap(([thrown, codes]) =>
      Object.entries(codes).map(([code, meaning]) => [`\`${code}\``, thrown, meaning]),
    )
    expect(rows.length).toBe(Object.keys(STOP_CODES).length)
    expectTable(file, 'stops', table(['code', 'error of the library', 'meaning'], rows))
  })
})
