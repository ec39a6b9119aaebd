/**
 * The closed table of Weierstrass curves for ECDSA (RFC 9580 section 9.2, table 19; secp256k1 is not of the RFC and
 * has its row so that policy can name what it refuses). Trusted side, pure data. Whether a point lies on its curve is
 * OpenSSL's to say.
 */

/** One curve. */
export interface Curve {
  readonly name: string
  /** the content octets of its DER object identifier, as OpenPGP writes them */
  readonly oid: Uint8Array
  /** octets of one coordinate */
  readonly fieldOctets: number
  /** order of the base point: r and s of a signature lie in [1, order - 1]; big-endian */
  readonly order: Uint8Array
  readonly bits: number
  readonly source: string
}

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))

const CURVE_ROWS: readonly Curve[] = [
  {
    name: 'nistp256',
    oid: hex('2a8648ce3d030107'),
    fieldOctets: 32,
    order: hex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'),
    bits: 256,
    source: 'FIPS 186-4 D.1.2.3',
  },
  {
    name: 'nistp384',
    oid: hex('2b81040022'),
    fieldOctets: 48,
    order: hex(
      'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
    ),
    bits: 384,
    source: 'FIPS 186-4 D.1.2.4',
  },
  {
    name: 'nistp521',
    oid: hex('2b81040023'),
    fieldOctets: 66,
    order: hex(
      `01${'ff'.repeat(32)}fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`,
    ),
    bits: 521,
    source: 'FIPS 186-4 D.1.2.5',
  },
  {
    name: 'brainpoolP256r1',
    oid: hex('2b2403030208010107'),
    fieldOctets: 32,
    order: hex('a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7'),
    bits: 256,
    source: 'RFC 5639 section 3.4',
  },
  {
    name: 'brainpoolP384r1',
    oid: hex('2b240303020801010b'),
    fieldOctets: 48,
    order: hex(
      '8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b31f166e6cac0425a7cf3ab6af6b7fc3103b883202e9046565',
    ),
    bits: 384,
    source: 'RFC 5639 section 3.6',
  },
  {
    name: 'brainpoolP512r1',
    oid: hex('2b240303020801010d'),
    fieldOctets: 64,
    order: hex(
      'aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca70330870553e5c414ca92619418661197fac10471db1d381085ddaddb58796829ca90069',
    ),
    bits: 512,
    source: 'RFC 5639 section 3.7',
  },
  {
    name: 'secp256k1',
    oid: hex('2b8104000a'),
    fieldOctets: 32,
    order: hex('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141'),
    bits: 256,
    source: 'SEC 2 section 2.4.1; refused by the default policy',
  },
]

/** Curves by name. */
export const CURVES: ReadonlyMap<string, Curve> = new Map(CURVE_ROWS.map((row) => [row.name, row]))

const BY_OID: ReadonlyMap<string, Curve> = new Map(
  CURVE_ROWS.map((row) => [Buffer.from(row.oid).toString('hex'), row]),
)

/** The curve with this object identifier, given as content octets. */
export function curveByOid(oid: Uint8Array): Curve | undefined {
  return BY_OID.get(Buffer.from(oid).toString('hex'))
}
