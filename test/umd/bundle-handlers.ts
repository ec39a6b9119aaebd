/**
 * Test handlers are real programs: bundled as the product's are, hashed, run in the real cage. This module makes the
 * bundles (global set-up) and tells a test where one is.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import type { BundleSource } from '../../manager/umd/bundle.ts'

const root = join(import.meta.dirname, '../..')
const out = join(root, 'dist/test-handlers')
const folders = ['test/umd/handlers', 'test/hostile/handlers', 'test/escape/handlers']

/** A whole manager as one file, for tests that run one in another environment (probe-manager.ts). */
export const PROBE_MANAGER: string = join(out, 'probe-manager.mjs')

export async function bundleTestHandlers(): Promise<void> {
  mkdirSync(out, { recursive: true })
  await build({
    entryPoints: [join(root, 'test/umd/probe-manager.ts')],
    outfile: PROBE_MANAGER,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  })
  for (const folder of folders) {
    const entryPoints = list(join(root, folder))
    if (entryPoints.length === 0) continue
    await build({
      entryPoints,
      outdir: out,
      outExtension: { '.js': '.cjs' },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      logLevel: 'error',
    })
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name))
  } catch {
    return []
  }
}

/** Names of all test handlers in a folder of the tree. */
export function handlerNames(folder: string): string[] {
  return list(join(root, folder)).map((file) => basename(file, '.ts'))
}

/** The pinned bundle of a test handler. */
export function testBundle(name: string): BundleSource {
  const path = join(out, `${name}.cjs`)
  return { path, sha256: createHash('sha256').update(readFileSync(path)).digest('hex') }
}
