/** A certificate in a JSON document: what it is, and what it is worth now. */
import { z } from 'zod'
import { fingerprint, octets, type ReasonDocument, reason, time } from './common.ts'

interface KeyDocument {
  readonly fingerprint: string
  readonly version: 4 | 6
  /** for people: `RSA 4096`, `ECDSA nistp256`, `encryption` */
  readonly algorithm: string
  readonly created: string
  readonly expires?: string | undefined
}

/** A certificate by its primary key, and what it is worth now. */
export interface CertificateDocument extends KeyDocument {
  /** a key of it may sign documents */
  readonly signs: boolean
  /** why none may */
  readonly reasons: readonly ReasonDocument[]
  readonly userIds: readonly {
    /** not exact if `userIdBytes`, in base64, is there */
    readonly userId: string
    readonly userIdBytes?: string | undefined
    /** bound by a self-signature, and not revoked */
    readonly valid: boolean
  }[]
}

/** The same with every key of it, the primary key first. */
export interface FullCertificateDocument extends CertificateDocument {
  readonly keys: readonly (KeyDocument & {
    readonly role: 'primary' | 'subkey'
    readonly signs: boolean
    readonly reasons: readonly ReasonDocument[]
  })[]
}

/** A certificate that was read, and what storing it changes. */
export interface ImportedDocument extends CertificateDocument {
  /** `empty`: the primary key made nothing that holds, so it is not stored */
  readonly change: 'new' | 'updated' | 'unchanged' | 'empty'
  readonly added: {
    readonly userIds: number
    readonly subkeys: number
    readonly signatures: number
    readonly revocations: number
  }
}

const key = {
  fingerprint,
  version: z.union([z.literal(4), z.literal(6)]),
  algorithm: z.string(),
  created: time,
  expires: time.optional(),
}
const certificate = {
  ...key,
  signs: z.boolean(),
  reasons: z.array(reason),
  userIds: z.array(
    z.strictObject({
      userId: z.string(),
      userIdBytes: z.base64().optional(),
      valid: z.boolean(),
    }),
  ),
}
const role = z.enum(['primary', 'subkey'])
const keys = z
  .array(z.strictObject({ role, ...key, signs: z.boolean(), reasons: z.array(reason) }))
  .min(1)
const added = z.strictObject({
  userIds: octets,
  subkeys: octets,
  signatures: octets,
  revocations: octets,
})
const change = z.enum(['new', 'updated', 'unchanged', 'empty'])

/** {@link CertificateDocument} */
export const certificateDocument: z.ZodType<CertificateDocument> = z.strictObject(certificate)

/** {@link FullCertificateDocument} */
export const fullCertificateDocument: z.ZodType<FullCertificateDocument> = z.strictObject({
  ...certificate,
  keys,
})

/** {@link ImportedDocument} */
export const importedDocument: z.ZodType<ImportedDocument> = z.strictObject({
  ...certificate,
  change,
  added,
})
