/** First octets by which a test tells the handler `moody` what to do. Everything else is answered with itself. */
export const MOOD = {
  /** ends by an uncaught error */
  crash: 0xe0,
  /** never answers */
  hang: 0xe1,
  /** refuses with the code in the next two octets, at the offset in the third */
  refuse: 0xe2,
  /** works for as many units of 10 ms as the next octet says, then answers with the request */
  work: 0xe3,
  /** answers with as many MiB as the next octet says */
  large: 0xe4,
  /** from now on this process refuses everything with code 16 */
  sulk: 0xe5,
} as const

/** A request for `moody`: the mood, its arguments, and some more bytes to tell requests apart. */
export function mood(name: keyof typeof MOOD, ...more: number[]): Uint8Array {
  return Uint8Array.from([MOOD[name], ...more])
}
