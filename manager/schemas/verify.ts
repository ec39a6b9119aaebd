/** The document of `pgp-airlock verify --json`; of a batch, one for each signature. */
import { z } from 'zod'
import type { VerdictKind } from '../openpgp/verdict-kind.ts'
import type { LayerReport } from '../umd/proof.ts'
import {
  fingerprint,
  type NameBytes,
  type NoteDocument,
  nameBytes,
  note,
  octets,
  type ReasonDocument,
  reason,
  type StopDocument,
  stop,
  time,
} from './common.ts'
import { layer, layerKnown, layerState } from './layer.ts'

interface PlaceDocument {
  readonly offset: number
  readonly length: number
}

/** A good signature. Times are RFC 3339, UTC; fingerprints and digests lower-case hexadecimal. */
export interface GoodSignatureDocument {
  readonly verdict: 'good'
  readonly place: PlaceDocument
  readonly signingKey: string
  readonly primaryKey: string
  readonly created: string
  readonly expires?: string | undefined
  readonly version: 3 | 4 | 6
  readonly mode: 'binary' | 'text'
  readonly algorithm: string
  readonly hash: string
  readonly digest: { readonly algorithm: string; readonly hex: string }
  readonly notes: readonly NoteDocument[]
}

/** A signature that is not good. */
export interface RefusedSignatureDocument {
  readonly verdict: Exclude<VerdictKind, 'good'>
  readonly place: PlaceDocument
  readonly reasons: readonly ReasonDocument[]
  /** what the packet says of its issuer: hints, never evidence */
  readonly issuers: readonly (
    | { readonly kind: 'keyId'; readonly keyId: string }
    | { readonly kind: 'fingerprint'; readonly fingerprint: string }
  )[]
  readonly candidates: readonly { readonly key: string; readonly primary: string }[]
  /** the creation time that the packet states */
  readonly stated?: string | undefined
}

interface AnyVerifyDocument {
  readonly schema: 'pgp-airlock/verify/1'
  /** the name of the signed file, as it was given */
  readonly data: string
  readonly dataBytes?: NameBytes
}

interface JudgedDocument extends AnyVerifyDocument {
  /** in a batch: the name of the signature file, as it was given */
  readonly signature?: string | undefined
  readonly signatureBytes?: NameBytes
  readonly signatures: readonly (GoodSignatureDocument | RefusedSignatureDocument)[]
  readonly judgedAt: string
  /** the layers that were in force while the input was parsed */
  readonly cage: readonly Pick<LayerReport, 'layer' | 'state' | 'known'>[]
}

/** The verdict is good. */
export interface GoodDocument extends JudgedDocument {
  readonly verdict: 'good'
  readonly reasons: readonly []
  readonly notes: readonly NoteDocument[]
}

/** The verdict is not good. */
export interface RefusedDocument extends JudgedDocument {
  readonly verdict: Exclude<VerdictKind, 'good'>
  readonly reasons: readonly ReasonDocument[]
  readonly notes: readonly []
}

/** Nothing was judged: a keyring is not usable, an input cannot be read, the cage does not hold. */
export interface StoppedDocument extends AnyVerifyDocument {
  readonly verdict: 'error'
  readonly reasons: readonly [StopDocument]
  readonly notes: readonly []
  readonly signatures: readonly []
  /** the file that is at fault */
  readonly file?: string | undefined
  readonly fileBytes?: NameBytes
}

/** What `pgp-airlock verify --json` prints; only a stopped one has no `judgedAt`. */
export type VerifyDocument = GoodDocument | RefusedDocument | StoppedDocument

const keyId = z.string().regex(/^[0-9a-f]{16}$/)
const place = z.strictObject({ offset: octets, length: octets })
const issuer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('keyId'), keyId }),
  z.strictObject({ kind: z.literal('fingerprint'), fingerprint }),
])

const goodSignature = z.strictObject({
  verdict: z.literal('good'),
  place,
  signingKey: fingerprint,
  primaryKey: fingerprint,
  created: time,
  expires: time.optional(),
  version: z.union([z.literal(3), z.literal(4), z.literal(6)]),
  mode: z.enum(['binary', 'text']),
  algorithm: z.string(),
  hash: z.string(),
  digest: z.strictObject({ algorithm: z.string(), hex: z.hex() }),
  notes: z.array(note),
})
const refusedSignature = z.strictObject({
  verdict: z.enum(['untrusted', 'no-key', 'bad', 'unusable', 'error']),
  place,
  reasons: z.array(reason).min(1),
  issuers: z.array(issuer),
  candidates: z.array(z.strictObject({ key: fingerprint, primary: fingerprint })),
  stated: time.optional(),
})
/** A signature and its verdict. */
export const signature: z.ZodType<GoodSignatureDocument | RefusedSignatureDocument> =
  z.discriminatedUnion('verdict', [goodSignature, refusedSignature])

const judged = {
  schema: z.literal('pgp-airlock/verify/1'),
  data: z.string(),
  dataBytes: nameBytes,
  signature: z.string().optional(),
  signatureBytes: nameBytes,
  signatures: z.array(signature),
  judgedAt: time,
  cage: z.array(z.strictObject({ layer, state: layerState, known: layerKnown })).min(1),
}

/** `pgp-airlock verify --json`, schema `pgp-airlock/verify/1`. */
export const verifyDocument: z.ZodType<VerifyDocument> = z.union([
  z.strictObject({
    ...judged,
    verdict: z.literal('good'),
    reasons: z.tuple([]),
    notes: z.array(note),
  }),
  z.strictObject({
    ...judged,
    verdict: z.enum(['untrusted', 'no-key', 'bad', 'unusable', 'error']),
    reasons: z.array(reason).min(1),
    notes: z.tuple([]),
  }),
  z.strictObject({
    schema: z.literal('pgp-airlock/verify/1'),
    data: z.string(),
    dataBytes: nameBytes,
    verdict: z.literal('error'),
    reasons: z.tuple([stop]),
    notes: z.tuple([]),
    signatures: z.tuple([]),
    file: z.string().optional(),
    fileBytes: nameBytes,
  }),
])
