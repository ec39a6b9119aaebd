/**
 * What a signature is over, octet by octet (RFC 9580 section 5.2.4), and hashing it. Trusted side. The trailer is
 * computed here from the hashed part's true length; nothing of it is received.
 */
import { createHash, getHashes, type Hash } from 'node:crypto'
import { md5, ripemd160, sha1 } from '@noble/hashes/legacy.js'
import { Writer } from '../../protocol/bytes.ts'
import { HASHES, TYPE } from './algorithms.ts'
import type { KeyPacket, SignaturePacket, UserPacket } from './model.ts'

const NOTHING = new Uint8Array(0)

/** The octets in front of the data: the salt of a v6 signature. */
export function preamble(signature: SignaturePacket): Uint8Array {
  return signature.salt ?? NOTHING
}

/**
 * The octets after the data. v3: type || time. v4: hashed part || 04 FF len4. v6: hashed part || 06 FF len4, where
 * len4 counts the hashed part.
 */
export function trailer(signature: SignaturePacket): Uint8Array {
  const { hashedPart } = signature
  if (signature.version === 3) return hashedPart
  return new Writer(hashedPart.length + 6)
    .bytes(hashedPart)
    .u8(signature.version)
    .u8(0xff)
    .u32(hashedPart.length)
    .take()
}

/** A key as signatures over keys cover it: 99 len2 body, for a v6 key 9B len4 body. */
export function keyOctets(key: KeyPacket): Uint8Array {
  const writer = new Writer(key.body.length + 5)
  if (key.version === 6) writer.u8(0x9b).u32(key.body.length)
  else writer.u8(0x99).u16(key.body.length)
  return writer.bytes(key.body).take()
}

/** A user id as certifications cover it: B4 len4 body, an attribute D1 len4 body. */
export function userOctets(user: UserPacket): Uint8Array {
  return new Writer(user.body.length + 5)
    .u8(user.kind === 'userId' ? 0xb4 : 0xd1)
    .u32(user.body.length)
    .bytes(user.body)
    .take()
}

/** A hash in progress; node:crypto's, or @noble/hashes' where OpenSSL was built without the algorithm. */
export interface Hasher {
  update(octets: Uint8Array): void
  /** the digest so far; the hasher goes on */
  peek(...more: readonly Uint8Array[]): Uint8Array
}

class NodeHasher implements Hasher {
  readonly #hash: Hash

  constructor(name: string) {
    this.#hash = createHash(name)
  }

  update(octets: Uint8Array): void {
    this.#hash.update(octets)
  }

  peek(...more: readonly Uint8Array[]): Uint8Array {
    const copy = this.#hash.copy()
    for (const octets of more) copy.update(octets)
    return copy.digest()
  }
}

const NOBLE = new Map([
  ['md5', md5],
  ['sha1', sha1],
  ['ripemd160', ripemd160],
])

class NobleHasher implements Hasher {
  readonly #hash: ReturnType<typeof md5.create>

  constructor(hash: ReturnType<typeof md5.create>) {
    this.#hash = hash
  }

  update(octets: Uint8Array): void {
    this.#hash.update(octets)
  }

  peek(...more: readonly Uint8Array[]): Uint8Array {
    const copy = this.#hash.clone()
    for (const octets of more) copy.update(octets)
    return copy.digest()
  }
}

const AVAILABLE: ReadonlySet<string> = new Set(getHashes())

/**
 * A hasher for an OpenPGP hash number.
 *
 * @returns undefined if the number has no row, or nothing here can compute it
 */
export function hasher(hash: number): Hasher | undefined {
  const name = HASHES.get(hash)?.node
  if (name === undefined) return undefined
  if (AVAILABLE.has(name)) return new NodeHasher(name)
  const noble = NOBLE.get(name)
  return noble === undefined ? undefined : new NobleHasher(noble.create())
}

const CR = 0x0d
const LF = 0x0a

/**
 * Line ends of text signatures (type 0x01): an LF without a CR in front of it becomes CR LF, nothing else changes (RFC
 * 9580 section 5.2.1.2). A CR alone stays, as in GnuPG, OpenPGP.js and RNP; Sequoia makes it a line end. Chunks may be cut
 * anywhere, also between CR and LF.
 */
export class TextCanonicaliser {
  #afterCr = false

  /** The canonical octets of the next chunk. */
  next(chunk: Uint8Array): Uint8Array {
    // every octet may be an LF that gets its CR
    const canonical = new Uint8Array(2 * chunk.length)
    let length = 0
    let afterCr = this.#afterCr
    for (let at = 0; at < chunk.length; at += 1) {
      const octet = chunk[at] ?? 0
      if (octet === LF && !afterCr) canonical[length++] = CR
      canonical[length++] = octet
      afterCr = octet === CR
    }
    this.#afterCr = afterCr
    return canonical.subarray(0, length)
  }
}

/** Whether the data of this signature is text, whose line ends are canonicalised first. */
export function isText(signature: SignaturePacket): boolean {
  return signature.type === TYPE.text
}
