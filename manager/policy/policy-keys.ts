/**
 * The keys of a policy file in Sequoia's format (sequoia-policy-config 0.7, and the newer ones that crypto-policies
 * writes), and what each stands for here. Data only. A key that is known and has no meaning for verification, such as a
 * cipher, is accepted and does nothing.
 */
import type { KeyRule } from './policy.ts'

/** Hash algorithm numbers by key. */
export const HASH_KEYS: ReadonlyMap<string, number> = new Map([
  ['md5', 1],
  ['sha1', 2],
  ['ripemd160', 3],
  ['sha256', 8],
  ['sha384', 9],
  ['sha512', 10],
  ['sha224', 11],
  ['sha3-256', 12],
  ['sha3-512', 14],
])

/** Key sizes by key: a name stands for keys from its size up to the next one's. */
export const SIZE_KEYS: ReadonlyMap<string, Pick<KeyRule, 'family' | 'leastBits'>> = new Map([
  ['rsa1024', { family: 'rsa', leastBits: 0 }],
  ['rsa2048', { family: 'rsa', leastBits: 2048 }],
  ['rsa3072', { family: 'rsa', leastBits: 3072 }],
  ['rsa4096', { family: 'rsa', leastBits: 4096 }],
  ['dsa1024', { family: 'dsa', leastBits: 0 }],
  ['dsa2048', { family: 'dsa', leastBits: 2048 }],
  ['dsa3072', { family: 'dsa', leastBits: 3072 }],
  ['dsa4096', { family: 'dsa', leastBits: 4096 }],
  ['ed448', { family: 'ed448', leastBits: 0 }],
])

/** ECDSA curves by key. */
export const CURVE_KEYS: ReadonlyMap<string, string> = new Map([
  ['nistp256', 'nistp256'],
  ['nistp384', 'nistp384'],
  ['nistp521', 'nistp521'],
  ['brainpoolp256', 'brainpoolP256r1'],
  ['brainpoolp384', 'brainpoolP384r1'],
  ['brainpoolp512', 'brainpoolP512r1'],
])

/** Public-key algorithm numbers whose keys are of the Ed25519 family (RFC 9580 section 9.1). */
export const ED25519 = { legacy: 22, native: 27 } as const

/** Every key of `[asymmetric_algorithms]`. */
export const ASYMMETRIC_KEYS: readonly string[] = [
  ...SIZE_KEYS.keys(),
  ...CURVE_KEYS.keys(),
  'ed25519',
  'eddsa',
  'cv25519',
  'elgamal1024',
  'elgamal2048',
  'elgamal3072',
  'elgamal4096',
  'x25519',
  'x448',
  'mldsa65-ed25519',
  'mldsa87-ed448',
  'slhdsa128s',
  'slhdsa128f',
  'slhdsa256s',
  'mlkem768-x25519',
  'mlkem1024-x448',
]

/** Every key of `[symmetric_algorithms]`; nothing here encrypts. */
export const SYMMETRIC_KEYS: readonly string[] = [
  'idea',
  'tripledes',
  'cast5',
  'blowfish',
  'aes128',
  'aes192',
  'aes256',
  'twofish',
  'camellia128',
  'camellia192',
  'camellia256',
]

/** Every key of `[aead_algorithms]`; nothing here encrypts. */
export const AEAD_KEYS: readonly string[] = ['eax', 'ocb', 'gcm']

/** Every key of `[packets]`, with the versions that may be named below it. */
export const PACKET_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['pkesk', ['v3', 'v5', 'v6']],
  ['signature', ['v3', 'v4', 'v5', 'v6']],
  ['skesk', ['v4', 'v5', 'v6']],
  ['onepasssig', ['v3', 'v6']],
  ['secretkey', ['v4', 'v5', 'v6']],
  ['publickey', ['v4', 'v5', 'v6']],
  ['secretsubkey', ['v4', 'v5', 'v6']],
  ['publicsubkey', ['v4', 'v5', 'v6']],
  ['compresseddata', []],
  ['sed', []],
  ['marker', []],
  ['literal', []],
  ['trust', []],
  ['userid', []],
  ['userattribute', []],
  ['seip', ['v1', 'v2']],
  ['mdc', []],
  ['aed', ['v1']],
  ['padding', []],
])

/**
 * Packets that verification here needs and that no policy can switch off one by one. A file that refuses one of them is
 * not followed in part: it is `policy-unsupported`.
 */
export const NEEDED_PACKETS: readonly string[] = ['publickey', 'publicsubkey', 'userid']
