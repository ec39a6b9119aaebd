/**
 * The JSON documents of the command, as zod schemas for programs that read them (`pgp-airlock/schemas`). Strict: a field
 * that is not named here is an error. The command itself does not import this file: zod takes longer to load than a
 * verification.
 */
export type {
  CertificateDocument,
  FullCertificateDocument,
  ImportedDocument,
} from './schemas/certificate.ts'
export type { NoteDocument, ReasonDocument, StopDocument } from './schemas/common.ts'
export { type DoctorDocument, doctorDocument } from './schemas/doctor.ts'
export {
  type KeyErrorDocument,
  type KeyExportDocument,
  type KeyImportDocument,
  type KeyListDocument,
  type KeyRemoveDocument,
  type KeyShowDocument,
  type KeyStoppedDocument,
  keyExportDocument,
  keyImportDocument,
  keyListDocument,
  keyRemoveDocument,
  keyShowDocument,
} from './schemas/key.ts'
export {
  type RpmDigestsDocument,
  type RpmShowDocument,
  type RpmStoppedDocument,
  type RpmVerifyDocument,
  rpmDigestsDocument,
  rpmShowDocument,
  rpmVerifyDocument,
} from './schemas/rpm.ts'
export {
  type GoodDocument,
  type GoodSignatureDocument,
  type RefusedDocument,
  type RefusedSignatureDocument,
  type StoppedDocument,
  type VerifyDocument,
  verifyDocument,
} from './schemas/verify.ts'
