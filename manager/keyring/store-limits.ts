/** Bounds of certificate directories, each with its reason. Times in milliseconds. */
export const STORE_LIMITS = {
  /** For other writers to finish: each holds the lock for one batch, well below a second on a working disk. */
  lockPatience: 30_000,
  /** Certificates written under one lock: others get their turn in between. */
  batch: 64,
} as const
