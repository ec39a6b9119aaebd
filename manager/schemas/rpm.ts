/** The documents of `pgp-airlock rpm verify`, `show` and `digests` with `--json`: one for each package. */
import { z } from 'zod'
import type { VerdictKind } from '../openpgp/verdict-kind.ts'
import type { Covered, DigestTag } from '../rpm/tags.ts'
import type { RpmDigest } from '../rpm/verdict.ts'
import type { LayerReport } from '../umd/proof.ts'
import {
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
import { type GoodSignatureDocument, type RefusedSignatureDocument, signature } from './verify.ts'

/** One signature of a package; `stated` is what the packet says of itself, and `result` is there if it was judged. */
export interface RpmSignatureDocument {
  /** rpm's name of its tag */
  readonly tag: string
  readonly covers: Exclude<Covered, 'payload'>
  readonly stated?:
    | {
        readonly version: 3 | 4 | 6
        readonly algorithm: string
        readonly hash: string
        readonly issuer?: string | undefined
      }
    | undefined
  readonly result?: GoodSignatureDocument | RefusedSignatureDocument | undefined
}

/** What a header says of its package; a text that is not UTF-8 has its bytes beside it, in base64. */
export interface RpmContentsDocument {
  readonly name?: string | undefined
  readonly nameBytes?: NameBytes
  readonly epoch?: number | undefined
  readonly version?: string | undefined
  readonly versionBytes?: NameBytes
  readonly release?: string | undefined
  readonly releaseBytes?: NameBytes
  readonly arch?: string | undefined
  readonly archBytes?: NameBytes
  readonly sourceRpm?: string | undefined
  readonly sourceRpmBytes?: NameBytes
  readonly isSource: boolean
}

/** A verdict on a package. `contents` is there only where the header is the signer's. */
export interface RpmJudgedDocument<Schema extends string> {
  readonly schema: Schema
  /** the name of the package's file, as it was given */
  readonly package: string
  readonly packageBytes?: NameBytes
  readonly verdict: VerdictKind | 'header-only' | 'digests-only'
  /** what of the package is a signer's */
  readonly authenticated: 'package' | 'header' | 'nothing'
  readonly reasons: readonly ReasonDocument[]
  readonly notes: readonly NoteDocument[]
  readonly signatures: readonly RpmSignatureDocument[]
  readonly digests: readonly {
    readonly tag: string
    readonly covers: Covered
    readonly algorithm: DigestTag['algorithm']
    readonly state: RpmDigest['state']
    readonly expected: string
    readonly actual?: string | undefined
  }[]
  readonly contents?: RpmContentsDocument | undefined
  readonly judgedAt: string
  readonly cage: readonly Pick<LayerReport, 'layer' | 'state' | 'known'>[]
}

/** Nothing was judged: a keyring is not usable, no package was found, the cage does not hold. */
export interface RpmStoppedDocument<Schema extends string> {
  readonly schema: Schema
  readonly verdict: 'error'
  readonly authenticated: 'nothing'
  readonly reasons: readonly [StopDocument]
  readonly notes: readonly []
  readonly signatures: readonly []
  readonly digests: readonly []
  readonly file?: string | undefined
  readonly fileBytes?: NameBytes
}

type Verify = 'pgp-airlock/rpm-verify/1'
type Show = 'pgp-airlock/rpm-show/1'
type Digests = 'pgp-airlock/rpm-digests/1'

export type RpmVerifyDocument = RpmJudgedDocument<Verify> | RpmStoppedDocument<Verify>

export type RpmShowDocument =
  | (RpmJudgedDocument<Show> & {
      /** what the header says where nobody vouches for it: anybody may have written it */
      readonly unauthenticated?: RpmContentsDocument | undefined
    })
  | RpmStoppedDocument<Show>

export type RpmDigestsDocument =
  | (RpmJudgedDocument<Digests> & {
      /** regular files; absent where the header is not authenticated and nobody asked for it all the same */
      readonly files?:
        | readonly {
            readonly path: string
            readonly pathBytes?: NameBytes
            readonly algorithm: string
            readonly digest: string
          }[]
        | undefined
      /** the header is not authenticated */
      readonly warning?: string | undefined
    })
  | RpmStoppedDocument<Digests>

const covers = z.enum(['header', 'payload', 'header-and-payload'])
const contents = z.strictObject({
  name: z.string().optional(),
  nameBytes,
  epoch: octets.optional(),
  version: z.string().optional(),
  versionBytes: nameBytes,
  release: z.string().optional(),
  releaseBytes: nameBytes,
  arch: z.string().optional(),
  archBytes: nameBytes,
  sourceRpm: z.string().optional(),
  sourceRpmBytes: nameBytes,
  isSource: z.boolean(),
})

const judged = {
  package: z.string(),
  packageBytes: nameBytes,
  verdict: z.enum([
    'good',
    'header-only',
    'digests-only',
    'untrusted',
    'no-key',
    'bad',
    'unusable',
    'error',
  ]),
  authenticated: z.enum(['package', 'header', 'nothing']),
  reasons: z.array(reason),
  notes: z.array(note),
  signatures: z.array(
    z.strictObject({
      tag: z.string(),
      covers: z.enum(['header', 'header-and-payload']),
      stated: z
        .strictObject({
          version: z.union([z.literal(3), z.literal(4), z.literal(6)]),
          algorithm: z.string(),
          hash: z.string(),
          issuer: z.hex().optional(),
        })
        .optional(),
      result: signature.optional(),
    }),
  ),
  digests: z.array(
    z.strictObject({
      tag: z.string(),
      covers,
      algorithm: z.enum(['MD5', 'SHA1', 'SHA256', 'SHA512', 'SHA3-256']),
      state: z.enum(['match', 'mismatch', 'not-needed', 'ignored', 'not-asked']),
      expected: z.hex(),
      actual: z.hex().optional(),
    }),
  ),
  contents: contents.optional(),
  judgedAt: time,
  cage: z.array(z.strictObject({ layer, state: layerState, known: layerKnown })).min(1),
}

const stopped = {
  verdict: z.literal('error'),
  authenticated: z.literal('nothing'),
  reasons: z.tuple([stop]),
  notes: z.tuple([]),
  signatures: z.tuple([]),
  digests: z.tuple([]),
  file: z.string().optional(),
  fileBytes: nameBytes,
}

/** `pgp-airlock rpm verify --json`, schema `pgp-airlock/rpm-verify/1`. */
export const rpmVerifyDocument: z.ZodType<RpmVerifyDocument> = z.union([
  z.strictObject({ schema: z.literal('pgp-airlock/rpm-verify/1'), ...judged }),
  z.strictObject({ schema: z.literal('pgp-airlock/rpm-verify/1'), ...stopped }),
])

/** `pgp-airlock rpm show --json`, schema `pgp-airlock/rpm-show/1`. */
export const rpmShowDocument: z.ZodType<RpmShowDocument> = z.union([
  z.strictObject({
    schema: z.literal('pgp-airlock/rpm-show/1'),
    ...judged,
    unauthenticated: contents.optional(),
  }),
  z.strictObject({ schema: z.literal('pgp-airlock/rpm-show/1'), ...stopped }),
])

const file = z.strictObject({
  path: z.string(),
  pathBytes: nameBytes,
  algorithm: z.string(),
  digest: z.hex(),
})

/** `pgp-airlock rpm digests --json`, schema `pgp-airlock/rpm-digests/1`. */
export const rpmDigestsDocument: z.ZodType<RpmDigestsDocument> = z.union([
  z.strictObject({
    schema: z.literal('pgp-airlock/rpm-digests/1'),
    ...judged,
    files: z.array(file).optional(),
    warning: z.string().optional(),
  }),
  z.strictObject({ schema: z.literal('pgp-airlock/rpm-digests/1'), ...stopped }),
])
