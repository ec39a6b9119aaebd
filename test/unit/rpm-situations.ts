/** What can be found of a package, each with the verdict that rpm's rules give it (docs/verification.md). */
import type { RpmQuestion } from '../../manager/rpm/decide.ts'
import type { RpmDigest, RpmSignature } from '../../manager/rpm/verdict.ts'
import { digest, signature } from './rpm-findings.ts'

const H = 'header'
const P = 'payload'
const HP = 'header-and-payload'

/** What was found of a package, and `kind authenticated code...` or `kind authenticated note...`. */
export type Row = readonly [
  name: string,
  signatures: readonly RpmSignature[],
  digests: readonly RpmDigest[],
  expected: string,
  question?: RpmQuestion,
]
export const good = signature(H, 'good a')
export const both = signature(HP, 'good a')
/** All digests that there are match. */
export const fits = [digest(H, 'match'), digest(P, 'match')]

/** Situations, one line each. */
export const SITUATIONS: readonly Row[] = [
  ['signed header, payload digest', [good], [digest(P, 'match')], 'good package'],
  ['signed as a whole', [both], [], 'good package'],
  ['both, and all digests', [good, both], fits, 'good package'],
  ['unsigned', [], fits, 'unusable nothing no-signature'],
  [
    'unsigned and spoilt',
    [],
    [digest(P, 'mismatch')],
    'bad nothing payload-digest-mismatch no-signature',
  ],
  ['nothing at all', [], [], 'unusable nothing no-signature'],
  [
    'one bad beside a good one',
    [good, signature(HP, 'bad-signature')],
    fits,
    'bad nothing bad-signature',
  ],
  [
    'one without key beside a good one',
    [good, signature(HP, 'no-key')],
    fits,
    'no-key nothing no-key',
  ],
  [
    'one malformed beside a good one',
    [good, signature(HP, 'malformed')],
    fits,
    'unusable nothing malformed',
  ],
  ['one of a wrong type', [good, signature(H, 'wrong-type')], fits, 'unusable nothing wrong-type'],
  ['one too large', [good, signature(H, 'too-large')], fits, 'unusable nothing too-large'],
  [
    'one that the handler failed on',
    [good, signature(H, 'handler-crashed')],
    fits,
    'error nothing handler-crashed',
  ],
  [
    'one that is not trusted',
    [good, signature(H, 'weak-hash')],
    fits,
    'good package refused-beside-good',
  ],
  [
    'one of an unknown version',
    [good, signature(H, 'unsupported-version')],
    fits,
    'good package unreadable-beside-good',
  ],
  [
    'one of an unknown algorithm',
    [good, signature(H, 'unsupported-algorithm')],
    fits,
    'good package unreadable-beside-good',
  ],
  [
    'only one of an unknown version',
    [signature(H, 'unsupported-version')],
    fits,
    'unusable nothing unsupported-version',
  ],
  [
    'only one that is not trusted',
    [signature(HP, 'key-expired')],
    fits,
    'untrusted nothing key-expired',
  ],
  [
    'bad and no key: the worse speaks',
    [signature(H, 'no-key'), signature(H, 'bad-signature')],
    fits,
    'bad nothing bad-signature no-key',
  ],
  [
    'no digest of the payload',
    [good],
    [digest(H, 'match')],
    'untrusted header payload-not-covered',
  ],
  [
    'a payload digest too weak',
    [good],
    [digest(P, 'ignored')],
    'untrusted header partially-signed',
  ],
  ['MD5 over both', [good], [digest(HP, 'ignored')], 'untrusted header partially-signed'],
  [
    'its own digest, and MD5 over both',
    [good],
    [digest(H, 'match'), digest(HP, 'ignored')],
    'untrusted header partially-signed',
  ],
  [
    'over both, and not trusted',
    [good, signature(HP, 'weak-hash')],
    [],
    'untrusted header partially-signed',
  ],
  [
    'over both, and unsupported',
    [good, signature(HP, 'unsupported-version')],
    [],
    'untrusted header partially-signed',
  ],
  ['payload digest wrong', [good], [digest(P, 'mismatch')], 'bad header payload-digest-mismatch'],
  [
    'payload digest wrong, payload signed',
    [both],
    [digest(P, 'mismatch')],
    'bad header payload-digest-mismatch',
  ],
  [
    'one payload digest wrong, one right',
    [good],
    [digest(P, 'match'), digest(P, 'mismatch', 'SHA512')],
    'bad header payload-digest-mismatch',
  ],
  ['one of a pair', [good], [digest(P, 'not-needed'), digest(P, 'match')], 'good package'],
  [
    'only the one not needed',
    [good],
    [digest(P, 'not-needed')],
    'untrusted header partially-signed',
  ],
  [
    'header digest wrong',
    [both],
    [digest(H, 'mismatch'), digest(P, 'match')],
    'bad nothing header-digest-mismatch',
  ],
  [
    'both digests wrong',
    [both],
    [digest(P, 'mismatch'), digest(H, 'mismatch')],
    'bad nothing payload-digest-mismatch header-digest-mismatch',
  ],
  [
    'header digest wrong, not asked',
    [good],
    [digest(H, 'not-asked'), digest(P, 'match')],
    'good package',
    { level: 'signature' },
  ],
  [
    'header only',
    [good, signature(HP, 'not asked')],
    [digest(P, 'not-asked')],
    'header-only header',
    { headerOnly: true },
  ],
  [
    'header only, one bad',
    [good, signature(H, 'bad-signature')],
    [],
    'bad nothing bad-signature',
    { headerOnly: true },
  ],
  [
    'header only, signed over both alone',
    [signature(HP, 'not asked')],
    [],
    'untrusted nothing header-not-covered',
    { headerOnly: true },
  ],
  [
    'header only, its digest wrong',
    [good],
    [digest(H, 'mismatch')],
    'bad nothing header-digest-mismatch',
    { headerOnly: true },
  ],
  ['digests', [signature(H, 'not asked')], fits, 'digests-only nothing', { level: 'digest' }],
  ['digests, none signed', [], fits, 'digests-only nothing', { level: 'digest' }],
  [
    'digests, none of the payload',
    [],
    [digest(H, 'match')],
    'unusable nothing no-digest',
    { level: 'digest' },
  ],
  [
    'digests of the header alone, which is no question',
    [],
    [digest(H, 'match')],
    'unusable nothing no-digest',
    { level: 'digest', headerOnly: true },
  ],
  ['digests, none', [], [], 'unusable nothing no-digest no-digest', { level: 'digest' }],
  [
    'digests, weak ones',
    [],
    [digest(H, 'ignored'), digest(HP, 'ignored')],
    'unusable nothing no-digest no-digest',
    { level: 'digest' },
  ],
  [
    'digests, one wrong, one missing',
    [],
    [digest(P, 'mismatch')],
    'bad nothing payload-digest-mismatch no-digest',
    { level: 'digest' },
  ],
]
