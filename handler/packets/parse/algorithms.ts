/**
 * What key and signature material consists of, per public-key algorithm, and the salt per hash. Handler side. The
 * tables are closed: what is not in them is `unsupported`. They say nothing about strength; that is the manager's
 * policy.
 */

/** One part of the material, in order: a number is that many octets of native encoding. */
export type Part =
  | 'mpi'
  /** an MPI that may have leading zero bits */
  | 'padded-mpi'
  /** a length octet and a curve's object identifier (RFC 9580 section 9.2) */
  | 'curve'
  /** a length octet and the parameters of a key derivation (RFC 9580 section 5.5.5.6) */
  | 'kdf'
  | number

const RSA_KEY: readonly Part[] = ['mpi', 'mpi']
const ELGAMAL_KEY: readonly Part[] = ['mpi', 'mpi', 'mpi']
const RSA_SIGNATURE: readonly Part[] = ['padded-mpi']
const TWO_INTEGERS: readonly Part[] = ['mpi', 'mpi']

/** RFC 9580 section 5.5.5, RFC 9980 for 30 to 36; versions 4 and 6 alike. */
export const KEY_MATERIAL: ReadonlyMap<number, readonly Part[]> = new Map<number, readonly Part[]>([
  [1, RSA_KEY],
  [2, RSA_KEY],
  [3, RSA_KEY],
  [16, ELGAMAL_KEY],
  [17, ['mpi', 'mpi', 'mpi', 'mpi']],
  [18, ['curve', 'mpi', 'kdf']],
  [19, ['curve', 'mpi']],
  [20, ELGAMAL_KEY],
  [22, ['curve', 'mpi']],
  [25, [32]],
  [26, [56]],
  [27, [32]],
  [28, [57]],
  // Ed25519 32, ML-DSA-65 1952
  [30, [1984]],
  // Ed448 57, ML-DSA-87 2592
  [31, [2649]],
  // SLH-DSA-SHAKE-128s, -128f, -256s
  [32, [32]],
  [33, [32]],
  [34, [64]],
  // X25519 32, ML-KEM-768 1184
  [35, [1216]],
  // X448 56, ML-KEM-1024 1568
  [36, [1624]],
])

/** RFC 9580 section 5.2.3, RFC 9980; algorithms that only encrypt have no row. */
export const SIGNATURE_MATERIAL: ReadonlyMap<number, readonly Part[]> = new Map<
  number,
  readonly Part[]
>([
  [1, RSA_SIGNATURE],
  [2, RSA_SIGNATURE],
  [3, RSA_SIGNATURE],
  [17, TWO_INTEGERS],
  [19, TWO_INTEGERS],
  [22, TWO_INTEGERS],
  [27, [64]],
  [28, [114]],
  [30, [3373]],
  [31, [4741]],
  [32, [7856]],
  [33, [17088]],
  [34, [29792]],
])

/**
 * Hash algorithms (RFC 9580 section 9.5) and the octets of salt that a version 6 signature has with each; undefined
 * where a version 6 signature cannot use the hash (MD5, SHA-1, RIPEMD-160).
 */
export const SALT_LENGTH: ReadonlyMap<number, number | undefined> = new Map([
  [1, undefined],
  [2, undefined],
  [3, undefined],
  [8, 16],
  [9, 24],
  [10, 32],
  [11, 16],
  [12, 16],
  [14, 32],
])
