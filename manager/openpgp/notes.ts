/**
 * What is worth knowing beside a good verdict: the closed table. Trusted side, pure. Codes are public API like those of
 * reasons.ts.
 */
export const NOTES = {
  'judged-now':
    'the certificate has no self-signature that was valid when this was signed; it was judged by those valid now',
  'expired-since': 'the key has expired since it made this signature; policy accepts that',
  'revoked-since':
    'the key was superseded or retired after it made this signature, which stays valid',
  'weak-self-signature':
    'the key is bound to its certificate by a hash that policy refuses over documents and accepts for that',
  'bad-beside-good': 'another signature of the input is cryptographically wrong',
  'refused-beside-good': 'another signature of the input is not acceptable',
  'unreadable-beside-good': 'another signature of the input cannot be judged',
  'no-key-beside-good': 'another signature of the input is by a key that is not in the keyring',
  'counted-once': 'several good signatures are by one certificate, which counts once',
  'mpi-leading-zero': 'the RSA value declares leading zero bits',
  'text-outside': 'text lies outside the signed frame',
  'unverified-unwrapping': 'the content was unwrapped by a handler',
  'outside-region':
    'the signature header has entries outside its region; nobody signed them, and the verdict does not go by them',
  ignored: 'packets of unknown, non-critical type were ignored',
} as const

/** A code of {@link NOTES}. */
export type NoteCode = keyof typeof NOTES

/** One note. */
export interface Note {
  readonly code: NoteCode
  readonly text: string
}

/** A note by its code. */
export function note(code: NoteCode): Note {
  return { code, text: NOTES[code] }
}
