/**
 * The one native binary of the project, per architecture: koffi's prebuilt library, by which the handler makes the
 * system calls of its lock-down. Only the handler loads it, before it has seen any input. Raising the version means
 * a new digest here.
 */
export const FFI_BINARIES = {
  x64: {
    package: '@koromix/koffi-linux-x64',
    module: '@koromix/koffi-linux-x64/linux_x64/koffi.node',
    sha256: 'bee3ebc173f47178269e8441fbfd90899c8fe6bc3c948f481c79670f924b1725',
  },
  arm64: {
    package: '@koromix/koffi-linux-arm64',
    module: '@koromix/koffi-linux-arm64/linux_arm64/koffi.node',
    sha256: '7086182b845ae3a0e22113513c9a4e4f2b7838814b079c9a91270887eab1adf1',
  },
} as const
