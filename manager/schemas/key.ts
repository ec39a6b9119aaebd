/** The documents of `pgp-airlock key import|list|show|remove|export --json`. */
import { z } from 'zod'
import {
  type CertificateDocument,
  certificateDocument,
  type FullCertificateDocument,
  fullCertificateDocument,
  type ImportedDocument,
  importedDocument,
} from './certificate.ts'
import {
  fingerprint,
  type NameBytes,
  nameBytes,
  octets,
  type StopDocument,
  stopCode,
} from './common.ts'

/** What stopped the command: `code` is stable, `file` is at fault. */
export interface KeyErrorDocument extends StopDocument {
  readonly file?: string | undefined
  readonly fileBytes?: NameBytes
}

type Schema<Command extends string> = `pgp-airlock/key-${Command}/1`

/** Nothing was found out. */
export interface KeyStoppedDocument<Command extends string> {
  readonly schema: Schema<Command>
  readonly error: KeyErrorDocument
}

interface Of<Command extends string> {
  readonly schema: Schema<Command>
  readonly keyring: string
  readonly keyringBytes?: NameBytes
}

/** What could be found out, and why that is all. */
interface Told<Command extends string> extends Of<Command> {
  readonly error?: KeyErrorDocument | undefined
}

/** What `key import --json` prints. With an `error` nothing was written. */
export type KeyImportDocument =
  | (Told<'import'> & {
      /** files */
      readonly written: number
      readonly certificates: readonly ImportedDocument[]
      /** revocations that stand alone, by keys that were neither read nor are stored: not stored */
      readonly strayRevocations: number
      /** certificates of a version or algorithm that is not supported: not stored */
      readonly unsupported: number
    })
  | KeyStoppedDocument<'import'>

/** What `key list --json` prints. */
export type KeyListDocument =
  | (Of<'list'> & { readonly certificates: readonly CertificateDocument[] })
  | KeyStoppedDocument<'list'>

/** What `key show --json` prints. */
export type KeyShowDocument =
  | (Of<'show'> & { readonly certificates: readonly FullCertificateDocument[] })
  | (Of<'show'> & { readonly error: KeyErrorDocument })
  | KeyStoppedDocument<'show'>

/** What `key remove --json` prints: what was there is removed, also if something else was not. */
export type KeyRemoveDocument =
  | (Told<'remove'> & { readonly removed: readonly string[] })
  | KeyStoppedDocument<'remove'>

/** What `key export --json` prints; `certificateBytes` in base64. */
export type KeyExportDocument =
  | (Of<'export'> & {
      readonly certificates: readonly {
        readonly fingerprint: string
        readonly certificateBytes: string
      }[]
    })
  | (Of<'export'> & { readonly error: KeyErrorDocument })
  | KeyStoppedDocument<'export'>

const error = z.strictObject({
  code: stopCode,
  text: z.string(),
  offset: octets.optional(),
  file: z.string().optional(),
  fileBytes: nameBytes,
})

function of<Command extends string>(command: Command) {
  const schema = z.literal(`pgp-airlock/key-${command}/1`)
  return {
    stopped: z.strictObject({ schema, error }),
    told: { schema, keyring: z.string(), keyringBytes: nameBytes },
  }
}
const imported = of('import')
const listed = of('list')
const shown = of('show')
const removed = of('remove')
const exported = of('export')

/** `pgp-airlock key import --json`, schema `pgp-airlock/key-import/1`. */
export const keyImportDocument: z.ZodType<KeyImportDocument> = z.union([
  imported.stopped,
  z.strictObject({
    ...imported.told,
    written: octets,
    certificates: z.array(importedDocument),
    strayRevocations: octets,
    unsupported: octets,
    error: error.optional(),
  }),
])

/** `pgp-airlock key list --json`, schema `pgp-airlock/key-list/1`. */
export const keyListDocument: z.ZodType<KeyListDocument> = z.union([
  listed.stopped,
  z.strictObject({ ...listed.told, certificates: z.array(certificateDocument) }),
])

/** `pgp-airlock key show --json`, schema `pgp-airlock/key-show/1`. */
export const keyShowDocument: z.ZodType<KeyShowDocument> = z.union([
  shown.stopped,
  z.strictObject({ ...shown.told, error }),
  z.strictObject({
    ...shown.told,
    certificates: z.array(fullCertificateDocument).min(1),
  }),
])

/** `pgp-airlock key remove --json`, schema `pgp-airlock/key-remove/1`. */
export const keyRemoveDocument: z.ZodType<KeyRemoveDocument> = z.union([
  removed.stopped,
  z.strictObject({ ...removed.told, removed: z.array(fingerprint), error: error.optional() }),
])

/** `pgp-airlock key export --json`, schema `pgp-airlock/key-export/1`. */
export const keyExportDocument: z.ZodType<KeyExportDocument> = z.union([
  exported.stopped,
  z.strictObject({ ...exported.told, error }),
  z.strictObject({
    ...exported.told,
    certificates: z.array(z.strictObject({ fingerprint, certificateBytes: z.base64() })),
  }),
])
