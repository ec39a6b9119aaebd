/**
 * The tests that need more than this package: other programs, root, another Node. `npm run test:peers` runs them,
 * `.ci/run` installs what they need.
 */
import { defineConfig } from 'vitest/config'
import { SkipReporter } from './test/skips.ts'

export default defineConfig({
  test: {
    include: ['test/peers/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    fileParallelism: false,
    reporters: ['default', new SkipReporter()],
    globalSetup: ['test/global-setup.ts'],
  },
})
