/** A policy file that cannot be used: nothing is judged by half a policy. Trusted side. */

/** Why a policy file could not be used. Stable, like the codes of errors.ts. */
export const POLICY_CODES = {
  'policy-not-found': 'the file that was named is not there',
  'policy-unreadable': 'it cannot be read, is larger than 1 MiB or is no regular file',
  'policy-relative-path': 'a variable holds a relative path',
  'policy-malformed': 'no UTF-8, no TOML, an unknown key, or a value that is none',
  'policy-unsupported': 'it refuses what verification cannot do without',
} as const
export type PolicyCode = keyof typeof POLICY_CODES

/** A policy file is missing, broken, or asks for what is not done here. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError'
  readonly code: PolicyCode
  /** the file, as the caller or the environment named it. Not part of the message: clean it to show it */
  readonly path: string | undefined

  constructor(
    code: PolicyCode,
    message: string,
    context: { readonly path?: string | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, context.cause === undefined ? undefined : { cause: context.cause })
    this.code = code
    this.path = context.path
  }
}
