/**
 * Options of rpmkeys that ask for rpm itself. Those that ask for what is done anyway are taken, so that a call by dnf goes
 * on working (`--root / --define '_pkgverify_level signature'`); for the others it is told what to use. Trusted side; reads
 * the command line only.
 */

/** Options that are none here, and what to use. */
const INSTEAD: readonly (readonly [RegExp, string])[] = [
  [/^--dbpath\b/, '--keyring PATH in place of --dbpath: there is no rpm database'],
  [/^(-e|--erase\b|--delete\b)/, '`pgp-airlock key remove FINGERPRINT` in place of --delete'],
  [/^(-x|--export\b)/, '`pgp-airlock key export FINGERPRINT` in place of --export'],
  [/^--rebuild\b/, 'no --rebuild: a certificate directory needs none'],
]

/**
 * Signatures over header and payload are required whatever the level, and a digest that does not match never passes. The
 * levels `digest` and `none` ask for less than that.
 */
const DONE_ANYWAY = /^_pkgverify_level\s+(?:all|signature)\s*$/

/** What to use in place of options that are not understood; undefined if none of them is rpm's. */
export function insteadOfUnknown(args: readonly string[]): string | undefined {
  const end = args.indexOf('--')
  const options = args.slice(0, end < 0 ? args.length : end)
  return INSTEAD.find(([option]) => options.some((one) => option.test(one)))?.[1]
}

/** What to use in place of values that would change what is done; undefined if all of them change nothing. */
export function insteadOfForeign(
  defines: readonly string[],
  roots: readonly string[],
): string | undefined {
  if (roots.some((root) => root !== '/')) {
    return '--keyring PATH in place of --root, which may be / only'
  }
  if (defines.every((define) => DONE_ANYWAY.test(define))) return undefined
  const macros = 'macros of rpm change nothing here'
  const policy = 'policy is --policy of `pgp-airlock rpm verify`'
  return `no other --define than _pkgverify_level all or signature: ${macros}; ${policy}`
}
