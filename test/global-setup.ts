/** Bundles the test handlers once per run: tiny programs, one sin each, named after it. */
import { bundleTestHandlers } from './umd/bundle-handlers.ts'

export default async function setup(): Promise<void> {
  await bundleTestHandlers()
}
