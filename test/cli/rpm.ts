/** The fixtures about packages, and the command asked about them. */
import { type Ended, key, Running, type RunOptions, root, run } from './command.ts'

/** A package of the fixtures. */
export function rpm(name: string): string {
  return `${root}fixtures/packages/${name}.rpm`
}

/** `rpm COMMAND` with the packager's key, or another. */
export function rpmRun(
  command: 'verify' | 'show' | 'digests',
  args: readonly string[],
  { keyring = 'packager', ...options }: RunOptions & { readonly keyring?: string } = {},
): Promise<Ended> {
  return run(['rpm', command, '--keyring', key(keyring), ...args], options)
}

/** `pgp-airlock-rpmkeys` to its end. */
export function rpmkeys(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const command = [`${root}dist/manager/cli/rpmkeys.js`, ...args]
  const running = new Running(process.execPath, command, options.env ?? {})
  running.child.stdin.end(options.input ?? '')
  return running.ended
}
