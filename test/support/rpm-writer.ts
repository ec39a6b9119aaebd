/**
 * Writes RPM packages octet by octet for tests, and says where each octet stands. `makePackage` makes whole packages in
 * the layout of rpm 4 and 6, right in everything that it is not told to spoil; `writeHeader` and `writePackage` write
 * what they are given.
 *
 * ```ts
 * const key = makeKey('rsa2048')
 * const octets = makePackage({ signers: [{ key, over: 'header' }], digests: { payloadSha256: 'wrong' } })
 * const { dataAt } = entryOf(parsePackageForTests(octets).signature, 268)
 * ```
 */
export * from './rpm-digests.ts'
export * from './rpm-files.ts'
export * from './rpm-header.ts'
export * from './rpm-make.ts'
export * from './rpm-parts.ts'
export * from './rpm-reader.ts'
export * from './rpm-sign.ts'
