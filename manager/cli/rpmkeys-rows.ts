/** What rpmkeys looks for in a package, and in which order it tells: a table for each of two versions of rpm. */
import type { Covered } from '../rpm/tags.ts'

/** Whose texts: those of rpm 6, or those of rpm 4.18. */
export type Style = '6' | '4.18'

/** What rpmkeys looks for under one tag. `word`: what it calls a signature of that tag that is not there. */
export interface Row {
  readonly tag: string
  readonly covers: Covered
  readonly word: string
}

const HEADER_RSA: Row = { tag: 'RSAHEADER', covers: 'header', word: 'RSA signature' }
const HEADER_DSA: Row = { tag: 'DSAHEADER', covers: 'header', word: 'DSA signature' }
const HEADER_ANY: Row = { tag: 'OPENPGP', covers: 'header', word: 'signature' }
const WHOLE_RSA: Row = { tag: 'PGP', covers: 'header-and-payload', word: 'RSA signature' }
const WHOLE_DSA: Row = { tag: 'GPG', covers: 'header-and-payload', word: 'DSA signature' }

/** The signatures, in rpmkeys' order within each part. */
export const SIGNATURES: Readonly<Record<Style, readonly Row[]>> = {
  '6': [HEADER_DSA, HEADER_RSA, HEADER_ANY, WHOLE_DSA, WHOLE_RSA],
  '4.18': [HEADER_RSA, HEADER_DSA, WHOLE_RSA, WHOLE_DSA],
}

/** By algorithm; of a pair, what is there comes first. */
export const DIGESTS: Readonly<Record<Style, readonly (readonly Row[])[]>> = {
  '6': [
    [{ tag: 'SHA3_256HEADER', covers: 'header', word: 'SHA3-256 digest' }],
    [{ tag: 'SHA256HEADER', covers: 'header', word: 'SHA256 digest' }],
    payloadPair('PAYLOADSHA3_256', 'SHA3-256'),
    payloadPair('PAYLOADSHA512', 'SHA512'),
    payloadPair('PAYLOADSHA256', 'SHA256'),
  ],
  '4.18': [
    [{ tag: 'SHA256HEADER', covers: 'header', word: 'SHA256 digest' }],
    payloadPair('PAYLOADSHA256', 'SHA256'),
  ],
}

/** The digests of the payload uncompressed, and as it is. */
function payloadPair(tag: string, algorithm: string): readonly Row[] {
  return [
    { tag: `${tag}ALT`, covers: 'payload', word: `${algorithm} ALT digest` },
    { tag, covers: 'payload', word: `${algorithm} digest` },
  ]
}
