/**
 * The build: the handlers' bundles, their SHA-256 compiled into the manager, then the types and the JavaScript.
 * Everything that is missing is made; nothing outside dist/ and manager/pins.ts is written. Two runs give the same
 * bytes.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(fileURLToPath(import.meta.url))
const handlers = [{ name: 'packets', entry: 'handler/packets/main.ts' }] as const

/** One readable CommonJS file per handler: what runs is what was reviewed. */
async function bundle(entry: string, outfile: string): Promise<string> {
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minify: false,
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'error',
  })
  return createHash('sha256')
    .update(readFileSync(join(root, outfile)))
    .digest('hex')
}

/** The package's own modules, in few files: reading one file a module takes 40 ms of a command's start. */
async function modules(): Promise<void> {
  const common = {
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    charset: 'ascii',
    chunkNames: 'chunks/[name]-[hash]',
    logLevel: 'error',
  } as const
  const names = ['index', 'schemas', 'umd/index', ...COMMANDS]
  const manager = names.map((name) => `manager/${name}.ts`)
  await build({ ...common, entryPoints: manager, outbase: 'manager', outdir: 'dist/manager' })
  const handler = ['handler/serve/index.ts']
  await build({ ...common, entryPoints: handler, outbase: 'handler', outdir: 'dist/handler' })
}

/** The package's `bin`. */
const COMMANDS = ['cli/main', 'cli/rpmkeys'] as const

async function main(): Promise<void> {
  rmSync(join(root, 'dist/manager/chunks'), { recursive: true, force: true })
  mkdirSync(join(root, 'dist/bundles'), { recursive: true })
  const rows: string[] = []
  for (const { name, entry } of handlers) {
    const file = `dist/bundles/${name}.cjs`
    rows.push(`  ${name}: '${await bundle(entry, file)}',`)
  }
  const pins = [
    '/** Made by build.ts: the SHA-256 of each handler bundle. Not committed; the build is reproducible. */',
    'export const HANDLER_SHA256 = {',
    ...rows,
    '} as const',
    '',
  ].join('\n')
  const pinsFile = join(root, 'manager/pins.ts')
  const isCurrent = existsSync(pinsFile) && readFileSync(pinsFile, 'utf8') === pins
  if (!isCurrent) writeFileSync(pinsFile, pins)
  await modules()
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, '-b', 'protocol', 'handler', 'manager'], {
    cwd: root,
    stdio: 'inherit',
  })
  for (const command of COMMANDS) {
    const file = join(root, `dist/manager/${command}.js`)
    if (existsSync(file)) chmodSync(file, 0o755)
  }
}

if (process.argv.includes('--clean')) rmSync(join(root, 'dist'), { recursive: true, force: true })
await main()
