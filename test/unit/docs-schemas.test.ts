/** docs/schemas: JSON Schemas of the documents about packages, as they follow from the code. UPDATE_DOCS=1 writes them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { rpmDigestsDocument, rpmShowDocument, rpmVerifyDocument } from '../../manager/schemas.ts'

const FOLDER = join(import.meta.dirname, '../../docs/schemas')

const DOCUMENTS: readonly (readonly [string, z.ZodType])[] = [
  ['rpm-verify', rpmVerifyDocument],
  ['rpm-show', rpmShowDocument],
  ['rpm-digests', rpmDigestsDocument],
]

describe('docs/schemas', () => {
  it.each(DOCUMENTS)('%s.json is what the code checks', (name, document) => {
    const file = join(FOLDER, `${name}.json`)
    const schema = { $id: `pgp-airlock/${name}/1`, ...z.toJSONSchema(document) }
    const expected = `${JSON.stringify(schema, undefined, 2)}\n`
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, expected)
    expect(readFileSync(file, 'utf8')).toBe(expected)
  })
})
