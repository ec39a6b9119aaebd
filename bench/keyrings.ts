/**
 * Keyrings to measure: made ones of any size, and the real certificates of this machine. Directories are in the layout of
 * a certificate directory, written without the care of an import.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { certificateBytes, makeKey } from '../test/support/openpgp-writer.ts'

/** Certificates by throw-away keys: Ed25519, one user id. */
export function madeCertificates(count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, index) =>
    certificateBytes(makeKey('ed25519'), { userIds: [`User ${index} <user${index}@example.org>`] }),
  )
}

/** The binary key files of this machine's packages, cut into certificates, each fingerprint once. */
export function realCertificates(folder = '/usr/share/keyrings'): readonly Uint8Array[] {
  const found = new Map<string, Uint8Array>()
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.gpg'))) {
    const octets = readFileSync(join(folder, name))
    if ((octets[0] ?? 0) < 0x80) continue // armored
    for (const certificate of certificatesOf(octets)) {
      const fingerprint = fingerprintOf(certificate)
      if (!found.has(fingerprint)) found.set(fingerprint, certificate)
    }
  }
  return [...found.values()]
}

/** A directory in the layout that `key import` writes. */
export function writeStore(path: string, certificates: readonly Uint8Array[]): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  writeFileSync(join(path, 'writelock'), '')
  for (const certificate of certificates) {
    const fingerprint = fingerprintOf(certificate)
    const folder = join(path, fingerprint.slice(0, 2))
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(join(folder, fingerprint.slice(2)), certificate)
  }
}

interface Framed {
  readonly tag: number
  readonly start: number
  readonly end: number
}

/** A packet's frame. The files are trusted and well-formed: lengths are those of files below 4 GiB, none indeterminate. */
function framed(octets: Buffer, at: number): Framed {
  const first = octets.readUInt8(at)
  if (first < 0xc0) {
    const size = 2 ** (first % 4)
    const start = at + 1 + size
    const tag = Math.floor((first - 0x80) / 4)
    return { tag, start, end: start + octets.readUIntBE(at + 1, size) }
  }
  const tag = first - 0xc0
  const length = octets.readUInt8(at + 1)
  if (length < 192) return { tag, start: at + 2, end: at + 2 + length }
  if (length === 255) return { tag, start: at + 6, end: at + 6 + octets.readUInt32BE(at + 2) }
  return {
    tag,
    start: at + 3,
    end: at + 3 + (length - 192) * 256 + octets.readUInt8(at + 2) + 192,
  }
}

const PRIMARY = 6

function certificatesOf(octets: Buffer): readonly Buffer[] {
  const starts: number[] = []
  for (let at = 0; at < octets.length; ) {
    const { tag, end } = framed(octets, at)
    if (tag === PRIMARY) starts.push(at)
    at = end
  }
  return starts.map((start, index) => octets.subarray(start, starts[index + 1]))
}

/** Of a version 4 key (RFC 9580 section 5.5.4.2). */
function fingerprintOf(certificate: Uint8Array): string {
  const octets = Buffer.from(certificate)
  const { start, end } = framed(octets, 0)
  const body = octets.subarray(start, end)
  const front = Buffer.of(0x99, Math.floor(body.length / 256), body.length % 256)
  return createHash('sha1').update(front).update(body).digest('hex')
}
