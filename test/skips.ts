/**
 * Skipped tests are loud: each is printed at the end of a run, and in CI one that is not on the list below makes the run
 * fail.
 */
import type { Reporter, TestModule } from 'vitest/node'

/** Tests that CI may skip, by full name, each with its reason. Today: none. */
const PERMITTED: ReadonlyMap<string, string> = new Map()

export class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) =>
      [...module.children.allTests('skipped')].map(
        ({ fullName }) => `${module.relativeModuleId} > ${fullName}`,
      ),
    )
    for (const name of skipped) {
      console.warn(`skipped: ${name} (${PERMITTED.get(name) ?? 'no permitted reason'})`)
    }
    const isCi = process.env['CI'] === 'true'
    if (isCi && skipped.some((name) => !PERMITTED.has(name))) {
      console.error('a test was skipped in CI without a permitted reason')
      process.exitCode = 1
    }
  }
}
