/**
 * Bounds of the decision engine, each with its reason. Beyond one the answer is `too-large` or `key-unusable`, never
 * "the rest is ignored".
 */
export const JUDGE_LIMITS = {
  /** Public-key operations to check one certificate's own signatures: the largest real one seen needs about 300. */
  maxCertificateChecks: 1024,
  /** Keys tried for one signature: colliding key ids are made by hand, and a few at most. */
  maxCandidates: 16,
  /** Signatures of one input that are judged: real files have below ten. */
  maxSignatures: 64,
  /** Keys tried for all signatures of one input together, each with a hash context of its own in a stream. */
  maxTries: 128,
} as const
