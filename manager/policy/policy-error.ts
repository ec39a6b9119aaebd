/** A policy file that cannot be used: nothing is judged by half a policy. Trusted side. */

/** Why a policy file could not be used. Stable, like the codes of errors.ts. */
export type PolicyCode =
  | 'policy-not-found'
  | 'policy-unreadable'
  | 'policy-relative-path'
  | 'policy-malformed'
  | 'policy-unsupported'

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
