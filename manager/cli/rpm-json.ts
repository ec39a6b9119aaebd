/** The JSON documents about packages: schemas pgp-airlock/rpm-verify/1, rpm-show/1, rpm-digests/1. */
import type { Caged } from '../judging.ts'
import type { RpmContents, RpmFile, RpmText } from '../rpm/contents.ts'
import type { RpmSignature, RpmVerdict } from '../rpm/verdict.ts'
import { type FileName, nameJson } from './names.ts'
import { iso, type Stop, signatureJson } from './verdict.ts'

/** The documents' names. */
export type RpmSchema = 'rpm-verify' | 'rpm-show' | 'rpm-digests'

/** The verdict on a package, as each of the documents has it. */
export function rpmJson(schema: RpmSchema, name: FileName, verdict: RpmVerdict & Caged): object {
  const isRefused = 'reasons' in verdict
  const contents = 'contents' in verdict ? { contents: contentsJson(verdict.contents) } : {}
  return {
    schema: `pgp-airlock/${schema}/1`,
    ...nameJson('package', name),
    verdict: verdict.kind,
    authenticated: verdict.authenticated,
    reasons: isRefused ? verdict.reasons : [],
    notes: isRefused ? [] : verdict.notes,
    signatures: verdict.signatures.map(rpmSignatureJson),
    digests: verdict.digests.map(({ actual, ...digest }) =>
      actual === undefined ? digest : { ...digest, actual },
    ),
    ...contents,
    judgedAt: iso(verdict.judgedAt),
    cage: verdict.cage.map(({ layer, state, known }) => ({ layer, state, known })),
  }
}

function rpmSignatureJson({ tag, covers, stated, verdict }: RpmSignature): object {
  return {
    tag,
    covers,
    ...(stated === undefined ? {} : { stated: withoutNothing(stated) }),
    ...(verdict === undefined ? {} : { result: signatureJson(verdict) }),
  }
}

/** What a header says of its package. */
export function contentsJson(contents: RpmContents): object {
  const { name, epoch, version, release, arch, sourceRpm, isSource } = contents
  return {
    ...textJson('name', name),
    ...(epoch === undefined ? {} : { epoch }),
    ...textJson('version', version),
    ...textJson('release', release),
    ...textJson('arch', arch),
    ...textJson('sourceRpm', sourceRpm),
    isSource,
  }
}

/** A file and its digest. */
export function fileJson({ path, algorithm, digest }: RpmFile): object {
  return { ...textJson('path', path), algorithm, digest }
}

function textJson(field: string, text: RpmText | undefined): object {
  return text === undefined ? {} : nameJson(field, text)
}

/** The same document where nothing was judged. */
export function rpmStopJson(schema: RpmSchema, { code, text, offset, file }: Stop): object {
  return {
    schema: `pgp-airlock/${schema}/1`,
    verdict: 'error',
    authenticated: 'nothing',
    reasons: [{ code, text, ...(offset === undefined ? {} : { offset }) }],
    notes: [],
    signatures: [],
    digests: [],
    ...(file === undefined ? {} : nameJson('file', file)),
  }
}

function withoutNothing(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
