/** Fields that several JSON documents have. */
import { z } from 'zod'
import { NOTES, type NoteCode } from '../openpgp/notes.ts'
import { REASONS, type ReasonCode } from '../openpgp/reasons.ts'
import { STOP_CODES, type StopCode } from '../stop-codes.ts'

/** A file name that is not valid UTF-8 has its bytes beside it, in base64; the text is then not exact. */
export type NameBytes = string | undefined

/** A note beside a good verdict. */
export interface NoteDocument {
  readonly code: NoteCode
  readonly text: string
}

/** Why something is refused; `offset` in octets from the start of the input. */
export interface ReasonDocument {
  readonly code: ReasonCode
  readonly text: string
  readonly offset?: number | undefined
}

/** What stopped a command before there was a verdict; `offset` in octets from the start of what is at fault. */
export interface StopDocument {
  readonly code: StopCode
  readonly text: string
  readonly offset?: number | undefined
}

export const fingerprint: z.ZodType<string> = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)
export const time: z.ZodType<string> = z.iso.datetime()
export const octets: z.ZodType<number> = z.int().nonnegative()
export const nameBytes: z.ZodOptional<z.ZodBase64> = z.base64().optional()

export const note: z.ZodType<NoteDocument> = z.strictObject({
  code: z.enum(Object.keys(NOTES) as NoteCode[]), // the keys of NOTES are its codes
  text: z.string(),
})
export const reason: z.ZodType<ReasonDocument> = z.strictObject({
  code: z.enum(Object.keys(REASONS) as ReasonCode[]), // the keys of REASONS are its codes
  text: z.string(),
  offset: octets.optional(),
})
export const stopCode: z.ZodType<StopCode> = z.enum(Object.keys(STOP_CODES) as StopCode[]) // its codes are its keys
export const stop: z.ZodType<StopDocument> = z.strictObject({
  code: stopCode,
  text: z.string(),
  offset: octets.optional(),
})
