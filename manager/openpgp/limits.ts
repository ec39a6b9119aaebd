/**
 * Bounds of the decision engine, each with its reason. Beyond one the answer is `too-large` or `key-unusable`, never
 * "the rest is ignored".
 */
export const JUDGE_LIMITS = {
  /** Public-key operations to check one certificate's own signatures: the largest real one seen needs about 300. */
  maxCertificateChecks: 1024,
  /**
   * Octets hashed to check one certificate's own signatures, each time at least {@link JUDGE_LIMITS.leastHashed}. A large
   * user attribute, or many subkeys, are hashed once per signature: a photograph of 1 MiB may have 256 self-signatures.
   */
  maxCertificateHashed: 268_435_456,
  /** What hashing few octets counts as: about what the call itself costs. */
  leastHashed: 1024,
  /** Keys tried for one signature: colliding key ids are made by hand, and a few at most. */
  maxCandidates: 16,
  /** Signatures of one input that are judged: real files have below ten. */
  maxSignatures: 64,
  /** Keys tried for all signatures of one input together, each with a hash context of its own in a stream. */
  maxTries: 128,
  /** Data up to this size, in octets, is hashed at once and its key operation runs on the thread pool; larger is streamed. */
  maxInMemory: 1_048_576,
} as const
