/** What the tests of the API share: the fixtures as bytes, the fingerprints in them, and an unchecked brand. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Fingerprint, UnixSeconds } from '../../manager/index.ts'

const fixtures = new URL('../../fixtures/', import.meta.url)

export function path(name: string): { readonly path: string } {
  return { path: fileURLToPath(new URL(name, fixtures)) }
}

export function bytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, fixtures)))
}

export const key = (name: string): { readonly path: string } => path(`keys/${name}.pub.asc`)
export const signature = (name: string): Uint8Array => bytes(`signed/release.txt.${name}.sig`)
export const DATA: Uint8Array = bytes('signed/release.txt')

// literals of the fixtures
export const ED25519 = 'e523eff5f322f786e5530de656acfd51ce9f6d44' as Fingerprint
export const RSA4096 = '07ebd502beba08d8deddb50865ebdff9d2b11824' as Fingerprint

/** A date as the API takes it. */
export function seconds(date: string): UnixSeconds {
  return (Date.parse(date) / 1000) as UnixSeconds // whole seconds: callers give whole dates
}

/** Copies of the data in pieces of one size. */
export async function* pieces(data: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.length; at += size) yield data.slice(at, at + size)
}
